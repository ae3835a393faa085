import type { CursorPart } from '../../cursor.ts';
import type { ValuationRow } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { valuationParts } from './findValuationAsOf.ts';
import { bigintOf } from './int64.ts';
import { type ByWindows, rowsByWindows } from './rowsByWindows.ts';

/** Cost pools by (sku, pool). They lie in the heads. Rows of the page and at least one more. */
export function currentPools(
  { heads }: Collections,
  by: ByWindows,
  sku: string | undefined,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  const page = { sku, after, rows: wanted };
  return rowsByWindows(by, page, valuationParts, async ({ range }) => {
    const found = await heads.find({ _id: range }, { projection: { sku: 1, pools: 1 } }).toArray();
    return found.flatMap(({ sku, pools }) =>
      pools
        .filter(({ untouched }) => !untouched)
        .map(({ pool, quantity, value }) => {
          return { sku, pool, quantity: bigintOf(quantity), value: bigintOf(value) };
        }),
    );
  });
}
