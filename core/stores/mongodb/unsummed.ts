/**
 * What moved in and out of each cost pool, so that the value at any two dates is the sum of few
 * documents and not of the ledger. It lies in two places, which follow from the entries alone: a
 * commit adds a few documents to `unsummed`, with what its entries moved by day, and SumFolder adds
 * many of these at once to the documents of PoolSums.ts. An update for each SKU of a commit would cost
 * a third of the commit.
 */
import type { LedgerEntry } from '../../ledger.ts';
import type { Keyed } from './documents.ts';
import { keyOf } from './keys.ts';

export interface Sum {
  quantity: bigint;
  value: bigint;
}

/** What moved in a pool by entries of one day by `at` and one by `recordedAt`, `YYYY-MM-DD`. */
export interface DaySum extends Sum {
  sku: string;
  pool: string;
  at: string;
  recordedAt: string;
}

/** Of one part of all SKUs. Written once, and removed by the fold. */
export interface UnsummedDocument extends Keyed {
  /** JSON text of day sums: a server takes one text in a fraction of the time of so many fields. */
  sums: string;
}

/** Characters of a month. */
export const MONTH = 'YYYY-MM'.length;

export const monthOf = (instant: string): string => instant.slice(0, MONTH);
export const dayOf = (instant: string): string => instant.slice(0, 10);

function daySumsOf(entries: readonly LedgerEntry[]): DaySum[] {
  const sums = new Map<string, DaySum>();
  const add = (entry: LedgerEntry, pool: string, quantity: bigint, value: bigint): void => {
    if (pool === '') return;
    const { sku } = entry;
    const at = dayOf(entry.at);
    const recordedAt = dayOf(entry.recordedAt);
    const key = keyOf(sku, pool, at, recordedAt);
    const sum = sums.get(key);
    if (sum) {
      sum.quantity += quantity;
      sum.value += value;
    } else sums.set(key, { sku, pool, at, recordedAt, quantity, value });
  };
  for (const entry of entries) {
    add(entry, entry.fromPool, -entry.quantity, -entry.value);
    add(entry, entry.toPool, entry.quantity, entry.value);
  }
  return [...sums.values()];
}

type Row = [sku: string, pool: string, at: string, recordedAt: string, q: string, v: string];

/**
 * SKUs are folded by parts: what waits of few SKUs adds up to few documents, in a transaction that the
 * server's cache can take, however many commits it comes from.
 */
export const PARTS = Array.from({ length: 16 }, (_, index) => index.toString(16));

/** The same at all times: it is part of keys. */
export function partOf(sku: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < sku.length; index += 1) {
    hash = Math.imul(hash ^ sku.charCodeAt(index), 0x01000193);
  }
  return PARTS[(hash ^ (hash >>> 15)) & 15]!;
}

/** What a commit adds; `key` sorts by time. */
export function unsummedDocuments(
  key: string,
  entries: readonly LedgerEntry[],
): UnsummedDocument[] {
  const parts = Map.groupBy(daySumsOf(entries), ({ sku }) => partOf(sku));
  return Array.from(parts, ([part, sums]) => {
    const rows = sums.map(({ sku, pool, at, recordedAt, quantity, value }): Row => {
      return [sku, pool, at, recordedAt, `${quantity}`, `${value}`];
    });
    return { _id: keyOf(part, key), sums: JSON.stringify(rows) };
  });
}

export function daySumsFrom({ sums }: UnsummedDocument): DaySum[] {
  const rows = JSON.parse(sums) as Row[];
  return rows.map(([sku, pool, at, recordedAt, quantity, value]) => {
    return { sku, pool, at, recordedAt, quantity: BigInt(quantity), value: BigInt(value) };
  });
}
