import type { LedgerEntry } from '../ledger.ts';
import { PositionList } from '../PositionList.ts';
import { byPosition, isBefore, type Position } from '../position.ts';

/** When a fact was, which is before it counts where that lies in a closed period. */
export const ownPosition = (fact: LedgerEntry): Position =>
  fact.input?.dated === undefined ? fact : { ...fact, at: fact.input.dated };

/** What one fact, as it has become, did to a balance. */
export interface BalanceMove extends Position {
  document: string;
  by: bigint;
  /** Set for a count that stands: it says what is there, whatever was before. */
  count: LedgerEntry | undefined;
}

/** What moves, one after another, do: all of them, and at the least and the most on the way. */
interface MoveSum {
  by: bigint;
  least: bigint;
  most: bigint;
  hasCount: boolean;
}

/** The least and the most that there is, and whether a count ends the view. */
export interface QuantityRange {
  least: bigint;
  most: bigint;
  isCounted: boolean;
}

/** Moves of one balance in business order. */
export class BalanceMoves {
  readonly #moves = new PositionList<BalanceMove, MoveSum>(sumOf);
  readonly #bySeq = new Map<number, BalanceMove>();
  #counts = 0;
  /** What counts later than it was, when that was, and the count that it is. */
  #redirected: { move: BalanceMove; own: Position; count: LedgerEntry | undefined }[] = [];

  /** A fact does so much more. */
  add(fact: LedgerEntry, by: bigint): void {
    const { at, rank, seq, document } = fact;
    const known = this.#bySeq.get(seq);
    if (known) {
      known.by += by;
      this.#moves.changed(known);
      return;
    }
    const move: BalanceMove = { at, rank, seq, document, by, count: undefined };
    this.#bySeq.set(seq, move);
    this.#moves.add(move);
    const own = ownPosition(fact);
    if (own !== fact) this.#redirected.push({ move, own, count: undefined });
  }

  delete(seq: number): void {
    const move = this.#bySeq.get(seq);
    if (!move) return;
    this.count(seq, undefined);
    this.#bySeq.delete(seq);
    this.#redirected = this.#redirected.filter((of) => of.move !== move);
    this.#moves.delete(move);
  }

  /** The fact `seq` is a count that stands, or does not any more. */
  count(seq: number, count: LedgerEntry | undefined): void {
    const move = this.#bySeq.get(seq);
    const redirected = this.#redirected.find((of) => of.move === move);
    if (redirected) redirected.count = count;
    if (!move || redirected || move.count === count) return;
    this.#counts += count ? 1 : -1;
    move.count = count;
    this.#moves.changed(move);
  }

  /** All that was moved after a position. */
  after(position: Position): bigint {
    let by = 0n;
    for (const some of this.#moves.after(position)) by += this.#moves.sum(some).by;
    return by;
  }

  /** The same, where each thing counts when it was. */
  since(own: Position): bigint {
    let by = this.after(own);
    for (const of of this.#redirected) {
      if (isBefore(of.own, own) && isBefore(own, of.move)) by -= of.move.by;
    }
    return by;
  }

  /** The first count of what was later than `own`, of those that do not count before `at`, and that another did not find for. */
  countSince(own: Position, at: string): LedgerEntry | undefined {
    const ordinary = this.countAfter(own.at < at ? { at, rank: '', seq: 0 } : own);
    const counts = this.#redirectedCounts(own).filter(
      (count) => count.at >= at && !this.isCountedBetween(ownPosition(count), count.at),
    );
    if (ordinary) counts.push(ordinary);
    return counts.sort((one, other) => byPosition(ownPosition(one), ownPosition(other)))[0];
  }

  /** Whether a count of what was later than `own` counts before `at`. */
  isCountedBetween(own: Position, at: string): boolean {
    const counts = [this.countAfter(own), ...this.#redirectedCounts(own)];
    return counts.some((count) => count && count.at < at);
  }

  /** Counts from before `own` that count after `at`, the first first. */
  redirectedOver(own: Position, at: string): LedgerEntry[] {
    const counts = this.#redirected.flatMap(({ count }) => (count && count.at > at ? count : []));
    return counts
      .filter((count) => isBefore(ownPosition(count), own))
      .sort((one, other) => byPosition(ownPosition(one), ownPosition(other)));
  }

  /** What a fact has moved so far. */
  by({ seq }: LedgerEntry): bigint {
    return this.#bySeq.get(seq)!.by;
  }

  #redirectedCounts(own: Position): LedgerEntry[] {
    const counts = this.#redirected.flatMap(({ count }) => count ?? []);
    return counts.filter((count) => isBefore(own, ownPosition(count)));
  }

  /** The first count after a position. */
  countAfter(position: Position): LedgerEntry | undefined {
    if (this.#counts === 0) return undefined;
    for (const some of this.#moves.after(position)) {
      if (this.#moves.sum(some).hasCount) return some.rows.find(({ count }) => count)!.count;
    }
    return undefined;
  }

  /** What there is from a position on, where there is `onHand`, up to the next count. */
  rangeAfter(position: Position, onHand: bigint): QuantityRange {
    const range = { least: onHand, most: onHand, isCounted: false };
    let there = onHand;
    for (const some of this.#moves.after(position)) {
      const { by, least, most, hasCount } = this.#moves.sum(some);
      if (there + least < range.least) range.least = there + least;
      if (there + most > range.most) range.most = there + most;
      if (hasCount) return { ...range, isCounted: true };
      there += by;
    }
    return range;
  }

  /** The first move after a position, up to the next count, that leaves less than nothing, and what is left. */
  shortAfter(
    position: Position,
    onHand: bigint,
  ): { move: BalanceMove; onHand: bigint } | undefined {
    let there = onHand;
    for (const some of this.#moves.after(position)) {
      const { by, least, hasCount } = this.#moves.sum(some);
      if (!hasCount && there + least >= 0n) {
        there += by;
        continue;
      }
      for (const move of some.rows) {
        if (move.count) return undefined;
        there += move.by;
        if (there < 0n) return { move, onHand: there };
      }
    }
    return undefined;
  }
}

/** The least and the most are those up to the first count. */
function sumOf(moves: readonly BalanceMove[]): MoveSum {
  const sum = { by: 0n, least: 0n, most: 0n, hasCount: false };
  for (const { by, count } of moves) {
    if (count) sum.hasCount = true;
    sum.by += by;
    if (sum.hasCount) continue;
    if (sum.by < sum.least) sum.least = sum.by;
    if (sum.by > sum.most) sum.most = sum.by;
  }
  return sum;
}
