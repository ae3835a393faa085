/**
 * Sums of pools, folded: `monthSums` has one document for each pool, with a row for each pair of a
 * month by `at` and one by `recordedAt`; `daySums` has one for each pool and pair of months, with a row
 * for each pair of days in them. A date cuts one month of each clock: a valuation reads the months of
 * its pools, and the days of those that are cut, which lie together because their keys begin with the
 * months.
 */
import type { Collection } from 'mongodb';
import { bulk, replacing, type Writing } from './bulkWrites.ts';
import type { Collections } from './Collections.ts';
import type { PoolSumDocument } from './documents.ts';
import { keyOf } from './keys.ts';
import { type DaySum, monthOf, type Sum } from './unsummed.ts';

/** Gives what moved by one month or day of each clock, line by line; amounts as decimal text. */
export function eachSum(
  { sums }: PoolSumDocument,
  take: (at: string, recordedAt: string, quantity: string, value: string) => void,
): void {
  let start = 0;
  while (start < sums.length) {
    const at = sums.indexOf(' ', start);
    const recordedAt = sums.indexOf(' ', at + 1);
    const quantity = sums.indexOf(' ', recordedAt + 1);
    const value = sums.indexOf('\n', quantity + 1);
    take(
      sums.slice(start, at),
      sums.slice(at + 1, recordedAt),
      sums.slice(recordedAt + 1, quantity),
      sums.slice(quantity + 1, value),
    );
    start = value + 1;
  }
}

/** Where the days of two months lie, before the key of the SKU. */
export const monthsKey = (at: string, recordedAt: string): string => keyOf(at, recordedAt);

const DOCUMENTS_PER_WRITE = 1_000;

/** What is to be added, by the document that takes it. */
export class PoolSums {
  readonly #months = new Additions();
  readonly #days = new Additions();

  /** Documents that will be written. */
  get size(): number {
    return this.#months.size + this.#days.size;
  }

  add({ sku, pool, at, recordedAt, ...sum }: DaySum): void {
    const months: [string, string] = [monthOf(at), monthOf(recordedAt)];
    this.#months.add(keyOf(sku, pool), { sku, pool }, months, sum);
    const key = keyOf(...months, sku, pool);
    this.#days.add(key, { sku, pool }, [at, recordedAt], sum);
  }

  /** In a transaction: others may add to the same documents. */
  async write({ monthSums, daySums }: Collections, options: Writing): Promise<void> {
    await this.#months.write(monthSums, options);
    await this.#days.write(daySums, options);
  }
}

type Dates = [at: string, recordedAt: string];

interface Addition {
  sku: string;
  pool: string;
  /** By the two dates, as in the document. */
  rows: Map<string, Sum>;
}

class Additions {
  readonly #additions = new Map<string, Addition>();

  get size(): number {
    return this.#additions.size;
  }

  add(key: string, of: { sku: string; pool: string }, [at, recordedAt]: Dates, sum: Sum): void {
    let addition = this.#additions.get(key);
    if (!addition) {
      addition = { ...of, rows: new Map() };
      this.#additions.set(key, addition);
    }
    const name = `${at} ${recordedAt}`;
    const row = addition.rows.get(name);
    if (row) {
      row.quantity += sum.quantity;
      row.value += sum.value;
    } else addition.rows.set(name, { ...sum });
  }

  async write(to: Collection<PoolSumDocument>, options: Writing): Promise<void> {
    const keys = [...this.#additions.keys()].sort();
    for (let first = 0; first < keys.length; first += DOCUMENTS_PER_WRITE) {
      const some = keys.slice(first, first + DOCUMENTS_PER_WRITE);
      const { session } = options;
      for await (const stored of to.find({ _id: { $in: some } }, { session })) {
        eachSum(stored, (at, recordedAt, quantity, value) => {
          const sum = { quantity: BigInt(quantity), value: BigInt(value) };
          this.add(stored._id, stored, [at, recordedAt], sum);
        });
      }
      await bulk(
        to,
        some.map((key) => replacing(this.#document(key))),
        options,
      );
    }
  }

  #document(_id: string): PoolSumDocument {
    const { sku, pool, rows } = this.#additions.get(_id)!;
    let sums = '';
    for (const [dates, sum] of rows) sums += `${dates} ${sum.quantity} ${sum.value}\n`;
    return { _id, sku, pool, sums };
  }
}
