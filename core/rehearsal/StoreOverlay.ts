import { BEGINNING, type Commit, madeAfter } from '../commit.ts';
import type {
  Checkpoint,
  InboxRecord,
  LedgerEntry,
  OpenOrder,
  Period,
  Reservation,
} from '../ledger.ts';
import type { CommitPack, SkuBooks } from '../pack.ts';
import { packState } from '../packFrom.ts';
import type {
  Books,
  CommitResult,
  LedgerFilter,
  Loaded,
  LoadRequest,
  Page,
  Paged,
  RoundStore,
} from '../ports.ts';
import { booksOf } from '../skuBooks.ts';
import { isDue } from '../stock/reservations/release.ts';
import { tupleKey } from '../tupleKey.ts';

/** Books as they are, except that commits lie on top of them in memory. */
export function withCommitsKept(books: Books, committed: (commit: Commit) => void): RoundStore {
  const overlay = new StoreOverlay(books);
  const changed: Partial<RoundStore> = {
    load: (request) => overlay.load(request),
    inbox: (keys) => overlay.inbox(keys),
    ledger: (filter, page) => overlay.ledger(filter, page),
    checkpoint: (sku, at) => overlay.checkpoint(sku, at),
    entriesAfter: (sku, seq, limit) => overlay.entriesAfter(sku, seq, limit),
    dueReservations: (now, limit) => overlay.dueReservations(now, limit),
    mark: async () => '',
    commit: async (decided): Promise<CommitResult> => {
      const commit = madeAfter(decided, BEGINNING);
      overlay.keep(commit);
      committed(commit);
      return { outcome: 'committed' };
    },
  };
  return new Proxy(books as RoundStore, {
    get(target, name) {
      if (name in changed) return changed[name as keyof RoundStore];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

class StoreOverlay {
  readonly #store: Books;
  /** SKUs as they were read, and as commits have left them since. */
  readonly #books = new Map<string, SkuBooks>();
  readonly #inbox = new Map<string, InboxRecord>();
  readonly #entries: LedgerEntry[] = [];
  readonly #checkpoints: Checkpoint[] = [];
  readonly #stale: { sku: string; at: string }[] = [];
  readonly #reservations = new Map<string, Reservation>();
  readonly #orders = new Map<string, OpenOrder>();
  #period: Period | undefined;

  constructor(store: Books) {
    this.#store = store;
  }

  keep(commit: Commit): void {
    for (const pack of commit.packs) this.#keepPack(pack);
    for (const record of commit.inbox) this.#inbox.set(tupleKey(record.source, record.id), record);
    for (const stale of commit.staleCheckpoints) {
      this.#stale.push(stale);
      const isKept = ({ sku, at }: Checkpoint): boolean => sku !== stale.sku || at <= stale.at;
      this.#checkpoints.splice(0, Infinity, ...this.#checkpoints.filter(isKept));
    }
    this.#checkpoints.push(...commit.checkpoints);
    for (const { reservation } of commit.reservations) {
      this.#reservations.set(reservation.id, reservation);
    }
    for (const order of commit.openOrders) {
      this.#orders.set(tupleKey(order.document, order.line), order);
    }
    this.#period = commit.period ?? this.#period;
  }

  #keepPack(pack: CommitPack): void {
    const { sku, version } = pack;
    const before = this.#books.get(sku);
    const packs = [packState(pack)];
    if (before && !pack.isBase)
      packs.unshift({ ...packs[0]!, ...before, version: version - 1, hasItem: true });
    this.#books.set(sku, booksOf(packs));
    for (const entry of pack.entries) this.#entries.push(entry);
  }

  async inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]> {
    const kept = keys.flatMap(({ source, id }) => this.#inbox.get(tupleKey(source, id)) ?? []);
    return [...(await this.#store.inbox(keys)), ...kept];
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const unknown = request.skus.filter((sku) => !this.#books.has(sku));
    const loaded = await this.#store.load({ ...request, skus: unknown });
    for (const books of loaded.skus) this.#books.set(books.head.sku, books);
    const copied = ({ head, balances, layers }: SkuBooks): SkuBooks => ({
      head,
      balances: balances.map((balance) => ({ ...balance })),
      layers: layers.map((layer) => ({ ...layer })),
    });
    return {
      skus: request.skus.map((sku) => copied(this.#books.get(sku)!)),
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

  async dueReservations(now: string, limit: number): Promise<string[]> {
    const stored = await this.#store.dueReservations(now, limit);
    const kept = [...this.#reservations.values()].filter((one) => isDue(one, now));
    const others = stored.filter((id) => !this.#reservations.has(id));
    return [...kept.map(({ id }) => id), ...others].slice(0, limit);
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
