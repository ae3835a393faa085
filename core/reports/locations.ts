import { isVirtual, type Location } from '../ledger.ts';
import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import type { Books, RecordValue } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { listPages } from './pages.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, rare } from './ReportSpec.ts';

export const locations: ReportSpec = {
  name: 'locations',
  about: 'Shows our places: those that somebody described, and those where stock lies.',
  parameters: [],
  columns: [
    column('location', 'Location'),
    column('name', 'Name', 'Empty where nobody described it.'),
    column('kind', 'Kind'),
    rare('parent', 'Part of'),
    decimal('skus', 'SKUs', 'Of which something lies there.'),
  ],
  none: 'The books know no place.',
  examples: ['stockbus locations', 'stockbus locations --format csv'],
  async *read({ store }, _, page) {
    const skus = await skusByPlace(store);
    const said = new Map<string, Location>();
    for await (const one of rowsOf((each) => store.locations(each))) said.set(one.location, one);
    const names = [...new Set([...skus.keys(), ...said.keys()])].sort(compareUtf8);
    yield* listPages(
      names.map((name) => locationRow(name, said.get(name), skus.get(name) ?? 0)),
      page,
    );
  },
};

/** There are few places, and many balances: these are read page by page, and counted. */
async function skusByPlace(store: Books): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const last = new Map<string, string>();
  const balances = rowsOf((page) => store.stock({}, page), limits.pageRows);
  for await (const { place, sku, onHand } of balances) {
    if (isVirtual(place) || onHand === 0n || last.get(place) === sku) continue;
    last.set(place, sku);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

const locationRow = (
  location: string,
  { name = '', kind = '', parent = '' }: Partial<Location> = {},
  skus: number,
): RecordValue => ({ location, name, kind, parent, skus: String(skus) });
