import type { ValuationRow } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './int64.ts';
import { keyOf } from './keys.ts';

/**
 * Cost pools by (sku, pool), after that of the cursor. They lie in the heads, and one head may have
 * several, so that a page may begin within a head. `wanted` rows at least, where there are so many.
 */
export async function currentPools(
  { heads }: Collections,
  sku: string | undefined,
  after: [string, string] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  const found = await heads
    .find({
      'pools.0': { $exists: true },
      $and: [
        sku === undefined ? {} : { _id: keyOf(sku) },
        after === undefined ? {} : { _id: { $gte: keyOf(after[0]) } },
      ],
    })
    .sort({ _id: 1 })
    .limit(wanted + 1)
    .toArray();
  return found.flatMap((head) =>
    head.pools
      .filter(({ pool }) => !after || head.sku !== after[0] || compare(pool, after[1]) > 0)
      .toSorted((one, other) => compare(one.pool, other.pool))
      .map(({ pool, quantity, value }) => ({
        sku: head.sku,
        pool,
        quantity: bigintOf(quantity),
        value: bigintOf(value),
      })),
  );
}

/** In the order of UTF-8, as the database sorts. */
const compare = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));
