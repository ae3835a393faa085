/** What a booked run left behind, read through the store's port and cut again into transactions. */

import { openBooks } from '../core/hub/openBooks.ts';
import type { Balance, InboxRecord, LedgerEntry, SkuHead } from '../core/ledger.ts';
import type { Books, Page, Paged } from '../core/ports.ts';
import { rowsOf } from '../core/rowsOf.ts';

export interface RoadBooks {
  /** In the order of booking. */
  entries: LedgerEntry[];
  heads: Map<string, SkuHead>;
  /** By SKU. */
  balances: Map<string, Balance[]>;
  /** By the message that an entry names: source, line feed, id. */
  inbox: Map<string, InboxRecord>;
}

/** What one transaction writes. Heads and balances are those that its entries touch. */
export interface BookedTransaction {
  entries: LedgerEntry[];
  heads: SkuHead[];
  balances: Balance[];
  inbox: InboxRecord[];
}

const PAGE_ROWS = 10_000;
const INBOX_KEYS = 1_000;

/** From the store of the hub `fixture` in the data folder `data`. Throws when one kind has nothing. */
export async function readBooks(fixture: string, data: string): Promise<RoadBooks> {
  const { store, close } = await openBooks(fixture, { ...process.env, STOCKBUS_DATA: data });
  try {
    const entries = await all((page) => store.ledger({}, page));
    entries.sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : +(a.recordedAt > b.recordedAt)));
    const heads = await all((page) => store.heads(page));
    const balances = await all((page) => store.stock({}, page));
    const inbox = await inboxOf(store, entries);
    const kinds = { entries, heads, balances, inbox };
    for (const [kind, rows] of Object.entries(kinds)) {
      if (rows.length === 0) throw new Error(`the booked run left no ${kind}`);
    }
    return {
      entries,
      heads: new Map(heads.map((head) => [head.sku, head])),
      balances: Map.groupBy(balances, ({ sku }) => sku),
      inbox: new Map(inbox.map((record) => [keyOf(record.source, record.id), record])),
    };
  } finally {
    await close();
  }
}

async function all<Row>(list: (page: Page) => Promise<Paged<Row>>): Promise<Row[]> {
  return Array.fromAsync(rowsOf(list, PAGE_ROWS));
}

async function inboxOf(store: Books, entries: readonly LedgerEntry[]): Promise<InboxRecord[]> {
  const keys = new Map(
    entries.map(({ source, messageId: id }) => [keyOf(source, id), { source, id }]),
  );
  const wanted = [...keys.values()];
  const found: InboxRecord[] = [];
  for (let start = 0; start < wanted.length; start += INBOX_KEYS)
    found.push(...(await store.inbox(wanted.slice(start, start + INBOX_KEYS))));
  return found;
}

const keyOf = (source: string, id: string): string => `${source}\n${id}`;

/** In transactions of equal size. */
export function* transactionsOf(books: RoadBooks, count: number): Generator<BookedTransaction> {
  const seen = new Set<string>();
  for (let number = 0; number < count; number += 1) {
    const entries = slice(books.entries, number, count);
    const skus = [...new Set(entries.map(({ sku }) => sku))];
    const messages = new Set(entries.map(({ source, messageId }) => keyOf(source, messageId)));
    const fresh = [...messages].filter((key) => !seen.has(key));
    for (const key of fresh) seen.add(key);
    yield {
      entries,
      heads: skus.flatMap((sku) => books.heads.get(sku) ?? []),
      balances: skus.flatMap((sku) => books.balances.get(sku) ?? []),
      inbox: fresh.flatMap((key) => books.inbox.get(key) ?? []),
    };
  }
}

/** The `number`-th of `count` parts of nearly equal length. */
export const slice = <T>(rows: readonly T[], number: number, count: number): T[] =>
  rows.slice(
    Math.floor((rows.length * number) / count),
    Math.floor((rows.length * (number + 1)) / count),
  );
