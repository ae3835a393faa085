/**
 * What moved in and out of each cost pool, month by month: quantity and value of all entries of one
 * month by `at` and one by `recordedAt`, and within these of one day each. A commit adds to them what
 * its entries move, so that the value at any two dates is the sum of few documents and not of the
 * ledger. They follow from the entries alone.
 */
import type { UpdateOneModel } from 'mongodb';
import type { LedgerEntry } from '../../ledger.ts';
import type { Keyed } from './documents.ts';
import { int64 } from './int64.ts';
import { keyOf } from './keys.ts';

export interface Sum {
  quantity: bigint;
  value: bigint;
}

export interface PoolSumDocument extends Keyed, Sum {
  sku: string;
  pool: string;
  /** Months `YYYY-MM`. */
  at: string;
  recordedAt: string;
  /** By day of `at` and day of `recordedAt`, as `0531`. */
  days: Record<string, Sum>;
}

export const monthOf = (instant: string): string => instant.slice(0, 7);
export const dayOf = (instant: string): string => instant.slice(0, 10);

type Additions = Omit<PoolSumDocument, 'days'> & { days: Map<string, Sum> };

/** What `entries` add, one update for each document. */
export function poolSumUpdates(
  entries: readonly LedgerEntry[],
): { updateOne: UpdateOneModel<PoolSumDocument> }[] {
  const sums = new Map<string, Additions>();
  for (const entry of entries) {
    add(sums, entry, entry.fromPool, -entry.quantity, -entry.value);
    add(sums, entry, entry.toPool, entry.quantity, entry.value);
  }
  return [...sums.values()].map(updateOf);
}

function add(
  sums: Map<string, Additions>,
  entry: LedgerEntry,
  pool: string,
  quantity: bigint,
  value: bigint,
): void {
  if (pool === '') return;
  const { sku } = entry;
  const at = monthOf(entry.at);
  const recordedAt = monthOf(entry.recordedAt);
  const _id = keyOf(sku, pool, at, recordedAt);
  let sum = sums.get(_id);
  if (!sum) {
    sum = { _id, sku, pool, at, recordedAt, quantity: 0n, value: 0n, days: new Map() };
    sums.set(_id, sum);
  }
  const name = entry.at.slice(8, 10) + entry.recordedAt.slice(8, 10);
  let day = sum.days.get(name);
  if (!day) {
    day = { quantity: 0n, value: 0n };
    sum.days.set(name, day);
  }
  for (const each of [sum, day]) {
    each.quantity += quantity;
    each.value += value;
  }
}

function updateOf(sum: Additions): { updateOne: UpdateOneModel<PoolSumDocument> } {
  const { _id, sku, pool, at, recordedAt, days } = sum;
  const added: Record<string, bigint> = {
    quantity: int64(sum.quantity),
    value: int64(sum.value),
  };
  for (const [name, { quantity, value }] of days) {
    added[`days.${name}.quantity`] = int64(quantity);
    added[`days.${name}.value`] = int64(value);
  }
  const update = { $inc: added, $setOnInsert: { sku, pool, at, recordedAt } };
  return { updateOne: { filter: { _id }, update, upsert: true } };
}
