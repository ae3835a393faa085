/** Rows of reports that a caller may see who is limited to some locations or item groups. */
import { StockbusError } from '../../errors.ts';
import type { Books, RecordValue } from '../../ports.ts';
import type { QueryName } from '../../reports/Query.ts';
import type { ReportSpec } from '../../reports/ReportSpec.ts';
import type { Caller, RowFilter } from '../auth/Caller.ts';

/**
 * Fields of a row that say where it is: one that lies in several is seen by who may see one of them. Of what is of no
 * place there are none. A report that is not here sums over places, and whoever is limited does not see it.
 */
const places: Partial<Record<QueryName, readonly string[]>> = {
  stock: ['location'],
  ledger: ['from', 'to'],
  orders: ['location'],
  reservations: ['location'],
  unpriced: ['location'],
  'unmatched-returns': ['location'],
  items: [],
};

export const showsOwnRows = ({ name }: Pick<ReportSpec, 'name'>): boolean =>
  Object.hasOwn(places, name);

/** Each page of a report goes through it, whatever becomes of it then. */
export function rowsSeenBy(
  { rows: limited }: Caller,
  { name }: Pick<ReportSpec, 'name'>,
  store: Pick<Books, 'load'>,
): (rows: RecordValue[]) => Promise<RecordValue[]> {
  if (!limited) return async (rows) => rows;
  return (rows) => seenRows(rows, places[name], limited, store);
}

export async function* seenPages(
  pages: AsyncIterable<RecordValue[]>,
  seen: (rows: RecordValue[]) => Promise<RecordValue[]>,
): AsyncGenerator<RecordValue[]> {
  for await (const rows of pages) yield await seen(rows);
}

export async function seenRows(
  rows: RecordValue[],
  fields: readonly string[] | undefined,
  { locations, itemGroups }: RowFilter,
  store: Pick<Books, 'load'>,
): Promise<RecordValue[]> {
  if (fields === undefined) return [];
  const isThere = (row: RecordValue): boolean =>
    !locations ||
    fields.length === 0 ||
    fields.some((field) => locations.includes(text(row[field])));
  const there = rows.filter(isThere);
  if (!itemGroups) return there;
  const groups = await groupsOf(
    store,
    there.map(({ sku }) => text(sku)),
  );
  return there.filter(({ sku }) => itemGroups.includes(groups.get(text(sku)) ?? ''));
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Throws HTTP_ROWS for an item of which the caller sees nothing. */
export async function requireSeenSku(
  sku: string,
  { actor, rows }: Caller,
  store: Pick<Books, 'load'>,
): Promise<void> {
  if (!rows) return;
  const seen = await seenRows([{ sku }], [], rows, store);
  if (seen.length > 0) return;
  throw new StockbusError('HTTP_ROWS', `'${actor}' does not see this item`, { field: 'sku' });
}

/** As they are now: of which group an item was when something was booked gives nobody a look at it. */
async function groupsOf(
  store: Pick<Books, 'load'>,
  named: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const skus = [...new Set(named)];
  if (skus.length === 0) return new Map();
  const { skus: loaded } = await store.load({
    ...{ skus, balances: [], balancesOf: [], reservations: [], openOrders: [] },
  });
  return new Map(loaded.map(({ head }) => [head.sku, head.item?.group ?? '']));
}
