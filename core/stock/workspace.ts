/**
 * The part of the books that a decision round works on, in memory. Documents are decided one after
 * another and see each other; a document that is refused is undone to the last trace. What changed
 * since the last commit is what the next one writes.
 */
import type {
  Balance,
  Commit,
  CostLayer,
  LedgerEntry,
  Location,
  Period,
  Status,
} from '../ledger.ts';
import type { BalanceKey, Loaded, LoadRequest } from '../ports.ts';
import { ChangedLayers } from './ChangedLayers.ts';
import { Checkpoints } from './Checkpoints.ts';
import { Claims } from './Claims.ts';
import type { Position } from './costing/Fact.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';
import type { Tracker } from './costing/Tracker.ts';
import { DocumentEntries } from './DocumentEntries.ts';
import { Histories } from './Histories.ts';
import { Missing } from './Missing.ts';
import { PeriodState } from './PeriodState.ts';
import type { StockPolicy } from './policy.ts';
import { emptyBalance, type LoadedHistory, SkuState } from './SkuState.ts';
import { type WaitingSku, WaitingSkus } from './WaitingSkus.ts';

type HeadChange = Partial<
  Pick<
    SkuState,
    'seq' | 'item' | 'opening' | 'recordedAt' | 'latestAt' | 'late' | 'recost' | 'checkpointSeq'
  >
>;

export class Workspace implements Tracker {
  readonly policy: StockPolicy;
  readonly documents = new DocumentEntries();
  readonly claims = new Claims((back) => this.undo(back));
  readonly checkpoints = new Checkpoints();
  readonly periodState = new PeriodState((back) => this.undo(back));
  readonly #skus = new Map<string, SkuState>();
  readonly #histories = new Histories();
  readonly #undo: (() => void)[] = [];
  readonly #seen = new Set<string>();
  readonly #waiting = new WaitingSkus();

  entries: LedgerEntry[] = [];
  locations: Location[] = [];
  readonly #changedSkus = new Set<SkuState>();
  readonly #changedBalances = new Set<Balance>();
  readonly #changedLayers = new ChangedLayers();

  constructor(policy: StockPolicy) {
    this.policy = policy;
  }

  // --- what is loaded -------------------------------------------------------------------------

  has(sku: string): boolean {
    return this.#skus.has(sku);
  }

  hasBalance(key: BalanceKey): boolean {
    return this.#skus.get(key.sku)?.hasBalance(key) ?? false;
  }

  /** Takes in what the store gave. What was asked for and did not come exists nowhere. */
  take(loaded: Loaded, asked: LoadRequest): void {
    const layers = Map.groupBy(loaded.layers, ({ sku }) => sku);
    for (const head of loaded.heads) {
      if (this.#skus.has(head.sku)) continue;
      const state = new SkuState(head, layers.get(head.sku) ?? [], this.policy, this);
      this.#skus.set(head.sku, state);
    }
    for (const balance of loaded.balances) this.#skus.get(balance.sku)?.takeBalance(balance);
    for (const key of asked.balances) {
      const none = emptyBalance({ ...key, status: key.status as Status });
      this.#skus.get(key.sku)?.takeBalance(none);
    }
    for (const { sku, ...filter } of asked.balancesOf) this.#skus.get(sku)?.complete(filter);
    this.claims.take(loaded, asked);
    this.periodState.take(loaded.period);
  }

  takeHistory(state: SkuState, history: LoadedHistory): void {
    this.#histories.take(state, history);
  }

  takeWaiting(waiting: readonly WaitingSku[]): void {
    this.#waiting.take(waiting);
  }

  // --- reading --------------------------------------------------------------------------------

  sku(sku: string): SkuState {
    this.#seen.add(sku);
    const state = this.#skus.get(sku);
    if (!state) throw new Missing({ head: sku });
    return state;
  }

  get period(): Period {
    return this.periodState.now;
  }

  /** SKUs that wait to be costed anew: in the store, and left for later since. */
  waiting(): WaitingSku[] {
    return this.#waiting.all(this.#changedSkus);
  }

  // --- changing, each with its way back -------------------------------------------------------

  undo(back: () => void): void {
    this.#undo.push(back);
  }

  layer(layer: CostLayer): void {
    this.#note(this.#changedLayers.of(layer.sku), layer);
  }

  #note<Row>(changed: Set<Row>, row: Row): void {
    if (changed.has(row)) return;
    changed.add(row);
    this.#undo.push(() => changed.delete(row));
  }

  changeSku(state: SkuState, change: HeadChange): void {
    const { seq, item, opening, recordedAt, latestAt, late, recost, checkpointSeq } = state;
    const old = { seq, item, opening, recordedAt, latestAt, late, recost, checkpointSeq };
    this.#undo.push(() => Object.assign(state, old));
    Object.assign(state, change);
    this.#note(this.#changedSkus, state);
  }

  /** From this position on the SKU's values are to be found anew. */
  markLate(state: SkuState, position: Position, because: string): void {
    const late = state.lateFrom(position, because);
    if (late !== state.late) this.changeSku(state, { late });
  }

  changeBalance(
    balance: Balance,
    change: Partial<Pick<Balance, 'onHand' | 'reserved' | 'expiresOn' | 'since'>>,
    version: number,
  ): void {
    const { onHand, reserved, expiresOn, since, version: oldVersion } = balance;
    this.#undo.push(() => {
      Object.assign(balance, { onHand, reserved, expiresOn, since, version: oldVersion });
    });
    Object.assign(balance, change);
    balance.version = version;
    this.#note(this.#changedBalances, balance);
  }

  changePoolReserved(state: SkuState, pool: string, by: bigint): void {
    const old = state.reserved.get(pool) ?? 0n;
    state.reserved.set(pool, old + by);
    this.#undo.push(() => state.reserved.set(pool, old));
    this.#note(this.#changedSkus, state);
  }

  addEntry(state: SkuState, entry: LedgerEntry): void {
    const lists = [this.entries, state.fresh, this.documents.fresh(entry.document)];
    for (const list of lists) list.push(entry);
    this.#undo.push(() => {
      for (const list of lists) list.pop();
    });
  }

  addLocation(location: Location): void {
    this.locations.push(location);
    this.undo(() => this.locations.pop());
  }

  // --- costed anew; only at the end of a round, when nothing is undone any more ------------------

  lateSkus(): SkuState[] {
    return [...this.#changedSkus].filter(({ late }) => late !== undefined);
  }

  changedSkus(): SkuState[] {
    return [...this.#changedSkus];
  }

  /** Puts new costs in the place of a SKU's, and finds which layers changed by that. */
  replaceCosts(state: SkuState, costs: SkuCosts): void {
    this.#changedLayers.replaced(state.sku, state.costs, costs);
    state.costs = costs.trackedBy(this);
    this.#changedSkus.add(state);
  }

  // --- one document, all or none --------------------------------------------------------------

  keep(): void {
    this.#undo.length = 0;
  }

  /** A mark to which `rollback` can go back. */
  get mark(): number {
    return this.#undo.length;
  }

  rollback(mark = 0): void {
    for (let index = this.#undo.length - 1; index >= mark; index -= 1) this.#undo[index]!();
    this.#undo.length = mark;
  }

  // --- the commit -----------------------------------------------------------------------------

  /** What changed, as the store is to hold it. */
  changes(): Omit<Commit, 'recordedAt' | 'inbox' | 'tallies' | 'parked' | 'outbox'> {
    // Each entry is chained to the one before it, once nothing of it changes any more.
    for (const state of this.#changedSkus) state.chain();
    return {
      heads: [...this.#changedSkus].map((state) => ({
        head: state.toHead(),
        expectedVersion: state.expectedVersion,
      })),
      balances: [...this.#changedBalances],
      layers: this.#changedLayers.rows(),
      entries: this.entries,
      locations: this.locations,
      ...this.checkpoints.changes(),
      ...this.claims.changes(),
      ...this.periodState.changes(),
    };
  }

  /** Entries are recorded when they are committed, however long it took to decide them. */
  stamp(recordedAt: string): void {
    for (const state of this.#changedSkus) state.stamp(recordedAt);
  }

  /** After a commit: what is in memory is what the store holds. */
  committed(): void {
    for (const state of this.#changedSkus) {
      state.committed();
      for (const pool of state.costs.pools.values()) pool.compact();
    }
    this.#histories.bound();
    this.#clearChanges();
  }

  #clearChanges(): void {
    this.#changedSkus.clear();
    this.#changedBalances.clear();
    this.#changedLayers.clear();
    this.checkpoints.clear();
    this.claims.clear();
    this.periodState.clear();
    this.documents.clear();
    this.#waiting.clear();
    this.#undo.length = 0;
    this.entries = [];
    this.locations = [];
  }

  /** SKUs that were looked at since this was asked last. */
  takeSeen(): string[] {
    const seen = [...this.#seen];
    this.#seen.clear();
    return seen;
  }

  /** Forgets SKUs that the round has not changed, so that they are read anew, and documents with them. */
  forget(skus: Iterable<string>): void {
    for (const sku of skus) {
      const state = this.#skus.get(sku);
      if (!state || this.#changedSkus.has(state)) continue;
      this.#skus.delete(sku);
      this.#histories.delete(state);
    }
    this.documents.forgetCommitted();
  }

  /** True where the round has decided something that the commit is to write. */
  hasChanged(sku: string): boolean {
    const state = this.#skus.get(sku);
    return state !== undefined && this.#changedSkus.has(state);
  }

  forgetAll(): void {
    this.#skus.clear();
    this.#histories.clear();
    this.#clearChanges();
  }

  /** SKUs, and what of their costs lies in memory. */
  get size(): { skus: number; layers: number } {
    const states = [...this.#skus.values()];
    const layers = states.reduce((sum, { costs }) => sum + costs.layerCount, 0);
    return { skus: states.length, layers };
  }
}
