/** The store's lists, each in the order of its SKUs. */
import type { CostLayer, LedgerEntry, OpenOrder, SkuHead } from '../ledger.ts';
import type { LedgerFilter, Loaded, Paged, StockFilter, Store } from '../ports.ts';
import type { SkuSource } from './skuPages.ts';

const skuOf = ({ sku }: { sku: string }): string => sku;

export const ledgerSource = (store: Store, filter: LedgerFilter): SkuSource<LedgerEntry> => ({
  fetch: (page) => store.ledger(filter, page),
  skuOf,
});

export const stockSource = (
  store: Store,
  filter: StockFilter,
): SkuSource<Awaited<ReturnType<Store['stock']>>['rows'][number]> => ({
  fetch: (page) => store.stock(filter, page),
  skuOf,
});

export const valuationSource = (
  store: Store,
  filter: Parameters<Store['valuation']>[0],
): SkuSource<Awaited<ReturnType<Store['valuation']>>['rows'][number]> => ({
  fetch: (page) => store.valuation(filter, page),
  skuOf,
});

export const orderSource = (store: Store, filter: { sku?: string }): SkuSource<OpenOrder> => ({
  fetch: (page) => store.openOrders(filter, page),
  skuOf,
});

export const headSource = (store: Store, sku: string | undefined): SkuSource<SkuHead> => ({
  fetch: async (page) => {
    if (sku === undefined) return store.heads(page);
    const { heads } = await load(store, sku);
    return { rows: heads.filter(({ version }) => version > 0) };
  },
  skuOf,
});

export const layerSource = (store: Store, sku: string | undefined): SkuSource<CostLayer> => ({
  fetch: async (page): Promise<Paged<CostLayer>> =>
    sku === undefined ? store.layers(page) : { rows: (await load(store, sku)).layers },
  skuOf,
});

export const load = (store: Store, sku: string): Promise<Loaded> =>
  store.load({ skus: [sku], reservations: [], openOrders: [] });

/** A list that the report at hand does not need. */
export const noRows = <Row extends { sku: string }>(): SkuSource<Row> => ({
  fetch: async () => ({ rows: [] }),
  skuOf,
});
