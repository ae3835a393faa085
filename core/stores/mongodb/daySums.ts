/**
 * What moved in and out of each cost pool, so that the value at any two dates is the sum of few
 * documents and not of the ledger. It lies in two places, which follow from the entries alone: a
 * commit adds one document to `unsummed`, with what its entries moved by day, and SumFolder adds many
 * of these at once to the documents of PoolSums.ts. An update for each SKU of a commit would cost a
 * third of the commit.
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

export interface UnsummedDocument extends Keyed {
  /** JSON text of day sums: a server takes one text in a fraction of the time of so many fields. */
  sums: string;
}

export const monthOf = (instant: string): string => instant.slice(0, 7);
export const dayOf = (instant: string): string => instant.slice(0, 10);

export function daySumsOf(entries: readonly LedgerEntry[]): DaySum[] {
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

export function unsummedDocument(_id: string, sums: readonly DaySum[]): UnsummedDocument {
  const rows = sums.map(({ sku, pool, at, recordedAt, quantity, value }): Row => {
    return [sku, pool, at, recordedAt, `${quantity}`, `${value}`];
  });
  return { _id, sums: JSON.stringify(rows) };
}

export function daySumsFrom({ sums }: UnsummedDocument): DaySum[] {
  const rows = JSON.parse(sums) as Row[];
  return rows.map(([sku, pool, at, recordedAt, quantity, value]) => {
    return { sku, pool, at, recordedAt, quantity: BigInt(quantity), value: BigInt(value) };
  });
}
