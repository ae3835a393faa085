/** Items and places as they were when the page was opened: a scan is understood without asking, so also without a network. */
import type { ItemsList, LocationsList } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, ask } from '../../api/client.ts';
import { Store } from '../../state/Store.ts';
import type { ReadCode } from './readCode.ts';

export interface KnownItem {
  sku: string;
  name: string;
  unit: string;
  tracking: string;
}

export interface Catalog {
  /** By SKU, and by barcode as a GTIN of 14 digits. */
  items: ReadonlyMap<string, KnownItem>;
  places: readonly string[];
  problem?: ApiProblem;
}

/** Behind that many items a phone would hold more than it should: the rest goes by its SKU. */
const MOST_PAGES = 20;
const PAGE = '1000';

export const catalog = new Store<Catalog>({ items: new Map(), places: [] });

export async function learnCatalog(): Promise<void> {
  const items = new Map<string, KnownItem>();
  const [problem, places] = await Promise.all([learnItems(items), placesOf()]);
  // What was known stays known where the network has gone.
  const before = catalog.value;
  catalog.set({
    items: problem ? before.items : items,
    places: places ?? before.places,
    ...(problem ? { problem } : {}),
  });
}

async function learnItems(items: Map<string, KnownItem>): Promise<ApiProblem | undefined> {
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { data, problem } = await ask<ItemsList>('/v1/items', { query: { limit: PAGE, after } });
    if (!data) return problem;
    for (const { sku, name, unit, tracking, barcode } of data.rows) {
      const item = { sku, name, unit, tracking };
      items.set(sku, item);
      if (barcode)
        items.set(/^\d{8,14}$/.test(barcode) ? barcode.padStart(14, '0') : barcode, item);
    }
    after = data.next;
    if (after === undefined) return undefined;
  }
  return undefined;
}

async function placesOf(): Promise<string[] | undefined> {
  const { data } = await ask<LocationsList>('/v1/locations', { query: { limit: PAGE } });
  return data?.rows.map(({ location }) => location);
}

/** A GTIN is some item's barcode, or its SKU in one of the lengths that it is written in. */
export function itemOf({ items }: Catalog, { code }: ReadCode): KnownItem | undefined {
  const short = code.replace(/^0+/, '');
  return items.get(code) ?? items.get(short) ?? items.get(short.padStart(13, '0'));
}

export const placeOf = ({ places }: Catalog, code: string): string | undefined =>
  places.find((place) => place.toLowerCase() === code.toLowerCase());
