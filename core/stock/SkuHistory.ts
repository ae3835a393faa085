import { type BalanceIn, balanceOfKey, keyOfBalance } from '../keyOfBalance.ts';
import type { Balance, Checkpoint, LedgerEntry, Recost } from '../ledger.ts';
import { isOutside } from '../ledger.ts';
import { PositionList } from '../PositionList.ts';
import type { SkuBooks } from '../pack.ts';
import { isBefore, type Position } from '../position.ts';
import { eachInSlices, type Slices } from '../slices.ts';
import { BalanceMoves } from './BalanceMoves.ts';
import { isFact } from './costing/Fact.ts';
import { type PostedFact, postedFact } from './costing/history.ts';
import type { CostDifference } from './costing/recost.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';

/** A fact, and what corrects it, in the order of arrival. */
interface StandingFact extends Position {
  entry: LedgerEntry;
  corrections: LedgerEntry[];
}

/** Costs between two facts, as text. */
export interface CostText extends Position {
  state: string;
}

/** The same, or books in which no fact stands after them. */
export type CostMark = CostText | (Position & { state: SkuBooks });

/** What a history begins with. All facts after it have a greater `seq` than `afterSeq`. */
export type HistoryStart = CostMark & Pick<Checkpoint, 'afterSeq'>;

/** Facts that were costed anew for a SKU that waits, what that found, and the costs after them. */
export interface CostedFacts {
  of: Recost;
  facts: readonly PostedFact[];
  postings: readonly CostDifference[];
  costs: SkuCosts;
}

const leastSeq = (facts: readonly StandingFact[]): number =>
  facts.reduce((least, { seq }) => Math.min(least, seq), Number.POSITIVE_INFINITY);

/**
 * Facts of a SKU after a checkpoint, in business order, with all that corrects them, and what they do to each
 * balance: those in the store, and those that were decided since. What comes late finds its place, what is
 * there at its time, and the facts after it without a look at the others.
 */
export class SkuHistory {
  readonly #start: HistoryStart | undefined;
  readonly #facts = new PositionList<StandingFact, number>(leastSeq);
  readonly #bySeq = new Map<number, StandingFact>();
  /** From the beginning on, or once somebody asked for them. */
  #moves: Map<string, BalanceMoves> | undefined;
  /** Decided and not committed, as far as they are taken in. */
  readonly #fresh: LedgerEntry[] = [];
  /** Costs on the way, in order; from the nearest of them values are found anew. */
  readonly #marks: CostText[] = [];
  /** One more, after what was decided last. */
  tail: CostText | undefined;
  /** Of a SKU that is costed anew in parts: the last of them. */
  costed: CostedFacts | undefined;
  /** `seq` of the last entry in the store that was taken in. */
  lastSeq: number;

  /** Whoever only costs anew asks for no balances. */
  constructor(checkpoint: HistoryStart | undefined, ofBalances = true) {
    this.#start = checkpoint;
    if (ofBalances) this.#moves = new Map();
    this.lastSeq = checkpoint?.afterSeq ?? 0;
  }

  /** Entries that follow those taken before. */
  *take(entries: readonly LedgerEntry[]): Slices<void> {
    yield* eachInSlices(entries, (entry) => this.#add(entry));
    this.lastSeq = entries.at(-1)?.seq ?? this.lastSeq;
  }

  /**
   * Entries that others have committed since, in place of what was decided here. False where they are about facts
   * that are not here, so that what it begins with may be out of date.
   */
  *takeOthers(entries: readonly LedgerEntry[]): Slices<boolean> {
    this.follow([]);
    yield* this.take(entries);
    const about = entries.map(({ by, seq }) => this.#bySeq.get(by ?? seq));
    for (const fact of about) if (fact) this.dropMarks(fact);
    return !about.includes(undefined);
  }

  /** Whether all facts at a business time and after it are here. */
  reaches(at: string): boolean {
    return !this.#start || this.#start.at < at;
  }

  /** Whether it begins with the books as they are in the store, which do not say of all shortages what they are. */
  get isOfBooks(): boolean {
    return typeof this.#start?.state === 'object';
  }

  /** Whether all its facts stand at this instant or after it. */
  beginsAt(at: string): boolean {
    return this.#facts.first?.at === at;
  }

  /** How much it holds in memory, in facts. */
  get size(): number {
    const state = this.#start?.state;
    return this.#facts.length + (typeof state === 'object' ? state.layers.length : 0);
  }

  /** Takes in what was decided since, and gives up what was undone: the last first, as it is undone. */
  follow(fresh: readonly LedgerEntry[]): void {
    const known = this.#fresh;
    while (known.length > 0 && known.at(-1) !== fresh[known.length - 1]) this.#drop(known.pop()!);
    for (let index = known.length; index < fresh.length; index += 1) {
      known.push(fresh[index]!);
      this.#add(fresh[index]!);
    }
  }

  /** All that was decided is in the store now. */
  committed(fresh: readonly LedgerEntry[]): void {
    this.follow(fresh);
    this.#fresh.length = 0;
    this.lastSeq = fresh.at(-1)?.seq ?? this.lastSeq;
  }

  #add(entry: LedgerEntry): void {
    const { at, rank, seq } = entry;
    if (isFact(entry)) {
      if (this.#start && !isBefore(this.#start, entry)) return;
      const fact = { at, rank, seq, entry, corrections: [] };
      this.#bySeq.set(seq, fact);
      this.#facts.add(fact);
      this.#move(entry, entry, 1n);
      return;
    }
    const fact = this.#bySeq.get(entry.by!);
    if (!fact) return;
    fact.corrections.push(entry);
    this.#move(entry, fact.entry, 1n);
  }

  #drop(entry: LedgerEntry): void {
    const fact = this.#bySeq.get(entry.by ?? entry.seq);
    if (!fact) return;
    if (entry !== fact.entry) {
      fact.corrections.pop();
      this.#move(entry, fact.entry, -1n);
      return;
    }
    for (const [key] of endsOf(entry)) this.#moves?.get(key)?.delete(entry.seq);
    this.#bySeq.delete(entry.seq);
    this.#facts.delete(fact);
  }

  /** A fact, or what corrects it, moves its balances; a count stands until it is cancelled. */
  #move(entry: LedgerEntry, fact: LedgerEntry, sign: bigint): void {
    if (!this.#moves) return;
    if (entry.quantity !== 0n || entry.kind === 'count') {
      for (const [key, by] of endsOf(entry)) this.#movesOf(key).add(fact, sign * by);
    }
    const isCancel = entry.kind === 'cancel';
    if (fact.kind !== 'count' || (entry !== fact && !isCancel)) return;
    const count = isCancel === sign < 0n ? fact : undefined;
    for (const [key] of endsOf(fact)) this.#movesOf(key).count(fact.seq, count);
  }

  #movesOf(key: string): BalanceMoves {
    const moves = this.#moves!.get(key) ?? new BalanceMoves();
    this.#moves!.set(key, moves);
    return moves;
  }

  fact(seq: number): LedgerEntry | undefined {
    return this.#bySeq.get(seq)?.entry;
  }

  /** Those of lots that its facts moved. */
  *lotBalances(): Iterable<BalanceIn> {
    for (const { entry } of this.#bySeq.values()) {
      if (entry.lot === '') continue;
      for (const [key] of endsOf(entry)) yield balanceOfKey(key);
    }
  }

  moves(balance: Balance): BalanceMoves | undefined {
    if (!this.#moves) {
      this.#moves = new Map();
      for (const { entry, corrections } of this.#bySeq.values()) {
        for (const one of [entry, ...corrections]) this.#move(one, entry, 1n);
      }
    }
    return this.#moves.get(keyOfBalance(balance));
  }

  /**
   * So many facts after a position, and all at the time of the last of them, as they have become; from the
   * first on without one.
   */
  factsAfter(position: Position | undefined, most = Number.POSITIVE_INFINITY): PostedFact[] {
    const facts: PostedFact[] = [];
    for (const { rows } of this.#facts.after(position)) {
      for (const { entry, corrections } of rows) {
        if (facts.length >= most && facts.at(-1)?.entry.at !== entry.at) return facts;
        facts.push(postedFact(entry, corrections));
      }
    }
    return facts;
  }

  countAfter(position: Position | undefined): number {
    let count = 0;
    for (const { rows } of this.#facts.after(position)) count += rows.length;
    return count;
  }

  /** The least `seq` of all facts after a position: what came before it tells nothing of them. */
  leastSeqAfter(position: Position): number {
    let least = Number.POSITIVE_INFINITY;
    for (const some of this.#facts.after(position)) least = Math.min(least, this.#facts.sum(some));
    return least;
  }

  /** The nearest costs before a position; none where only those of the beginning are known. */
  markBefore(position: Position): CostMark | undefined {
    const mark = this.#marks.findLast((one) => isBefore(one, position)) ?? this.#start;
    const { tail } = this;
    return tail && isBefore(tail, position) && (!mark || isBefore(mark, tail)) ? tail : mark;
  }

  mark(mark: CostText): void {
    this.#marks.push(mark);
  }

  /** From a position on costs are not what they were. */
  dropMarks(position: Position): void {
    while (this.#marks.length > 0 && !isBefore(this.#marks.at(-1)!, position)) this.#marks.pop();
    if (this.tail && !isBefore(this.tail, position)) this.tail = undefined;
    const costed = this.costed?.facts.at(-1)?.entry;
    if (costed && !isBefore(costed, position)) this.costed = undefined;
  }
}

/** Balances of ours that an entry takes from and brings to, and how much more each has then. */
export function endsOf(entry: LedgerEntry): [key: string, by: bigint][] {
  const { from, to, lot, owner, status, toStatus = status, quantity } = entry;
  const ends: [string, bigint][] = [];
  if (!isOutside(from)) ends.push([keyOfBalance({ place: from, lot, status, owner }), -quantity]);
  if (!isOutside(to))
    ends.push([keyOfBalance({ place: to, lot, status: toStatus, owner }), quantity]);
  return ends;
}
