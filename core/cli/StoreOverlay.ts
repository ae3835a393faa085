import type {
  Balance,
  Checkpoint,
  Commit,
  CostLayer,
  InboxRecord,
  LedgerEntry,
  OpenOrder,
  Period,
  Reservation,
  SkuHead,
} from '../ledger.ts';
import type {
  CommitResult,
  LedgerFilter,
  Loaded,
  LoadRequest,
  Page,
  Paged,
  Store,
} from '../ports.ts';
import { keyOfBalance } from '../stock/SkuState.ts';
import { tupleKey } from '../tupleKey.ts';

const balanceKey = (balance: Balance): string => tupleKey(balance.sku, keyOfBalance(balance));
const layerKey = ({ sku, pool, at, seq, part }: CostLayer): string =>
  tupleKey(sku, pool, at, seq, part);

/** The store as it is, except that commits lie on top of it in memory. */
export function withCommitsKept(store: Store, committed: (commit: Commit) => void): Store {
  const overlay = new StoreOverlay(store);
  const changed: Partial<Store> = {
    load: (request) => overlay.load(request),
    inbox: (keys) => overlay.inbox(keys),
    ledger: (filter, page) => overlay.ledger(filter, page),
    checkpoint: (sku, at) => overlay.checkpoint(sku, at),
    entriesAfter: (sku, seq, limit) => overlay.entriesAfter(sku, seq, limit),
    commit: async (commit): Promise<CommitResult> => {
      overlay.keep(commit);
      committed(commit);
      return { outcome: 'committed' };
    },
  };
  return new Proxy(store, {
    get(target, name) {
      if (name in changed) return changed[name as keyof Store];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

class StoreOverlay {
  readonly #store: Store;
  readonly #heads = new Map<string, SkuHead>();
  readonly #balances = new Map<string, Balance>();
  /** Quantity zero stands for one that is gone. */
  readonly #layers = new Map<string, CostLayer>();
  readonly #inbox = new Map<string, InboxRecord>();
  readonly #entries: LedgerEntry[] = [];
  readonly #checkpoints: Checkpoint[] = [];
  readonly #stale: { sku: string; at: string }[] = [];
  readonly #reservations = new Map<string, Reservation>();
  readonly #orders = new Map<string, OpenOrder>();
  #period: Period | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  keep(commit: Commit): void {
    for (const { head } of commit.heads) this.#heads.set(head.sku, head);
    for (const balance of commit.balances) this.#balances.set(balanceKey(balance), { ...balance });
    for (const layer of commit.layers) this.#layers.set(layerKey(layer), { ...layer });
    for (const record of commit.inbox) this.#inbox.set(tupleKey(record.source, record.id), record);
    for (const stale of commit.staleCheckpoints) {
      this.#stale.push(stale);
      const isKept = ({ sku, at }: Checkpoint): boolean => sku !== stale.sku || at <= stale.at;
      this.#checkpoints.splice(0, Infinity, ...this.#checkpoints.filter(isKept));
    }
    this.#checkpoints.push(...commit.checkpoints);
    this.#entries.push(...commit.entries);
    for (const { reservation } of commit.reservations) {
      this.#reservations.set(reservation.id, reservation);
    }
    for (const order of commit.openOrders) {
      this.#orders.set(tupleKey(order.document, order.line), order);
    }
    this.#period = commit.period ?? this.#period;
  }

  async inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]> {
    const kept = keys.flatMap(({ source, id }) => this.#inbox.get(tupleKey(source, id)) ?? []);
    return [...(await this.#store.inbox(keys)), ...kept];
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const loaded = await this.#store.load(request);
    return {
      heads: loaded.heads.map((head) => this.#heads.get(head.sku) ?? head),
      balances: this.#balancesOf(request, loaded.balances),
      layers: this.#layersOf(request.skus, loaded.layers),
      reservations: merged(
        loaded.reservations,
        request.reservations.flatMap((id) => this.#reservations.get(id) ?? []),
        ({ id }) => id,
      ),
      openOrders: merged(
        loaded.openOrders,
        [...this.#orders.values()].filter(({ document }) => request.openOrders.includes(document)),
        ({ document, line }) => tupleKey(document, line),
      ).filter(({ quantity }) => quantity !== 0n),
      period: this.#period ?? loaded.period,
    };
  }

  #balancesOf(request: LoadRequest, stored: Balance[]): Balance[] {
    const asked = new Set(request.balances.map((key) => tupleKey(key.sku, keyOfBalance(key))));
    const kept = [...this.#balances].filter(
      ([key, balance]) =>
        asked.has(key) ||
        request.balancesOf.some(
          ({ sku, place, lot }) =>
            sku === balance.sku &&
            (place === undefined || place === balance.place) &&
            (lot === undefined || lot === balance.lot),
        ),
    );
    const copies = kept.map(([, balance]) => ({ ...balance }));
    return merged(stored, copies, balanceKey);
  }

  #layersOf(skus: readonly string[], stored: CostLayer[]): CostLayer[] {
    const asked = new Set(skus);
    const kept = [...this.#layers.values()].filter(({ sku }) => asked.has(sku));
    const copies = kept.map((layer) => ({ ...layer }));
    return merged(stored, copies, layerKey)
      .filter(({ quantity }) => quantity !== 0n)
      .sort(compareLayers);
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const stored = await this.#store.ledger(filter, page);
    if (stored.next !== undefined || filter.document === undefined) return stored;
    const kept = this.#entries.filter(({ document }) => document === filter.document);
    return { rows: [...stored.rows, ...kept] };
  }

  async checkpoint(sku: string, at: string): Promise<Checkpoint | undefined> {
    const kept = this.#checkpoints.filter((one) => one.sku === sku && one.at <= at).at(-1);
    if (kept) return kept;
    const limit = this.#stale
      .filter((one) => one.sku === sku)
      .reduce((least, one) => (one.at < least ? one.at : least), at);
    return this.#store.checkpoint(sku, limit);
  }

  async entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]> {
    const stored = await this.#store.entriesAfter(sku, seq, limit);
    const kept = this.#entries.filter((entry) => entry.sku === sku && entry.seq > seq);
    return [...stored, ...kept].slice(0, limit);
  }
}

/** Rows of both, those kept in the place of those stored. */
function merged<Row>(
  stored: readonly Row[],
  kept: readonly Row[],
  key: (row: Row) => string,
): Row[] {
  const rows = new Map(stored.map((row) => [key(row), row]));
  for (const row of kept) rows.set(key(row), row);
  return [...rows.values()];
}

function compareLayers(one: CostLayer, other: CostLayer): number {
  if (one.at !== other.at) return one.at < other.at ? -1 : 1;
  return one.seq - other.seq || one.part - other.part;
}
