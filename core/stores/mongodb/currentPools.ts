import type { CursorPart } from '../../cursor.ts';
import type { ValuationRow } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './int64.ts';
import { type RowsPerSku, rowsByWindows } from './rowsByWindows.ts';
import type { SkuWindows } from './SkuWindows.ts';
import { valuationParts } from './valuationAsOf.ts';

/** Cost pools by (sku, pool). They lie in the heads. Rows of the page and at least one more. */
export function currentPools(
  { heads }: Collections,
  { windows, seen }: { windows: SkuWindows; seen: RowsPerSku },
  sku: string | undefined,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  const most = { skus: 2 * wanted, entries: Number.POSITIVE_INFINITY };
  const page = { sku, after, rows: wanted, most, seen };
  return rowsByWindows(windows, page, valuationParts, async ({ range }) => {
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
