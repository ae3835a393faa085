import { EachOnce } from '../EachOnce.ts';
import { type BalanceIn, emptyBalance, keyOfBalance } from '../keyOfBalance.ts';
import type {
  Balance,
  CostLayer,
  CostPool,
  Item,
  LedgerEntry,
  Recost,
  SkuHead,
  Status,
} from '../ledger.ts';
import type { Pack, SkuBooks } from '../pack.ts';
import { isBefore, type Position } from '../position.ts';
import { compareBalances, compareLayers, isInBooks, only, ordered } from '../skuBooks.ts';
import { costsOfBooks } from './costing/costsOfBooks.ts';
import { isFact } from './costing/Fact.ts';
import type { Tracker } from './costing/PoolCosts.ts';
import type { References } from './costing/References.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';
import { Missing } from './Missing.ts';
import type { StockPolicy } from './policy.ts';
import { SkuHistory } from './SkuHistory.ts';

/** Documents that a correction names as its cause. */
const CAUSES_TOLD = 3;

const none: ReadonlySet<string> = new Set();

/** More balances than these are found by a key. */
const FEW = 8;

/** Balances and layers that are written in the time that one more pack takes to be read. */
const ROWS_PER_READ = 8;

/** A position, and the documents that came before it in business time, the first few of them. */
export interface Late extends Position {
  because: readonly string[];
}

/** One SKU as a decision round knows it: what the store holds, and what was decided since. */
export class SkuState {
  readonly sku: string;
  readonly #stored = { places: new EachOnce<string>([]), waits: false };
  /** Version that the store holds, as far as we know. */
  expectedVersion: number;
  /** `seq` of the last entry in the store, and of the last that was decided. */
  committedSeq: number;
  seq!: number;
  /** Latest business time of the entries in the store. */
  committedAt: string;
  item: Item | undefined;
  opening!: SkuHead['opening'];
  costs: SkuCosts;
  /** Reserved from pools as a whole; maps that few SKUs ever need are made when they do. */
  reserved: Map<string, bigint> | undefined;
  recordedAt!: string;
  /** Of the last pack in the store. */
  hash!: string;
  sinceBase!: SkuHead['sinceBase'];
  /** As it is in the store. */
  #committedItem: Item | undefined;
  latestAt!: string;
  latestRank!: string;
  checkpointSeq!: number;
  recost: Recost | undefined;
  lotsLeft: true | undefined;
  /** Entries of lots that have left the books, as far as they were asked for. */
  leftLots: Map<string, readonly LedgerEntry[]> | undefined;
  /** Entries decided and not committed. */
  fresh: LedgerEntry[] = [];
  /** What else the next commit is to write, where anything. */
  changedBalances: EachOnce<Balance> | undefined;
  changedLayers: EachOnce<CostLayer> | undefined;
  /** What documents moved that facts of the round looked back at, as long as nothing else is booked of them. */
  references: Map<string, References> | undefined;
  /** Where facts came that are earlier than others: from there on values are to be found anew. */
  late: Late | undefined;
  /** Changes of the cost of what was produced, by `seq`. */
  shifts: Map<number, bigint> | undefined;
  /** What was read of its facts, and what came since. */
  history: SkuHistory | undefined;
  /**
   * Facts in the store that commits costed anew, beyond as many as came with them. What is costed again and
   * again is left for the background, which does it once.
   */
  costedAgain = 0;
  #balances: Balance[];
  /** Of more than a few, by their keys. */
  #byKey: Map<string, Balance> | undefined;
  /** Most lines ask for the one that the line before asked for. */
  #lastBalance: Balance | undefined;
  /** Of the commit that is being made. */
  #packs = 1;
  #makesBase = false;
  /** Pools of which the last pack says no shortages. */
  #manyShort: ReadonlySet<string> = none;
  /** Once somebody asked by place, or by lot. */
  #byField: Partial<Record<'place' | 'lot', Map<string, Balance[]>>> = {};

  constructor(books: SkuBooks, policy: StockPolicy, tracker: Tracker) {
    const { head, balances } = books;
    const { sku, version, pools, ahead, written, ...own } = head;
    this.sku = sku;
    this.expectedVersion = version;
    this.committedSeq = own.seq;
    this.#committedItem = own.item;
    this.committedAt = own.latestAt;
    Object.assign(this, own satisfies Partial<SkuState>);
    this.costs = costsOfBooks(books, policy);
    for (const { pool, reserved, manyShort } of pools) {
      if (reserved !== 0n) this.setReserved(pool, reserved);
      if (manyShort) this.#manyShort = new Set([...this.#manyShort, pool]);
    }
    this.#balances = balances;
    this.#stored.waits = head.recost !== undefined;
    for (const { place } of balances) this.#stored.places.add(place);
    // What was loaded stays, whatever becomes of the document for which it was.
    this.costs.trackedBy(tracker);
  }

  setReserved(pool: string, reserved: bigint): void {
    this.reserved ??= new Map();
    this.reserved.set(pool, reserved);
  }

  /** After a commit: what was decided is history now. */
  committed(): void {
    this.expectedVersion += this.#packs;
    this.committedSeq = this.seq;
    this.committedAt = this.latestAt;
    this.#committedItem = this.item;
    this.#stored.waits = this.recost !== undefined;
    for (const { place } of this.changedBalances?.list ?? []) this.#stored.places.add(place);
    this.late = undefined;
    this.shifts = undefined;
    this.references = undefined;
    this.leftLots = undefined;
    this.history?.committed(this.fresh);
    // Once business time has gone on, what begins with books is read again for less than it costs to go on with it.
    if (this.history?.isOfBooks && !this.history.beginsAt(this.latestAt)) this.history = undefined;
    if (this.costedAgain > 0) {
      this.costedAgain = Math.max(0, this.costedAgain - this.fresh.filter(isFact).length);
    }
    this.fresh = [];
    if (this.#makesBase) this.#forgetGone();
  }

  /** What is in no base is in no memory either, but for what is looked back at. */
  #forgetGone(): void {
    const isKept = (one: Balance): boolean =>
      isInBooks(one) || this.history?.moves(one) !== undefined;
    const kept = only(this.#balances, isKept);
    if (kept === this.#balances) return;
    this.#balances = kept;
    this.#lastBalance = undefined;
    this.#byKey = undefined;
    this.#byField = {};
  }

  /** It is recorded when it is committed, however long it took to decide. */
  stamp(recordedAt: string): void {
    if (recordedAt > this.recordedAt) this.recordedAt = recordedAt;
    for (const entry of this.fresh) entry.recordedAt = this.recordedAt;
  }

  /**
   * What the next commit does to it. Seldom all that there is, but often enough that
   * the packs since are read in about the time that reading all takes. Where that is more
   * than `rowsOfPack` balances and layers, packs without entries come before the one that has them.
   */
  toPacks(most: number, rowsOfPack: number): Pack[] {
    const since = this.sinceBase;
    const packs = since.packs + 1;
    const manyShort = this.#shortOfMany(most);
    const changedBalances = this.changedBalances?.list ?? [];
    const changedLayers = saidLayers(this.changedLayers?.list ?? [], manyShort);
    const rows = since.changed + changedBalances.length + changedLayers.length;
    const isBase =
      this.expectedVersion === 0 ||
      rows + packs * ROWS_PER_READ >= since.rows ||
      manyShort !== this.#manyShort;
    const balances = isBase ? only([...this.#balances], isInBooks) : changedBalances;
    const layers = isBase ? saidLayers(this.costs.layers(), manyShort) : changedLayers;
    const count = Math.max(1, Math.ceil((balances.length + layers.length) / rowsOfPack));
    this.#manyShort = manyShort;
    this.#makesBase = isBase;
    this.#packs = count;
    this.sinceBase = isBase
      ? { rows: balances.length + layers.length, packs: count - 1, changed: 0 }
      : { rows: since.rows, packs: packs + count - 1, changed: rows };
    const whole: Pack = {
      sku: this.sku,
      stored: this.#stored,
      version: this.expectedVersion + count,
      isBase,
      head: this.#toHead(),
      hasItem: isBase || this.item !== this.#committedItem,
      entries: this.fresh,
      balances: ordered(balances, compareBalances),
      layers: ordered(layers, compareLayers),
    };
    return count === 1 ? [whole] : this.#cut(whole, rowsOfPack);
  }

  /** The first stands alone, if any does; the last has the entries. */
  #cut(whole: Pack, most: number): Pack[] {
    const { isBase, hasItem, head, entries, balances, layers } = whole;
    const count = this.#packs;
    const { expectedVersion: before, committedSeq } = this;
    for (const entry of entries) entry.pack = before + count;
    const { packs, ...rows } = head.sinceBase;
    return Array.from({ length: count }, (_, index): Pack => {
      const start = index * most;
      const isLast = index === count - 1;
      const version = before + 1 + index;
      const seq = isLast ? this.seq : committedSeq;
      const sinceBase = { ...rows, packs: packs - count + version - before };
      return {
        ...whole,
        ...{ version, isBase: isBase && index === 0, hasItem: hasItem && index === 0 },
        head: { ...head, version, seq, sinceBase },
        entries: isLast ? entries : [],
        balances: balances.slice(start, start + most),
        layers: layers.slice(
          Math.max(0, start - balances.length),
          Math.max(0, start + most - balances.length),
        ),
      };
    });
  }

  /** Pools that are short of more than are kept, whether they are known at the moment or not. */
  #shortOfMany(most: number): ReadonlySet<string> {
    const before = this.#manyShort;
    const pools = only(this.costs.pools, (pool) => {
      const hasMany = pool.layerCount > most && pool.isShortOnly;
      return hasMany || pool.isShortOfMany;
    });
    const isAsBefore = pools.length === before.size && pools.every(({ pool }) => before.has(pool));
    return isAsBefore ? before : new Set(pools.map(({ pool }) => pool).sort());
  }

  #toHead(): SkuHead {
    const { sku, seq, item, opening, recordedAt, sinceBase, latestAt, latestRank } = this;
    const version = this.expectedVersion + this.#packs;
    const head: SkuHead = {
      ...{ sku, version, seq, item, opening, pools: this.#pools(), recordedAt, hash: '' },
      ...{ sinceBase, latestAt, latestRank, checkpointSeq: this.checkpointSeq },
    };
    if (this.recost) head.recost = this.recost;
    if (this.costs.ahead.size > 0) head.ahead = [...this.costs.ahead].sort();
    if (this.costs.written.length > 0) head.written = this.costs.written;
    if (this.lotsLeft) head.lotsLeft = this.lotsLeft;
    return head;
  }

  /** Those that anything has moved in, empty or not, and those of which something is reserved. */
  #pools(): CostPool[] {
    const pools = this.costs.pools.map((costs): CostPool => {
      const { pool, quantity, value, lastCost } = costs;
      const reserved = this.reserved?.get(pool) ?? 0n;
      const row = { pool, quantity, value, lastCost, reserved };
      return this.#manyShort.has(pool) ? { ...row, manyShort: true } : row;
    });
    const nothing = { quantity: 0n, value: 0n, lastCost: 0n, untouched: true } as const;
    this.reserved?.forEach((reserved, pool) => {
      const isUntouched = reserved !== 0n && !this.costs.known(pool);
      if (isUntouched) pools.push({ pool, ...nothing, reserved });
    });
    return pools;
  }

  get balanceCount(): number {
    return this.#balances.length;
  }

  #add(balance: Balance): void {
    this.#balances.push(balance);
    this.#byKey?.set(keyOfBalance(balance), balance);
    for (const field of ['place', 'lot'] as const) {
      const list = this.#byField[field]?.get(balance[field]);
      if (list) list.push(balance);
      else this.#byField[field]?.set(balance[field], [balance]);
    }
  }

  /** An empty one where there is none. */
  balance(place: string, lot: string, status: Status, owner: string): Balance {
    const last = this.#lastBalance;
    if (last?.place === place && last.lot === lot && last.status === status && last.owner === owner)
      return last;
    let balance = this.#find({ place, lot, status, owner });
    if (!balance) {
      balance = emptyBalance(this.sku, place, lot, status, owner);
      this.#add(balance);
    }
    this.#lastBalance = balance;
    return balance;
  }

  #find(of: BalanceIn): Balance | undefined {
    if (this.#balances.length > FEW) {
      this.#byKey ??= new Map(this.#balances.map((one) => [keyOfBalance(one), one]));
      return this.#byKey.get(keyOfBalance(of));
    }
    const { place, lot, status, owner } = of;
    return this.#balances.find(
      (one) =>
        one.place === place && one.lot === lot && one.status === status && one.owner === owner,
    );
  }

  balances(): readonly Balance[] {
    return [...this.#balances];
  }

  /** All at a place, or of a lot. */
  balancesBy(field: 'place' | 'lot', name: string): readonly Balance[] {
    this.#byField[field] ??= Map.groupBy(this.#balances, (balance) => balance[field]);
    return this.#byField[field].get(name) ?? [];
  }

  /** From where on values are to be found anew, when that is from a position on too. */
  lateFrom(position: Position, because: string): NonNullable<SkuState['late']> {
    const { late } = this;
    const causes = late?.because ?? [];
    const isTold = causes.length >= CAUSES_TOLD || causes.includes(because);
    const isFirst = !late || isBefore(position, late);
    if (!isFirst && isTold) return late;
    const { at, rank, seq } = isFirst ? position : late;
    return { at, rank, seq, because: isTold ? causes : [...causes, because] };
  }

  /** Of its facts what was read. A lot that moved then has a balance again, though it left the books. */
  takeHistory(history: SkuHistory): void {
    this.history = history;
    for (const { place, lot, status, owner } of history.lotBalances()) {
      this.balance(place, lot, status, owner);
    }
  }

  /** Whether facts stand after this one; of those that stand with it, it is the last. */
  isPast({ at, rank }: Pick<Position, 'at' | 'rank'>): boolean {
    return at < this.latestAt || (at === this.latestAt && rank < this.latestRank);
  }

  /** All facts at or after a business time, and some before it. */
  historyFrom(at: string): SkuHistory {
    if (this.committedSeq === 0) this.history ??= new SkuHistory(undefined);
    if (!this.history?.reaches(at)) throw new Missing({ history: { sku: this.sku, at } });
    this.history.follow(this.fresh);
    return this.history;
  }
}

/** Without shortages of which there are more than are kept. */
const saidLayers = (layers: CostLayer[], manyShort: ReadonlySet<string>): CostLayer[] =>
  manyShort.size === 0
    ? layers
    : only(layers, ({ pool, quantity }) => quantity >= 0n || !manyShort.has(pool));
