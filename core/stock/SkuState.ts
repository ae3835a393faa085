import type {
  Balance,
  Checkpoint,
  CostLayer,
  CostPool,
  Item,
  LedgerEntry,
  Recost,
  SkuHead,
  Status,
} from '../ledger.ts';
import { limits } from '../limits.ts';
import type { BalanceKey } from '../ports.ts';
import { tupleKey } from '../tupleKey.ts';
import type { Position } from './costing/Fact.ts';
import { isBefore } from './costing/Fact.ts';
import { SkuCosts } from './costing/SkuCosts.ts';
import type { Tracker } from './costing/Tracker.ts';
import { hashEntry } from './hashEntry.ts';
import { Missing } from './Missing.ts';
import type { StockPolicy } from './policy.ts';

/** Documents that a correction names as its cause. */
const CAUSES_TOLD = 3;

export const keyOfBalance = (of: Omit<BalanceKey, 'sku'>): string =>
  tupleKey(of.place, of.lot, of.status, of.owner);

/** A position, and the documents that came before it in business time, the first few of them. */
export interface Late extends Position {
  because: readonly string[];
}

/** Committed facts of a SKU after a checkpoint, to cost them anew. */
export interface LoadedHistory {
  checkpoint: Checkpoint | undefined;
  entries: LedgerEntry[];
}

/** One SKU as a decision round knows it: what the store holds, and what was decided since. */
export class SkuState {
  readonly sku: string;
  /** Version that the store holds, as far as we know. */
  expectedVersion: number;
  /** `seq` of the last entry in the store, and of the last that was decided. */
  committedSeq: number;
  seq: number;
  item: Item | undefined;
  opening: SkuHead['opening'];
  costs: SkuCosts;
  /** Reserved from pools as a whole. */
  readonly reserved = new Map<string, bigint>();
  recordedAt: string;
  /** Of the last entry in the store. */
  hash: string;
  latestAt: string;
  checkpointSeq: number;
  recost: Recost | undefined;
  /** Entries decided and not committed. */
  readonly fresh: LedgerEntry[] = [];
  /** Where facts came that are earlier than others: from there on values are to be found anew. */
  late: Late | undefined;
  /** Changes of the cost of what was produced, by `seq`. */
  readonly shifts = new Map<number, bigint>();
  history: LoadedHistory | undefined;
  readonly #balances = new Map<string, Balance>();
  /** Filters by which balances were loaded completely: '' all, a place, a lot. */
  readonly #complete = new Set<string>();

  constructor(
    head: SkuHead,
    layers: readonly CostLayer[],
    policy: StockPolicy,
    tracker: Tracker | undefined,
  ) {
    this.sku = head.sku;
    this.expectedVersion = head.version;
    this.committedSeq = head.seq;
    this.seq = head.seq;
    this.item = head.item;
    this.opening = head.opening;
    this.recordedAt = head.recordedAt;
    this.hash = head.hash;
    this.latestAt = head.latestAt;
    this.checkpointSeq = head.checkpointSeq;
    this.recost = head.recost;
    const now = head.item ?? { valuation: policy.valuation, standardCost: 0n };
    this.costs = new SkuCosts(head.sku, policy.minorDigits, now);
    for (const { pool, quantity, value, lastCost, reserved, untouched } of head.pools) {
      if (reserved !== 0n) this.reserved.set(pool, reserved);
      if (!untouched) Object.assign(this.costs.pool(pool), { quantity, value, lastCost });
    }
    for (const layer of layers) this.costs.pool(layer.pool).load([layer]);
    // What was loaded stays, whatever becomes of the document for which it was.
    if (tracker) this.costs.trackedBy(tracker);
  }

  /**
   * After a commit. What was decided is history now; a long one is read anew when it is needed, from a
   * checkpoint that is nearer.
   */
  committed(): void {
    this.expectedVersion += 1;
    this.committedSeq = this.seq;
    this.late = undefined;
    this.shifts.clear();
    const length = (this.history?.entries.length ?? 0) + this.fresh.length;
    if (length > limits.cachedEntriesPerSku) this.history = undefined;
    else this.history?.entries.push(...this.fresh);
    this.fresh.length = 0;
  }

  /** Entries are recorded when they are committed, however long it took to decide them. */
  stamp(recordedAt: string): void {
    for (const entry of this.fresh) {
      if (entry.recordedAt >= recordedAt) continue;
      entry.recordedAt = recordedAt;
      this.recordedAt = recordedAt;
    }
  }

  chain(): void {
    for (const entry of this.fresh) {
      entry.hash = hashEntry(entry, this.hash);
      this.hash = entry.hash;
    }
  }

  toHead(): SkuHead {
    const { recost } = this;
    return {
      sku: this.sku,
      version: this.expectedVersion + 1,
      seq: this.seq,
      item: this.item,
      opening: this.opening,
      pools: this.#pools(),
      recordedAt: this.recordedAt,
      hash: this.hash,
      latestAt: this.latestAt,
      checkpointSeq: this.checkpointSeq,
      ...(recost ? { recost } : {}),
    };
  }

  /** Those that anything has moved in, empty or not, and those of which something is reserved. */
  #pools(): CostPool[] {
    const { costs } = this;
    const touched = costs.inOrder().map(({ pool, quantity, value, lastCost }): CostPool => {
      return { pool, quantity, value, lastCost, reserved: this.reserved.get(pool) ?? 0n };
    });
    const nothing = { quantity: 0n, value: 0n, lastCost: 0n, untouched: true as const };
    const reserved = Array.from(this.reserved, ([pool, held]): CostPool => {
      return { pool, ...nothing, reserved: held };
    });
    const untouched = reserved.filter((row) => row.reserved !== 0n && !costs.pools.has(row.pool));
    if (untouched.length === 0) return touched;
    return [...touched, ...untouched].sort((one, other) => (one.pool < other.pool ? -1 : 1));
  }

  // --- balances ---------------------------------------------------------------------------------

  takeBalance(balance: Balance): void {
    const key = keyOfBalance(balance);
    if (!this.#balances.has(key)) this.#balances.set(key, balance);
  }

  /** All of this filter are known now. */
  complete(filter: { place?: string; lot?: string }): void {
    this.#complete.add(filterKey(filter));
  }

  isComplete(filter: { place?: string; lot?: string }): boolean {
    if (this.expectedVersion === 0 || this.#complete.has('')) return true;
    return this.#complete.has(filterKey(filter));
  }

  hasBalance(key: Omit<BalanceKey, 'sku'>): boolean {
    return (
      this.#balances.has(keyOfBalance(key)) ||
      this.isComplete({ place: key.place }) ||
      this.isComplete({ lot: key.lot })
    );
  }

  /** An empty one where the store has none. */
  balance(place: string, lot: string, status: Status, owner: string): Balance {
    const key = keyOfBalance({ place, lot, status, owner });
    const known = this.#balances.get(key);
    if (known) return known;
    if (!this.hasBalance({ place, lot, status, owner })) {
      throw new Missing({ balance: { sku: this.sku, place, lot, status, owner } });
    }
    const balance = emptyBalance({ sku: this.sku, place, lot, status, owner });
    this.#balances.set(key, balance);
    return balance;
  }

  /** All at a place or of a lot; without a filter all of the SKU. */
  balances(filter: { place?: string; lot?: string } = {}): Balance[] {
    if (!this.isComplete(filter)) throw new Missing({ balances: { sku: this.sku, ...filter } });
    const { place, lot } = filter;
    return [...this.#balances.values()].filter(
      (balance) =>
        (place === undefined || balance.place === place) &&
        (lot === undefined || balance.lot === lot),
    );
  }

  /** From where on values are to be found anew, when that is from a position on too. */
  lateFrom(position: Position, because: string): NonNullable<SkuState['late']> {
    const { late } = this;
    const causes = [...new Set([...(late?.because ?? []), because])].slice(0, CAUSES_TOLD);
    const { at, seq } = late && !isBefore(position, late) ? late : position;
    const isSame = late?.at === at && late.seq === seq && late.because.length === causes.length;
    return isSame ? late : { at, seq, because: causes };
  }

  // --- facts ------------------------------------------------------------------------------------

  /** Entries of all facts at or after a business time, and some before it. */
  entriesFrom(at: string): LedgerEntry[] {
    if (this.committedSeq === 0) return this.fresh;
    const from = this.history?.checkpoint?.at ?? '';
    if (!this.history || from >= at) throw new Missing({ history: { sku: this.sku, at } });
    return [...this.history.entries, ...this.fresh];
  }
}

const filterKey = ({ place, lot }: { place?: string; lot?: string }): string => {
  if (place !== undefined) return `place ${place}`;
  return lot !== undefined && lot !== '' ? `lot ${lot}` : '';
};

export function emptyBalance(key: Omit<BalanceKey, 'status'> & { status: Status }): Balance {
  const { sku, place, lot, status, owner } = key;
  const none = { onHand: 0n, reserved: 0n, expiresOn: '', since: '', version: 0 };
  return { sku, place, lot, status, owner, ...none };
}
