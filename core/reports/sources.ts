/** The store's lists, each in the order of its SKUs. */
import type { CostLayer, LedgerEntry, OpenOrder, SkuHead } from '../ledger.ts';
import type { SkuBooks } from '../pack.ts';
import type { Books, LedgerFilter, Paged, StockFilter } from '../ports.ts';
import type { SkuSource } from './skuPages.ts';

const skuOf = ({ sku }: { sku: string }): string => sku;

export const ledgerSource = (store: Books, filter: LedgerFilter): SkuSource<LedgerEntry> => ({
  fetch: (page) => store.ledger(filter, page),
  skuOf,
});

export const stockSource = (
  store: Books,
  filter: StockFilter,
): SkuSource<Awaited<ReturnType<Books['stock']>>['rows'][number]> => ({
  fetch: (page) => store.stock(filter, page),
  skuOf,
});

export const valuationSource = (
  store: Books,
  filter: Parameters<Books['valuation']>[0],
): SkuSource<Awaited<ReturnType<Books['valuation']>>['rows'][number]> => ({
  fetch: (page) => store.valuation(filter, page),
  skuOf,
});

export const orderSource = (store: Books, filter: { sku?: string }): SkuSource<OpenOrder> => ({
  fetch: (page) => store.openOrders(filter, page),
  skuOf,
});

export const headSource = (store: Books, sku: string | undefined): SkuSource<SkuHead> => ({
  fetch: async (page) => {
    if (sku === undefined) return store.heads(page);
    const { head } = await load(store, sku);
    return { rows: head.version > 0 ? [head] : [] };
  },
  skuOf,
});

export const layerSource = (store: Books, sku: string | undefined): SkuSource<CostLayer> => ({
  fetch: async (page): Promise<Paged<CostLayer>> =>
    sku === undefined ? store.layers(page) : { rows: (await load(store, sku)).layers },
  skuOf,
});

export async function load(store: Books, sku: string): Promise<SkuBooks> {
  const { skus } = await store.load({ skus: [sku], reservations: [], openOrders: [] });
  return skus[0]!;
}

/** A list that the report at hand does not need. */
export const noRows = <Row extends { sku: string }>(): SkuSource<Row> => ({
  fetch: async () => ({ rows: [] }),
  skuOf,
});
