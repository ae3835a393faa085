/**
 * The part of the books that a decision round works on, in memory. Documents are decided one after
 * another and see each other; a document that is refused is undone to the last trace. What changed
 * since the last commit is what the next one writes.
 */
import type {
  Balance,
  Checkpoint,
  Commit,
  CostLayer,
  LedgerEntry,
  Location,
  OpenOrder,
  Period,
  Reservation,
  Status,
} from '../ledger.ts';
import { limits } from '../limits.ts';
import type { BalanceKey, Loaded, LoadRequest } from '../ports.ts';
import type { Position } from './costing/Fact.ts';
import { isBefore } from './costing/Fact.ts';
import type { Tracker } from './costing/PoolCosts.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';
import { hashEntry } from './hashEntry.ts';
import { Missing } from './Missing.ts';
import type { StockPolicy } from './policy.ts';
import type { LoadedHistory } from './SkuState.ts';
import { SkuState } from './SkuState.ts';

type HeadChange = Partial<
  Pick<
    SkuState,
    'seq' | 'item' | 'opening' | 'recordedAt' | 'latestAt' | 'late' | 'recost' | 'checkpointSeq'
  >
>;

interface Held<Row> {
  row: Row;
  expectedVersion: number;
}

/** A SKU whose values are not final from a business time on. */
export interface Waiting {
  sku: string;
  at: string;
}

const noPeriod: Period = { version: 0, closedThrough: '', log: [] };

/** Documents that a correction names as its cause. */
const CAUSES_TOLD = 3;

export class Workspace implements Tracker {
  readonly policy: StockPolicy;
  readonly #skus = new Map<string, SkuState>();
  readonly #withHistory = new Set<SkuState>();
  readonly #reservations = new Map<string, Held<Reservation> | undefined>();
  readonly #openOrders = new Map<string, OpenOrder[]>();
  readonly #documents = new Map<string, LedgerEntry[]>();
  readonly #freshDocuments = new Map<string, LedgerEntry[]>();
  readonly #undo: (() => void)[] = [];
  #period: Period = noPeriod;
  #expectedPeriod = 0;
  #isPeriodRead = false;
  readonly #seen = new Set<string>();
  #waiting: readonly Waiting[] | undefined;

  entries: LedgerEntry[] = [];
  locations: Location[] = [];
  #checkpoints: Checkpoint[] = [];
  #staleCheckpoints: { sku: string; at: string }[] = [];
  readonly #changedSkus = new Set<SkuState>();
  readonly #changedBalances = new Set<Balance>();
  /** By SKU. */
  readonly #changedLayers = new Map<string, Set<CostLayer>>();
  readonly #changedReservations = new Set<string>();
  readonly #changedOrders = new Map<string, OpenOrder>();

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

  hasReservation(id: string): boolean {
    return this.#reservations.has(id);
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
    for (const { sku, place, lot, status, owner } of asked.balances) {
      const state = this.#skus.get(sku);
      state?.takeBalance({
        ...{ sku, place, lot, status: status as Status, owner },
        ...{ onHand: 0n, reserved: 0n, expiresOn: '', since: '', version: 0 },
      });
    }
    for (const { sku, ...filter } of asked.balancesOf) this.#skus.get(sku)?.complete(filter);
    for (const id of asked.reservations) {
      if (this.#reservations.has(id)) continue;
      const row = loaded.reservations.find((one) => one.id === id);
      this.#reservations.set(id, row && { row, expectedVersion: row.version });
    }
    for (const document of asked.openOrders) {
      if (this.#openOrders.has(document)) continue;
      const rows = loaded.openOrders.filter((one) => one.document === document);
      this.#openOrders.set(document, rows);
    }
    this.takePeriod(loaded.period);
  }

  /** The first that a round reads holds until its commit: all of it is decided against one period. */
  takePeriod(period: Period): void {
    if (this.#isPeriodRead) return;
    this.#isPeriodRead = true;
    this.#period = period;
    this.#expectedPeriod = period.version;
  }

  takeDocument(document: string, entries: LedgerEntry[]): void {
    this.#documents.set(document, entries);
  }

  takeHistory(state: SkuState, history: LoadedHistory): void {
    state.history = history;
    this.#withHistory.add(state);
  }

  takeWaiting(waiting: readonly Waiting[]): void {
    this.#waiting = waiting;
  }

  // --- reading --------------------------------------------------------------------------------

  sku(sku: string): SkuState {
    this.#seen.add(sku);
    const state = this.#skus.get(sku);
    if (!state) throw new Missing({ head: sku });
    return state;
  }

  get period(): Period {
    return this.#period;
  }

  /** All entries that bear a document's number: in the store, and decided since. */
  entriesOf(document: string): LedgerEntry[] {
    const committed = this.#documents.get(document);
    if (!committed) throw new Missing({ document });
    return [...committed, ...(this.#freshDocuments.get(document) ?? [])];
  }

  /** SKUs that wait to be costed anew: in the store, and left for later since. */
  waiting(): Waiting[] {
    if (!this.#waiting) throw new Missing({ waiting: true });
    const here = [...this.#changedSkus].flatMap(({ sku, recost }) =>
      recost ? { sku, at: recost.at } : [],
    );
    return [...this.#waiting.filter(({ sku }) => !this.hasChanged(sku)), ...here];
  }

  reservation(id: string): Reservation | undefined {
    if (!this.#reservations.has(id)) throw new Missing({ reservation: id });
    return this.#reservations.get(id)?.row;
  }

  reservations(): Reservation[] {
    return [...this.#reservations.values()].flatMap((held) => held?.row ?? []);
  }

  openOrders(document: string): OpenOrder[] {
    const orders = this.#openOrders.get(document);
    if (!orders) throw new Missing({ openOrder: document });
    return orders;
  }

  // --- changing, each with its way back -------------------------------------------------------

  undo(back: () => void): void {
    this.#undo.push(back);
  }

  layer(layer: CostLayer): void {
    this.#note(this.#changedLayersOf(layer.sku), layer);
  }

  #changedLayersOf(sku: string): Set<CostLayer> {
    let changed = this.#changedLayers.get(sku);
    if (!changed) {
      changed = new Set();
      this.#changedLayers.set(sku, changed);
    }
    return changed;
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
    const { late } = state;
    const causes = new Set([...(late?.because ?? []), because]);
    const { at, seq } = late && !isBefore(position, late) ? late : position;
    if (late?.seq === seq && late.because.length === Math.min(causes.size, CAUSES_TOLD)) return;
    this.changeSku(state, { late: { at, seq, because: [...causes].slice(0, CAUSES_TOLD) } });
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
    state.costs.pool(pool);
    state.reserved.set(pool, old + by);
    this.#undo.push(() => state.reserved.set(pool, old));
    this.#note(this.#changedSkus, state);
  }

  addEntry(state: SkuState, entry: LedgerEntry): void {
    const ofDocument = this.#freshDocuments.get(entry.document) ?? [];
    this.#freshDocuments.set(entry.document, ofDocument);
    const lists = [this.entries, state.fresh, ofDocument];
    for (const list of lists) list.push(entry);
    this.#undo.push(() => {
      for (const list of lists) list.pop();
    });
  }

  addLocation(location: Location): void {
    this.locations.push(location);
    this.#undo.push(() => this.locations.pop());
  }

  /** Whoever decides against the period at the same moment decides again. */
  touchPeriod(): void {
    const { version } = this.#period;
    if (version === this.#expectedPeriod) {
      this.changePeriod({ ...this.#period, version: version + 1 });
    }
  }

  changePeriod(period: Period): void {
    const old = this.#period;
    this.#period = period;
    this.#undo.push(() => {
      this.#period = old;
    });
  }

  changeReservation(row: Reservation): void {
    const old = this.#reservations.get(row.id);
    this.#reservations.set(row.id, { row, expectedVersion: old?.expectedVersion ?? 0 });
    this.#undo.push(() => this.#reservations.set(row.id, old));
    this.#note(this.#changedReservations, row.id);
  }

  /** Takes the place of the order line of the same name. */
  changeOpenOrder(order: OpenOrder): void {
    const { document, line } = order;
    const old = this.openOrders(document);
    const others = old.filter((one) => one.line !== line);
    this.#openOrders.set(document, [...others, order]);
    const key = `${document}\u0000${line}`;
    const known = this.#changedOrders.get(key);
    this.#changedOrders.set(key, order);
    this.#undo.push(() => {
      this.#openOrders.set(document, old);
      if (known) this.#changedOrders.set(key, known);
      else this.#changedOrders.delete(key);
    });
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
    const gone = new Map<string, CostLayer>();
    const changed = this.#changedLayersOf(state.sku);
    for (const layer of changed) gone.set(layerKey(layer), { ...layer, quantity: 0n, value: -1n });
    changed.clear();
    for (const pool of state.costs.pools.values()) {
      for (const layer of pool.all()) {
        const key = layerKey(layer);
        if (!gone.has(key)) gone.set(key, layer);
      }
    }
    for (const pool of costs.pools.values()) {
      for (const layer of pool.all()) {
        const key = layerKey(layer);
        const old = gone.get(key);
        gone.delete(key);
        if (!old || !isSameLayer(old, layer)) changed.add(layer);
      }
    }
    for (const layer of gone.values()) changed.add({ ...layer, quantity: 0n });
    // Of what is reserved the head keeps account, also where no fact knows the pool any more.
    for (const pool of state.reserved.keys()) costs.pool(pool);
    state.costs = costs.trackedBy(this);
    this.#changedSkus.add(state);
  }

  addCheckpoint(checkpoint: Checkpoint): void {
    this.#checkpoints.push(checkpoint);
  }

  /** Checkpoints of a SKU after this business time say nothing any more. */
  dropCheckpoints(sku: string, at: string): void {
    this.#staleCheckpoints.push({ sku, at });
    this.#checkpoints = this.#checkpoints.filter((one) => one.sku !== sku || one.at <= at);
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
    this.#chain();
    const { version } = this.#period;
    return {
      heads: [...this.#changedSkus].map((state) => ({
        head: state.toHead(),
        expectedVersion: state.expectedVersion,
      })),
      balances: [...this.#changedBalances],
      layers: [...this.#changedLayers.values()].flatMap((changed) => [...changed]),
      entries: this.entries,
      checkpoints: this.#checkpoints,
      staleCheckpoints: this.#staleCheckpoints,
      locations: this.locations,
      reservations: [...this.#changedReservations].map((id) => {
        const { row, expectedVersion } = this.#reservations.get(id)!;
        return { reservation: row, expectedVersion };
      }),
      periodVersion: this.#expectedPeriod,
      ...(version === this.#expectedPeriod ? {} : { period: this.#period }),
      openOrders: [...this.#changedOrders.values()],
    };
  }

  /** Entries are recorded when they are committed, however long it took to decide them. */
  stamp(recordedAt: string): void {
    for (const state of this.#changedSkus) {
      for (const entry of state.fresh) {
        if (entry.recordedAt >= recordedAt) continue;
        entry.recordedAt = recordedAt;
        state.recordedAt = recordedAt;
      }
    }
  }

  /** Each entry is chained to the one before it of its SKU, once nothing of it changes any more. */
  #chain(): void {
    for (const state of this.#changedSkus) {
      for (const entry of state.fresh) {
        entry.hash = hashEntry(entry, state.hash);
        state.hash = entry.hash;
      }
    }
  }

  /** After a commit: what is in memory is what the store holds. */
  committed(): void {
    for (const state of this.#changedSkus) {
      state.committed();
      for (const pool of state.costs.pools.values()) pool.compact();
    }
    this.#boundHistories();
    this.#reservations.clear();
    this.#openOrders.clear();
    this.#isPeriodRead = false;
    this.#clearChanges();
  }

  /** What was read to cost SKUs anew is kept for the next that comes late, up to a bound. */
  #boundHistories(): void {
    let entries = 0;
    for (const { history } of this.#withHistory) entries += history?.entries.length ?? 0;
    if (entries <= limits.cachedEntries) return;
    for (const state of this.#withHistory) state.history = undefined;
    this.#withHistory.clear();
  }

  #clearChanges(): void {
    for (const changed of [
      this.#changedSkus,
      this.#changedBalances,
      this.#changedLayers,
      this.#changedReservations,
      this.#changedOrders,
    ]) {
      changed.clear();
    }
    this.#documents.clear();
    this.#freshDocuments.clear();
    this.#waiting = undefined;
    this.#checkpoints = [];
    this.#staleCheckpoints = [];
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
      this.#withHistory.delete(state);
    }
    this.#documents.clear();
  }

  /** True where the round has decided something that the commit is to write. */
  hasChanged(sku: string): boolean {
    const state = this.#skus.get(sku);
    return state !== undefined && this.#changedSkus.has(state);
  }

  forgetAll(): void {
    this.#skus.clear();
    this.#withHistory.clear();
    this.#reservations.clear();
    this.#openOrders.clear();
    this.#isPeriodRead = false;
    this.#clearChanges();
  }

  /** SKUs, and what of their costs lies in memory. */
  get size(): { skus: number; layers: number } {
    let layers = 0;
    for (const { costs } of this.#skus.values()) layers += costs.layerCount;
    return { skus: this.#skus.size, layers };
  }
}

const layerKey = ({ pool, at, seq, part }: CostLayer): string =>
  `${pool}\u0000${at}\u0000${seq}\u0000${part}`;

const isSameLayer = (one: CostLayer, other: CostLayer): boolean =>
  one.quantity === other.quantity &&
  one.value === other.value &&
  one.since === other.since &&
  one.origin === other.origin &&
  one.lot === other.lot &&
  one.owed === other.owed;
