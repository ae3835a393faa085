/**
 * FIFO, piece by piece: every piece is a thing of its own that lies somewhere and has a cost, and
 * every document is worked off anew from the first one on. Written from docs/valuation-choices.md alone.
 *
 * Plain numbers on purpose: nothing is rounded here, so the books may differ by their odd cents.
 */
export interface PieceDoc {
  type: 'receive' | 'issue' | 'transfer' | 'landed-cost';
  document: string;
  at: string;
  /** A place is a cost pool of its own. */
  from: string;
  to: string;
  pieces: number;
  /** Of one piece, or the whole of a landed cost. */
  cost: number;
  /** The receipt that a landed cost is for. */
  receipt: string;
}

interface Piece {
  cost: number;
}

/** Who bears what comes to be known of a cost later: pieces wherever they are, by their parts. */
type Bearers = Map<Piece, number>;

/** One piece that left before it was there. */
interface Short {
  guess: number;
  bearers: Bearers;
}

class Place {
  readonly pieces: Piece[] = [];
  readonly shorts: Short[] = [];
  lastCost: number | undefined;
  /** When that came to be known: the latest is asked where a place knows none. */
  knownSince = -1;

  knows(cost: number | undefined, turn: number): void {
    if (!cost) return;
    this.lastCost = cost;
    this.knownSince = turn;
  }
}

export class PieceBooks {
  readonly places = new Map<string, Place>();
  /** What customers have. */
  readonly sold: Piece[] = [];
  readonly #receipts = new Map<string, Bearers>();
  readonly #shortages: Bearers[] = [];
  #turn = 0;

  constructor(docs: readonly PieceDoc[]) {
    for (const doc of docs.toSorted((one, other) => (one.at < other.at ? -1 : 1))) this.#enter(doc);
  }

  #enter({ type, document, from, to, pieces, cost, receipt }: PieceDoc): void {
    this.#turn += 1;
    if (type === 'landed-cost') {
      share(cost, this.#receipts.get(receipt)!);
      return;
    }
    if (type === 'receive') {
      const came = Array.from({ length: pieces }, (): Piece => ({ cost }));
      this.#receipts.set(document, new Map(came.map((piece) => [piece, 1])));
      this.#arrive(to, came);
      return;
    }
    const left = this.#leave(from, pieces);
    if (type === 'issue') this.sold.push(...left);
    else this.#arrive(to, left);
  }

  /** The oldest first; what is not there leaves at a guess, and bears what it turns out to cost. */
  #leave(from: string, count: number): Piece[] {
    const place = this.#place(from);
    const left = place.pieces.splice(0, count);
    place.knows(left.at(-1)?.cost, this.#turn);
    if (left.length === count) return left;
    const guess = place.lastCost ?? this.#costElsewhere();
    const guessed = Array.from({ length: count - left.length }, (): Piece => ({ cost: guess }));
    const bearers: Bearers = new Map(guessed.map((piece) => [piece, 1]));
    this.#shortages.push(bearers);
    place.shorts.push(...guessed.map(() => ({ guess, bearers })));
    return [...left, ...guessed];
  }

  #arrive(to: string, came: readonly Piece[]): void {
    const place = this.#place(to);
    place.knows(came.at(-1)?.cost, this.#turn);
    for (const piece of came) {
      const short = place.shorts.shift();
      if (short) this.#settle(piece, short);
      else place.pieces.push(piece);
    }
  }

  /** A piece turns out to be one that had left: what it cost, and all that it bears, is theirs who are still away. */
  #settle(piece: Piece, { guess, bearers }: Short): void {
    bearers.delete(piece);
    share(piece.cost - guess, bearers);
    for (const others of [...this.#receipts.values(), ...this.#shortages]) {
      const part = others.get(piece);
      if (part === undefined) continue;
      others.delete(piece);
      const whole = sum(bearers.values());
      for (const [bearer, weight] of bearers)
        others.set(bearer, (others.get(bearer) ?? 0) + (part * weight) / whole);
    }
  }

  #costElsewhere(): number {
    const latest = [...this.places.values()].sort(
      (one, other) => other.knownSince - one.knownSince,
    );
    return latest[0]?.lastCost ?? 0;
  }

  #place(name: string): Place {
    const place = this.places.get(name) ?? new Place();
    this.places.set(name, place);
    return place;
  }
}

function share(amount: number, bearers: Bearers): void {
  const whole = sum(bearers.values());
  for (const [bearer, part] of bearers) bearer.cost += (amount * part) / whole;
}

const sum = (numbers: Iterable<number>): number =>
  [...numbers].reduce((one, other) => one + other, 0);
