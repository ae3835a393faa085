/** What closings say of some SKUs at a date, as known at a moment, and what they do not say. */
import {
  CLOSING_FORMAT,
  type ClosedMove,
  type Closing,
  type ClosingKind,
  type ClosingPart,
  type ClosingRows,
  endOfMonth,
  lastEnded,
  monthOf,
  nextMonth,
} from '../closing.ts';
import type { Move, PackKey, PackText } from '../pack.ts';
import { movesOf } from '../packFrom.ts';
import { parseStored } from '../parseStored.ts';
import type { ClosingBooks } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** Both RFC 3339 UTC with milliseconds; undefined: all. */
export interface Clocks {
  until: string | undefined;
  known: string | undefined;
}

/** How a store gives the texts of packs, which never change. */
export interface PackTexts {
  /**
   * Of some SKUs the packs after a version, of each in order, in no order of SKUs. `until` leaves out
   * those that have no entry of a business time up to that.
   */
  packTexts(after: ReadonlyMap<string, number>, until?: string): AsyncIterable<PackText>;
  /** Those of these that are there, in any order. */
  some(keys: readonly PackKey[]): AsyncIterable<PackText>;
}

/** What sums are made of. */
export interface Summed {
  packs: PackTexts;
  closings: ClosingBooks;
  rows: ParsedRows;
}

/** What moved, and of which SKU. */
type MoveOf<What> = readonly [sku: string, move: What];

/** After every month. */
const NO_MONTH_LATER = '9999-12';

/** Closings that may be used by a report with these clocks, if there are any. */
export async function closedBooks(
  from: Summed,
  skus: readonly string[],
  clocks: Clocks,
): Promise<ClosedBooks | undefined> {
  // Of a year that no business time has nothing is closed.
  const isPlain = Object.values(clocks).every((moment) => (moment?.length ?? 24) === 24);
  if (skus.length === 0 || !isPlain) return undefined;
  const all = await from.closings.closings();
  const count = all.findLastIndex(({ known }) => known <= (clocks.known ?? known)) + 1;
  if (count === 0) return undefined;
  for (const { format, known } of all) {
    requireVersion(`the closing of ${known}`, format, CLOSING_FORMAT);
  }
  return new ClosedBooks(from, skus, clocks, all.slice(0, count), all[count]);
}

export class ClosedBooks {
  readonly #from: Summed;
  readonly #skus: ReadonlySet<string>;
  readonly #range: { first: string; last: string };
  readonly #clocks: Clocks;
  readonly #known: readonly Closing[];
  readonly #next: Closing | undefined;
  /** The report begins with what there was at the end of this month. */
  readonly #month: string;

  /** Of SKUs in their order; `known` are the closings of which nothing is left out, `next` the one after them. */
  constructor(
    from: Summed,
    skus: readonly string[],
    clocks: Clocks,
    known: readonly Closing[],
    next: Closing | undefined,
  ) {
    this.#from = from;
    this.#skus = new Set(skus);
    this.#range = { first: skus[0]!, last: skus.at(-1)! };
    this.#clocks = clocks;
    this.#known = known;
    this.#next = next;
    const closed = known.at(-1)!.month;
    const asked = clocks.until === undefined ? closed : lastEnded(clocks.until);
    this.#month = asked < closed ? asked : closed;
  }

  /** The latest rows of what there was at the end of the month that it begins with. */
  async closed<Kind extends 'pools' | 'balances'>(
    kind: Kind,
  ): Promise<Iterable<ClosingRows[Kind]>> {
    const known = this.#known.filter(({ month }) => month >= this.#month);
    const months = { from: this.#month, through: this.#month };
    const latest = new Map<string, ClosingRows[Kind]>();
    for (const row of await this.#rows(kind, known, months)) latest.set(row[0], row);
    return latest.values();
  }

  /** What moved after that, as far as closings know it. */
  async moves(): Promise<MoveOf<ClosedMove>[]> {
    return (await Promise.all([this.#knownMoves(), this.#nextMoves()])).flat();
  }

  /** The same from the packs themselves, of some of the SKUs. */
  async *packMoves(skus: ReadonlySet<string>): AsyncIterable<MoveOf<Move>> {
    const { packs } = this.#from;
    const end = endOfMonth(this.#month);
    for await (const pack of packs.some(packsOf(await this.#knownMoves(), skus))) {
      for (const move of movesOf(pack).moves) {
        if (move.at > end && this.#isCounted(move.at)) yield [pack.sku, move];
      }
    }
    yield* this.#movesOf(packs.some(packsOf(await this.#nextMoves(), skus)));
  }

  /** What no closing knows. */
  async *later(): AsyncIterable<MoveOf<Move>> {
    if (this.#next) return;
    const last = this.#known.at(-1)!;
    const seen = new Map([...this.#skus].map((sku) => [sku, 0]));
    const months = { from: last.month, through: last.month };
    for (const [sku, version] of await this.#rows('pools', [last], months)) seen.set(sku, version);
    yield* this.#movesOf(this.#from.packs.packTexts(seen, this.#clocks.until));
  }

  async *#movesOf(packs: AsyncIterable<PackText>): AsyncIterable<MoveOf<Move>> {
    const { known } = this.#clocks;
    for await (const pack of packs) {
      const { recordedAt, moves } = movesOf(pack);
      if (known !== undefined && recordedAt > known) continue;
      for (const move of moves) if (this.#isCounted(move.at)) yield [pack.sku, move];
    }
  }

  #isCounted(at: string): boolean {
    const { until } = this.#clocks;
    return until === undefined || at <= until;
  }

  #knownMoves(): Promise<MoveOf<ClosedMove>[]> {
    return this.#movesIn(this.#known, nextMonth(this.#month));
  }

  /** Of the closing after them, which knows more than was known: what was recorded in time. */
  async #nextMoves(): Promise<MoveOf<ClosedMove>[]> {
    if (!this.#next) return [];
    const knownMs = Date.parse(this.#clocks.known!);
    const moves = await this.#movesIn([this.#next], '');
    return moves.filter(([, [, recordedAtMs]]) => recordedAtMs <= knownMs);
  }

  /** Of months from one on, up to the date asked for. */
  async #movesIn(closings: readonly Closing[], from: string): Promise<MoveOf<ClosedMove>[]> {
    const { until } = this.#clocks;
    const untilMs = until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
    const through = until === undefined ? NO_MONTH_LATER : monthOf(until);
    if (from > through) return [];
    const found: MoveOf<ClosedMove>[] = [];
    for (const [sku, moves] of await this.#rows('moves', closings, { from, through })) {
      for (const move of moves) if (move[2] <= untilMs) found.push([sku, move]);
    }
    return found;
  }

  async #rows<Kind extends ClosingKind>(
    kind: Kind,
    closings: readonly Closing[],
    month: { from: string; through: string },
  ): Promise<ClosingRows[Kind][]> {
    if (closings.length === 0) return [];
    const parts = await this.#from.closings.closingParts({
      ...{ kind, month, skus: this.#range },
      closings: closings.map(({ id }) => id),
    });
    const found: ClosingRows[Kind][] = [];
    for (const part of parts) {
      for (const row of this.#from.rows.of<Kind>(part)) if (this.#skus.has(row[0])) found.push(row);
    }
    return found;
  }
}

/** Packs of some of the SKUs that moved, each once. */
function packsOf(moves: Iterable<MoveOf<ClosedMove>>, skus: ReadonlySet<string>): PackKey[] {
  const own = Map.groupBy(moves, ([sku]) => sku);
  return [...own].flatMap(([sku, rows]): PackKey[] => {
    if (!skus.has(sku)) return [];
    return Array.from(new Set(rows.map(([, [version]]) => version)), (version) => [sku, version]);
  });
}

/** Parts that were read last: the next page begins within them. */
const PARTS_KEPT = 16;

/** Rows of parts, which never change: those read last are not parsed again. */
export class ParsedRows {
  readonly #parts = new Map<string, unknown[]>();

  of<Kind extends ClosingKind>(part: ClosingPart): readonly ClosingRows[Kind][] {
    const key = `${part.closing} ${part.kind} ${part.month} ${part.part}`;
    const rows =
      this.#parts.get(key) ?? parseStored<unknown[]>(`a part of closing ${key}`, part.body);
    this.#parts.delete(key);
    this.#parts.set(key, rows);
    const [oldest] = this.#parts.keys();
    if (this.#parts.size > PARTS_KEPT) this.#parts.delete(oldest!);
    return rows as ClosingRows[Kind][];
  }
}
