import type { Doc, Line } from '../documents.ts';
import { read } from './exact.ts';
import { type Fact, factsOf } from './facts.ts';

interface Moved {
  doc: Doc;
  key: string;
  /** Its place among all documents as they were, whenever they count. */
  turn: number;
  by: bigint;
}

/** What counts find more than the books had when they were made, which may be long before they count. */
export class NaiveCounts {
  readonly #turns: ReadonlyMap<Doc, number>;
  readonly #all: readonly Doc[];
  readonly #counts: readonly Fact[];
  readonly #moved: Moved[] = [];
  readonly #redirected: readonly Moved[];
  readonly #found = new Map<Fact['id'], bigint>();

  /** `known`: the same from beginning to end, where it is known what else closed periods redirect. */
  constructor(
    inOrder: readonly Doc[],
    asTheyWere: readonly Doc[],
    all: readonly Doc[],
    known?: NaiveCounts,
  ) {
    this.#turns = new Map(asTheyWere.map((doc, turn) => [doc, turn]));
    this.#all = all;
    this.#redirected = (known ? known.#moved : []).filter(
      ({ doc: { type, data } }) => data.dated !== undefined && type !== 'stock.count.v1',
    );
    const counts = inOrder.filter(({ type }) => type === 'stock.count.v1');
    this.#counts = counts.flatMap((doc) => factsOf(doc, all));
  }

  moved({ doc }: Fact, key: string, by: bigint): void {
    this.#moved.push({ doc, key, turn: this.#turnOf(doc), by });
  }

  #turnOf(doc: Doc): number {
    return this.#turns.get(doc)!;
  }

  /** All counts of one balance at one instant see each other, in the order in which they were made. */
  foundBy(fact: Fact, keyOf: (line: Line) => string, there: bigint): bigint {
    const key = keyOf(fact.line);
    const known = this.#found.get(fact.id);
    if (known !== undefined) return known;
    const ofBalance = this.#counts.filter(({ line }) => keyOf(line) === key);
    const together = ofBalance.filter(({ at }) => at === fact.at);
    together.sort((one, other) => this.#turnOf(one.doc) - this.#turnOf(other.doc));
    let before = 0n;
    for (const count of together) {
      const turn = this.#turnOf(count.doc);
      const later = this.#moved.filter((move) => move.key === key && move.turn > turn);
      const then = there + before - sumOf(later) + sumOf(this.#missedBy(count, key));
      const isSettled = ofBalance.some(
        (other) => other.at < count.at && this.#turnOf(other.doc) > turn,
      );
      const found = isSettled ? 0n : read(count.line.quantity!) - then;
      this.#found.set(count.id, found);
      before += found;
    }
    return this.#found.get(fact.id)!;
  }

  /** What was booked before a count, and was before it, though it counts after it: a period was open again. */
  #missedBy({ doc, at }: Fact, key: string): Moved[] {
    const known = this.#all.slice(0, this.#all.indexOf(doc));
    return this.#redirected.filter(
      (move) =>
        move.key === key &&
        move.turn < this.#turnOf(doc) &&
        move.doc.data.at! > at &&
        known.includes(move.doc),
    );
  }
}

const sumOf = (moves: readonly Moved[]): bigint => moves.reduce((sum, { by }) => sum + by, 0n);
