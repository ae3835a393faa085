/**
 * The part of the books that a decision round works on, in memory. Documents are decided one after
 * another and see each other; a document that is refused is undone to the last trace. What changed
 * since `open` is what the commit writes.
 */
import type {
  Balance,
  CostLayer,
  CostPool,
  Item,
  LedgerEntry,
  Location,
  SkuHead,
  Status,
} from '../ledger.ts';
import type { BalanceKey, CostSlice, Loaded } from '../ports.ts';

/** Thrown when a decision needs older layers than were loaded: load them, then decide again. */
export class LayersMissing extends Error {
  readonly sku: string;
  readonly pool: string;
  readonly after: { seq: number; part: number } | undefined;

  constructor(sku: string, pool: string, after: { seq: number; part: number } | undefined) {
    super(`layers of ${sku} in ${pool} are not loaded`);
    this.sku = sku;
    this.pool = pool;
    this.after = after;
  }
}

export interface HeadState {
  sku: string;
  /** Version that the store holds, as far as we know. */
  expectedVersion: number;
  seq: number;
  item: Item | undefined;
  pools: Map<string, CostPool>;
  recordedAt: string;
}

interface LayerQueue {
  /** Oldest first; those before `start` are used up. */
  layers: CostLayer[];
  start: number;
  /** True when `layers` holds all there are; otherwise `added` waits behind what is not loaded. */
  complete: boolean;
  added: CostLayer[];
}

export const balanceKey = (sku: string, place: string, lot: string, status: string): string =>
  `${sku}\u0000${place}\u0000${lot}\u0000${status}`;
export const poolKey = (sku: string, pool: string): string => `${sku}\u0000${pool}`;

export class Workspace {
  readonly #heads = new Map<string, HeadState>();
  readonly #balances = new Map<string, Balance>();
  readonly #layers = new Map<string, LayerQueue>();
  readonly #undo: (() => void)[] = [];

  entries: LedgerEntry[] = [];
  locations: Location[] = [];
  readonly #changedHeads = new Set<HeadState>();
  readonly #changedBalances = new Set<Balance>();
  readonly #changedLayers = new Set<CostLayer>();

  // --- what is loaded -------------------------------------------------------------------------

  has(sku: string): boolean {
    return this.#heads.has(sku);
  }

  hasBalance(key: string): boolean {
    return this.#balances.has(key);
  }

  /** Takes in what the store gave; `asked` tells which balances and layers exist nowhere. */
  take(
    loaded: Loaded,
    asked: {
      balances: readonly BalanceKey[];
      layers: readonly { sku: string; pool: string; count: number }[];
    },
  ): void {
    for (const head of loaded.heads) this.#heads.set(head.sku, headState(head));
    for (const balance of loaded.balances) {
      this.#balances.set(
        balanceKey(balance.sku, balance.place, balance.lot, balance.status),
        balance,
      );
    }
    for (const { sku, place, lot, status } of asked.balances) {
      const key = balanceKey(sku, place, lot, status);
      if (!this.#balances.has(key))
        this.#balances.set(key, emptyBalance(sku, place, lot, status as Status));
    }
    this.#takeLayers(loaded.layers, asked.layers);
  }

  #takeLayers(
    layers: readonly CostLayer[],
    asked: readonly { sku: string; pool: string; count: number }[],
  ): void {
    const found = Map.groupBy(layers, (layer) => poolKey(layer.sku, layer.pool));
    for (const { sku, pool, count } of asked) {
      const key = poolKey(sku, pool);
      const more = found.get(key) ?? [];
      const queue = this.#layers.get(key) ?? { layers: [], start: 0, complete: false, added: [] };
      queue.layers.push(...more);
      if (more.length < count) {
        queue.layers.push(...queue.added);
        queue.added = [];
        queue.complete = true;
      }
      this.#layers.set(key, queue);
    }
  }

  // --- reading --------------------------------------------------------------------------------

  head(sku: string): HeadState {
    const head = this.#heads.get(sku);
    if (!head) throw new Error(`the SKU ${sku} was not loaded`);
    return head;
  }

  balance(sku: string, place: string, lot: string, status: Status): Balance {
    const key = balanceKey(sku, place, lot, status);
    const balance = this.#balances.get(key);
    if (!balance) throw new Error(`the balance of ${sku} at ${place} was not loaded`);
    return balance;
  }

  // --- changing, each with its way back -------------------------------------------------------

  changeHead(
    head: HeadState,
    change: Partial<Pick<HeadState, 'seq' | 'item' | 'recordedAt'>>,
  ): void {
    const { seq, item, recordedAt } = head;
    const known = this.#changedHeads.has(head);
    this.#undo.push(() => {
      Object.assign(head, { seq, item, recordedAt });
      if (!known) this.#changedHeads.delete(head);
    });
    Object.assign(head, change);
    this.#changedHeads.add(head);
  }

  pool(head: HeadState, name: string, method: CostPool['method']): CostPool {
    const existing = head.pools.get(name);
    if (existing) return existing;
    const pool: CostPool = { pool: name, method, quantity: 0n, value: 0n, lastCost: 0n };
    head.pools.set(name, pool);
    this.#undo.push(() => head.pools.delete(name));
    return pool;
  }

  changePool(pool: CostPool, quantity: bigint, value: bigint, lastCost: bigint): void {
    const { quantity: oldQuantity, value: oldValue, lastCost: oldCost } = pool;
    this.#undo.push(() => {
      pool.quantity = oldQuantity;
      pool.value = oldValue;
      pool.lastCost = oldCost;
    });
    pool.quantity = quantity;
    pool.value = value;
    pool.lastCost = lastCost;
  }

  changeBalance(balance: Balance, by: bigint, version: number): void {
    const { onHand, version: oldVersion } = balance;
    const known = this.#changedBalances.has(balance);
    this.#undo.push(() => {
      balance.onHand = onHand;
      balance.version = oldVersion;
      if (!known) this.#changedBalances.delete(balance);
    });
    balance.onHand += by;
    balance.version = version;
    this.#changedBalances.add(balance);
  }

  addEntry(entry: LedgerEntry): void {
    this.entries.push(entry);
    this.#undo.push(() => this.entries.pop());
  }

  addLocation(location: Location): void {
    this.locations.push(location);
    this.#undo.push(() => this.locations.pop());
  }

  addLayer(layer: CostLayer): void {
    const queue = this.#queue(layer.sku, layer.pool);
    const list = queue.complete ? queue.layers : queue.added;
    list.push(layer);
    this.#changedLayers.add(layer);
    this.#undo.push(() => {
      list.pop();
      this.#changedLayers.delete(layer);
    });
  }

  /** Takes `quantity` from the oldest layers; they must hold so much. */
  takeLayers(
    sku: string,
    pool: string,
    quantity: bigint,
    divide: (value: bigint, part: bigint, whole: bigint) => bigint,
  ): CostSlice[] {
    const queue = this.#queue(sku, pool);
    const slices: CostSlice[] = [];
    let rest = quantity;
    while (rest > 0n) {
      const layer = queue.layers[queue.start];
      if (!layer) throw this.#missing(sku, pool, queue);
      const part = layer.quantity <= rest ? layer.quantity : rest;
      const value =
        part === layer.quantity ? layer.value : divide(layer.value, part, layer.quantity);
      slices.push({ quantity: part, value, at: layer.at });
      this.#shrinkLayer(queue, layer, part, value);
      rest -= part;
    }
    return slices;
  }

  #shrinkLayer(queue: LayerQueue, layer: CostLayer, quantity: bigint, value: bigint): void {
    const { quantity: oldQuantity, value: oldValue } = layer;
    const { start } = queue;
    const known = this.#changedLayers.has(layer);
    this.#undo.push(() => {
      layer.quantity = oldQuantity;
      layer.value = oldValue;
      queue.start = start;
      if (!known) this.#changedLayers.delete(layer);
    });
    layer.quantity -= quantity;
    layer.value -= value;
    if (layer.quantity === 0n) queue.start += 1;
    this.#changedLayers.add(layer);
  }

  #missing(sku: string, pool: string, queue: LayerQueue): Error {
    if (queue.complete)
      return new Error(`the layers of ${sku} in ${pool} do not add up to its quantity`);
    const last = queue.layers.at(-1);
    return new LayersMissing(sku, pool, last && { seq: last.seq, part: last.part });
  }

  #queue(sku: string, pool: string): LayerQueue {
    const key = poolKey(sku, pool);
    let queue = this.#layers.get(key);
    if (!queue) {
      // Of a SKU that the store has never seen there is nothing more to load.
      const complete = this.head(sku).expectedVersion === 0;
      queue = { layers: [], start: 0, complete, added: [] };
      this.#layers.set(key, queue);
    }
    return queue;
  }

  // --- one document, all or none --------------------------------------------------------------

  keep(): void {
    this.#undo.length = 0;
  }

  rollback(): void {
    for (let index = this.#undo.length - 1; index >= 0; index -= 1) this.#undo[index]!();
    this.#undo.length = 0;
  }

  // --- the commit -----------------------------------------------------------------------------

  /** What changed, as the store is to hold it. */
  changes(): {
    heads: { head: SkuHead; expectedVersion: number }[];
    balances: Balance[];
    layers: CostLayer[];
    entries: LedgerEntry[];
    locations: Location[];
  } {
    return {
      heads: [...this.#changedHeads].map((head) => ({
        head: {
          sku: head.sku,
          version: head.expectedVersion + 1,
          seq: head.seq,
          item: head.item,
          pools: [...head.pools.values()],
          recordedAt: head.recordedAt,
        },
        expectedVersion: head.expectedVersion,
      })),
      balances: [...this.#changedBalances],
      layers: [...this.#changedLayers],
      entries: this.entries,
      locations: this.locations,
    };
  }

  /** After a commit: what is in memory is what the store holds. `window` bounds the layers kept. */
  committed(window: number): void {
    for (const head of this.#changedHeads) head.expectedVersion += 1;
    for (const layer of this.#changedLayers) this.#trim(poolKey(layer.sku, layer.pool), window);
    this.#changedHeads.clear();
    this.#changedBalances.clear();
    this.#changedLayers.clear();
    this.entries = [];
    this.locations = [];
  }

  #trim(key: string, window: number): void {
    const queue = this.#layers.get(key);
    if (!queue) return;
    if (queue.start > 0) {
      queue.layers.splice(0, queue.start);
      queue.start = 0;
    }
    queue.added = [];
    if (queue.layers.length > window * 2) {
      queue.layers.length = window;
      queue.complete = false;
    }
  }

  /** Forgets SKUs that the round has not changed, so that they are read anew. */
  forget(skus: Iterable<string>): void {
    const gone = new Set(skus);
    if (gone.size === 0) return;
    for (const sku of gone) this.#heads.delete(sku);
    for (const [key, balance] of this.#balances)
      if (gone.has(balance.sku)) this.#balances.delete(key);
    for (const key of this.#layers.keys())
      if (gone.has(key.slice(0, key.indexOf('\u0000')))) this.#layers.delete(key);
  }

  forgetAll(): void {
    this.#heads.clear();
    this.#balances.clear();
    this.#layers.clear();
    this.#changedHeads.clear();
    this.#changedBalances.clear();
    this.#changedLayers.clear();
    this.#undo.length = 0;
    this.entries = [];
    this.locations = [];
  }

  get size(): number {
    return this.#heads.size;
  }
}

function headState(head: SkuHead): HeadState {
  return {
    sku: head.sku,
    expectedVersion: head.version,
    seq: head.seq,
    item: head.item,
    pools: new Map(head.pools.map((pool) => [pool.pool, { ...pool }])),
    recordedAt: head.recordedAt,
  };
}

function emptyBalance(sku: string, place: string, lot: string, status: Status): Balance {
  return { sku, place, lot, status, onHand: 0n, reserved: 0n, version: 0 };
}
