/** Entries that change a number, by pages, with what it is after each. */
import { invalidCursor, readCursor, writeCursor } from '../cursor.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Page, Paged } from '../ports.ts';

export interface ChangedEntry {
  entry: LedgerEntry;
  change: bigint;
  /** Of the opening and all changes up to this one. */
  balance: bigint;
}

export interface ChangedList {
  fetch(page: Page): Promise<Paged<LedgerEntry>>;
  /** 0n: it is none of those that are asked for. */
  changeOf(entry: LedgerEntry): bigint;
  opening(): Promise<bigint>;
}

/** The marker of the next page has the balance before it: nothing is added up again. */
export async function* changedPages(
  { fetch, changeOf, opening }: ChangedList,
  { after, limit }: Page,
): AsyncIterable<Paged<ChangedEntry>> {
  const from = readCursor(after, ['string', 'number', 'string']) as
    | [string, number, string]
    | undefined;
  let [mark, done] = from ? [from[0], from[1]] : ['', 0];
  let balance = from ? balanceIn(from[2]) : await opening();
  let rows: ChangedEntry[] = [];
  for (let isLast = false; !isLast; done = 0) {
    const size = limits.pageRowsDefault;
    const page = await fetch(mark === '' ? { limit: size } : { after: mark, limit: size });
    for (const [index, entry] of page.rows.entries()) {
      const change = index < done ? 0n : changeOf(entry);
      if (change === 0n) continue;
      if (rows.length === limit) {
        yield { rows, next: writeCursor([mark, index, String(balance)]) };
        rows = [];
      }
      balance += change;
      rows.push({ entry, change, balance });
    }
    isLast = page.next === undefined;
    mark = page.next ?? '';
  }
  yield { rows };
}

/** Throws CURSOR_INVALID. */
function balanceIn(text: string): bigint {
  if (!/^-?\d{1,40}$/.test(text)) throw invalidCursor();
  return BigInt(text);
}
