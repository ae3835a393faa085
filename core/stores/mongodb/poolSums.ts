/**
 * What moved in and out of each cost pool, so that the value at any two dates is the sum of few
 * documents and not of the ledger. It lies in two places, which follow from the entries alone:
 * a commit adds one document to `unsummed`, with what its entries moved by day, and SumFolder adds
 * many of these at once to `poolSums`, a document for each month. An update for each SKU of a commit
 * would cost a third of the commit.
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

/** What moved in a pool by entries of one day by `at` and one by `recordedAt`, `YYYY-MM-DD`. */
export interface DaySum extends Sum {
  sku: string;
  pool: string;
  at: string;
  recordedAt: string;
}

/** The same by month `YYYY-MM`, and within it by the two days, as `0531`. */
export interface PoolSumDocument extends Keyed, DaySum {
  days: Record<string, Sum>;
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
    return [sku, pool, at, recordedAt, `${int64(quantity)}`, `${int64(value)}`];
  });
  return { _id, sums: JSON.stringify(rows) };
}

export function daySumsFrom({ sums }: UnsummedDocument): DaySum[] {
  const rows = JSON.parse(sums) as Row[];
  return rows.map(([sku, pool, at, recordedAt, quantity, value]) => {
    return { sku, pool, at, recordedAt, quantity: BigInt(quantity), value: BigInt(value) };
  });
}

/** All that one document is to have added. */
interface Addition extends DaySum {
  days: Map<string, Sum>;
}

/** What day sums add up to, by the document that takes it. */
export class PoolSums {
  readonly #additions = new Map<string, Addition>();

  get size(): number {
    return this.#additions.size;
  }

  add({ sku, pool, quantity, value, ...days }: DaySum): void {
    const at = monthOf(days.at);
    const recordedAt = monthOf(days.recordedAt);
    const key = keyOf(sku, pool, at, recordedAt);
    let sum = this.#additions.get(key);
    if (!sum) {
      sum = { sku, pool, at, recordedAt, quantity: 0n, value: 0n, days: new Map() };
      this.#additions.set(key, sum);
    }
    const name = days.at.slice(8) + days.recordedAt.slice(8);
    const day = sum.days.get(name) ?? { quantity: 0n, value: 0n };
    sum.days.set(name, day);
    for (const each of [sum, day]) {
      each.quantity += quantity;
      each.value += value;
    }
  }

  updates(): { updateOne: UpdateOneModel<PoolSumDocument> }[] {
    return Array.from(this.#additions, ([_id, addition]) => {
      const { sku, pool, at, recordedAt, days, quantity, value } = addition;
      const $inc: Record<string, bigint> = { quantity: int64(quantity), value: int64(value) };
      for (const [name, day] of days) {
        $inc[`days.${name}.quantity`] = int64(day.quantity);
        $inc[`days.${name}.value`] = int64(day.value);
      }
      const update = { $inc, $setOnInsert: { sku, pool, at, recordedAt } };
      return { updateOne: { filter: { _id }, update, upsert: true } };
    });
  }
}
