/**
 * The part of the books that a decision round works on, in memory. Documents are decided one after
 * another and see each other; a document that is refused is undone to the last trace. What changed
 * since the last commit is what the next one writes.
 */
import type { Found } from '../closingChecks.ts';
import type { Commit } from '../commit.ts';
import { EachOnce } from '../EachOnce.ts';
import type { Balance, CostLayer, LedgerEntry, Location, Period } from '../ledger.ts';
import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import { type ContenthashOf, packsOf, type SkuChange } from '../packsOf.ts';
import type { Loaded, LoadRequest } from '../ports.ts';
import type { Position } from '../position.ts';
import { assign, UndoLog } from '../UndoLog.ts';
import { Checkpoints } from './Checkpoints.ts';
import { Claims } from './Claims.ts';
import type { Tracker } from './costing/PoolCosts.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';
import { DocumentEntries } from './DocumentEntries.ts';
import { Histories } from './Histories.ts';
import { Missing } from './Missing.ts';
import { PeriodState } from './PeriodState.ts';
import type { StockPolicy } from './policy.ts';
import { replacedLayers } from './replacedLayers.ts';
import type { SkuHistory } from './SkuHistory.ts';
import { SkuState } from './SkuState.ts';

type HeadChange = Partial<
  Pick<SkuState, 'item' | 'opening' | 'late' | 'recost' | 'checkpointSeq' | 'lotsLeft'>
>;

export class Workspace implements Tracker {
  readonly policy: StockPolicy;
  readonly keptShortages: number;
  readonly #rowsOfPack: number;
  readonly documents = new DocumentEntries();
  /** Of one document, all or none; cleared, it stays. */
  readonly undo = new UndoLog();
  readonly claims = new Claims(this.undo);
  readonly checkpoints = new Checkpoints();
  readonly periodState = new PeriodState(this.undo);
  readonly #skus = new Map<string, SkuState>();
  readonly #histories = new Histories();
  /** SKUs that were looked at, the first `#seenCount`; the list is used again. */
  readonly #seen: string[] = [];
  #seenCount = 0;
  /** Of those the one that was looked at last, as each line does several times. */
  #last: SkuState | undefined;

  locations: Location[] = [];
  readonly #storedLocations = new Map<string, Location | undefined>();
  readonly #changedSkus = new Set<SkuState>();
  /** SKUs of which a balance or a layer changed. */
  #withRows: SkuState[] = [];

  constructor(
    policy: StockPolicy,
    keptShortages: number = limits.keptShortages,
    rowsOfPack: number = limits.packRows,
  ) {
    this.policy = policy;
    this.keptShortages = keptShortages;
    this.#rowsOfPack = rowsOfPack;
  }

  has(sku: string): boolean {
    return this.#skus.has(sku);
  }

  /** Takes in what the store gave. What was asked for and did not come exists nowhere. */
  take(loaded: Loaded, asked: LoadRequest): void {
    for (const books of loaded.skus) {
      const { sku } = books.head;
      if (!this.#skus.has(sku)) this.#skus.set(sku, new SkuState(books, this.policy, this));
    }
    this.claims.take(loaded, asked);
    this.periodState.take(loaded.period);
  }

  takeHistory(state: SkuState, history: SkuHistory): void {
    state.takeHistory(history);
    this.#histories.use(state);
  }

  sku(sku: string): SkuState {
    if (this.#last?.sku === sku) return this.#last;
    this.#seen[this.#seenCount] = sku;
    this.#seenCount += 1;
    const state = this.#skus.get(sku);
    if (!state) throw new Missing({ head: sku });
    this.#last = state;
    return state;
  }

  get period(): Period {
    return this.periodState.now;
  }

  /** SKUs that wait to be costed anew: those of `stored` that still do, and those that were left for later since. */
  waiting(stored: Found['waiting']): Found['waiting'] {
    const here = this.changedSkus().flatMap(({ sku, recost }) =>
      recost ? { sku, at: recost.at } : [],
    );
    return [...stored.filter(({ sku }) => !this.hasChanged(sku)), ...here];
  }

  // --- changing, each with its way back -------------------------------------------------------

  layer(layer: CostLayer, isNew: boolean): void {
    const state = this.sku(layer.sku);
    state.changedLayers = this.#noted(state, state.changedLayers, layer, isNew);
  }

  #noteBalance(balance: Balance): void {
    const state = this.sku(balance.sku);
    state.changedBalances = this.#noted(state, state.changedBalances, balance);
  }

  /** Rows of a SKU that changed, with this one. */
  #noted<Row>(state: SkuState, known: EachOnce<Row> | undefined, row: Row, isNew = false) {
    const rows = known ?? new EachOnce<Row>([]);
    if (!known) this.#withRows.push(state);
    if (isNew || !rows.has(row)) {
      rows.addNew(row);
      this.undo.add(takeBack, rows);
    }
    return rows;
  }

  #noteSku(state: SkuState): void {
    if (this.#changedSkus.has(state)) return;
    this.#changedSkus.add(state);
    this.undo.add(forgetIn<SkuState>, this.#changedSkus, state);
  }

  changeSku(state: SkuState, change: HeadChange): void {
    const { item, opening, late, recost, checkpointSeq, lotsLeft } = state;
    const old = { item, opening, late, recost, checkpointSeq, lotsLeft };
    this.undo.add(assign<SkuState>, state, old);
    Object.assign(state, change);
    this.#noteSku(state);
  }

  /** With an entry more, the last by number and perhaps by business time. */
  #advance(state: SkuState, entry: LedgerEntry): void {
    this.undo.add(setNumber, state, state.seq, state.recordedAt);
    setNumber(state, entry.seq, entry.recordedAt);
    if (!state.isPast(entry)) {
      this.undo.add(setLatest, state, state.latestAt, state.latestRank);
      setLatest(state, entry.at, entry.rank);
    }
    this.#noteSku(state);
  }

  /** From this position on the SKU's values are to be found anew. */
  markLate(state: SkuState, position: Position, because: string): void {
    state.references = undefined;
    const late = state.lateFrom(position, because);
    if (late !== state.late) this.changeSku(state, { late });
  }

  /** What is on hand, as of the entry that changed it. */
  changeOnHand(balance: Balance, onHand: bigint, version: number): void {
    this.undo.add(setOnHand, balance, balance.onHand, balance.version);
    balance.onHand = onHand;
    balance.version = version;
    this.#noteBalance(balance);
  }

  changeBalance(
    balance: Balance,
    change: Partial<Pick<Balance, 'reserved' | 'expiresOn' | 'since'>>,
  ): void {
    const { reserved, expiresOn, since } = balance;
    this.undo.add(assign<Balance>, balance, { reserved, expiresOn, since });
    Object.assign(balance, change);
    this.#noteBalance(balance);
  }

  changePoolReserved(state: SkuState, pool: string, reserved: bigint): void {
    const old = state.reserved?.get(pool) ?? 0n;
    state.setReserved(pool, reserved);
    this.undo.add(run, () => state.setReserved(pool, old));
    this.#noteSku(state);
  }

  addEntry(state: SkuState, entry: LedgerEntry): void {
    if (state.fresh.length === 0) state.fresh = [entry];
    else state.fresh.push(entry);
    this.documents.add(entry);
    this.undo.add(dropEntry, state.fresh, this.documents);
    this.#advance(state, entry);
  }

  takeLocation(code: string, location: Location | undefined): void {
    this.#storedLocations.set(code, location);
  }

  /** As far as it is known by now. Throws Missing. */
  location(code: string): Location | undefined {
    if (!this.#storedLocations.has(code)) throw new Missing({ location: code });
    const here = this.locations.findLast(({ location }) => location === code);
    return here ?? this.#storedLocations.get(code);
  }

  addLocation(location: Location): void {
    this.locations.push(location);
    this.undo.add(run, () => this.locations.pop());
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
    this.knowCosts(state, costs);
    this.#changedSkus.add(state);
  }

  /** The same costs, of which more is known now. */
  knowCosts(state: SkuState, costs: SkuCosts): void {
    const known = state.changedLayers?.list ?? [];
    const changed = replacedLayers(known, state.costs, costs, state.committedSeq);
    if (!state.changedLayers) this.#withRows.push(state);
    state.changedLayers = new EachOnce(changed);
    costs.takers = undefined;
    state.costs = costs.trackedBy(this);
  }

  // --- the commit -----------------------------------------------------------------------------

  /** What changed, as the store is to hold it. */
  changes(
    contenthashOf?: ContenthashOf,
  ): Omit<Commit, 'recordedAt' | 'inbox' | 'tallies' | 'parked' | 'outbox'> {
    const written = packsOf(this.#skuChanges(), contenthashOf);
    for (const { sku, hash } of written.packs) this.#skus.get(sku)!.hash = hash;
    return {
      ...written,
      locations: this.locations,
      ...this.checkpoints.changes(),
      ...this.claims.changes(),
      ...this.periodState.changes(),
    };
  }

  /**
   * One after the other: what is not kept of one is gone before the next is made. By their SKUs, as they
   * are read: packs and documents of one, and of those beside it, then lie together.
   */
  *#skuChanges(): Iterable<SkuChange> {
    for (const state of this.changedSkus().sort(bySku)) {
      const { hash: before } = state;
      yield { packs: state.toPacks(this.keptShortages, this.#rowsOfPack), before };
    }
  }

  stamp(recordedAt: string): void {
    for (const state of this.#changedSkus) state.stamp(recordedAt);
    this.periodState.stamp(recordedAt);
  }

  /** After a commit: what is in memory is what the store holds. */
  committed(): void {
    for (const state of this.#changedSkus) {
      state.committed();
      if (state.history) this.#histories.use(state);
      else this.#histories.delete(state);
      for (const pool of state.costs.pools) pool.compact();
    }
    this.#histories.bound();
    this.#clearChanges();
    this.periodState.looks = 0;
  }

  #clearChanges(): void {
    this.forgetSeen();
    this.#changedSkus.clear();
    for (const state of this.#withRows) {
      state.changedBalances = undefined;
      state.changedLayers = undefined;
    }
    this.#withRows = [];
    this.checkpoints.clear();
    this.claims.clear();
    this.periodState.clear();
    this.documents.clear();
    this.undo.clear();
    this.locations = [];
    this.#storedLocations.clear();
  }

  /** SKUs that were looked at since this was asked last. */
  takeSeen(): string[] {
    const seen = this.#seen.slice(0, this.#seenCount);
    this.forgetSeen();
    return seen;
  }

  forgetSeen(): void {
    this.#seenCount = 0;
    this.#last = undefined;
  }

  /** Forgets SKUs that the round has not changed, so that they are read anew, and documents with them. */
  forget(skus: Iterable<string>): void {
    this.#last = undefined;
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

  get skuCount(): number {
    return this.#skus.size;
  }

  /** Their balances and layers. */
  get rowCount(): number {
    let count = 0;
    for (const { costs, balanceCount } of this.#skus.values())
      count += costs.layerCount + balanceCount;
    return count;
  }
}

const bySku = (one: SkuState, other: SkuState): number => compareUtf8(one.sku, other.sku);

// --- ways back ------------------------------------------------------------------------------------

const run = (back: () => unknown): unknown => back();

const forgetIn = <Key>(changed: Set<Key>, key: Key): boolean => changed.delete(key);
const takeBack = (changed: EachOnce<unknown>): void => changed.takeBack();

function setNumber(state: SkuState, seq: number, recordedAt: string): void {
  state.seq = seq;
  state.recordedAt = recordedAt;
}

function setLatest(state: SkuState, at: string, rank: string): void {
  state.latestAt = at;
  state.latestRank = rank;
}

function setOnHand(balance: Balance, onHand: bigint, version: number): void {
  balance.onHand = onHand;
  balance.version = version;
}

function dropEntry(ofSku: LedgerEntry[], documents: DocumentEntries): void {
  ofSku.pop();
  documents.takeBack();
}
