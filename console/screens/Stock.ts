import { html } from 'htm/preact';
import type { StockRow } from '../../schemas/generated/api.d.ts';
import { urlOf } from '../api/client.ts';
import { usePages } from '../api/usePages.ts';
import { EmptyState } from '../parts/EmptyState.ts';
import { Quantity } from '../parts/Figures.ts';
import { type Filter, FilterChips } from '../parts/FilterChips.ts';
import { Page } from '../parts/Page.ts';
import { Problem } from '../parts/Problem.ts';
import { Skeleton } from '../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../parts/Table.ts';
import { change, here, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { balanceOf, keyOfBalance } from './stock/keyOfBalance.ts';
import { OneBalance } from './stock/OneBalance.ts';

const filters = (): Filter[] => [
  { name: 'sku', label: t('stock.sku') },
  { name: 'location', label: t('stock.location') },
];

/** How much lies where; a row leads to the entries that make it. */
export function Stock() {
  const { query } = useAddress();
  const { sku, location, asOf, knownAt } = query;
  const asked = { sku, location, asOf, knownAt };
  const { rows, more, problem, isSlow, reload } = usePages<StockRow>('/v1/stock', asked);
  const open = query.open === undefined ? undefined : balanceOf(query.open);
  return html`<${Page} title=${t('nav.stock')} filters=${html`<${FilterChips} filters=${filters()} />`}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!rows && !problem && isSlow && html`<${Skeleton} />`}
    ${rows?.length === 0 && !open && html`<${None} isFiltered=${Boolean(sku ?? location)} />`}
    <div class=${open ? 'with-drawer' : ''}>
      ${rows && rows.length > 0 && html`<${Table} ...${tableOf(rows, more, query.open, urlOf('/v1/stock', asked))} />`}
      ${open && html`<${OneBalance} key=${query.open} balance=${open} />`}
    </div>
  <//>`;
}

const None = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered
    ? html`<${EmptyState} icon="stock" text=${t('stock.noneOfThese')}><a href=${here({ sku: undefined, location: undefined })}>${t('stock.all')}</a><//>`
    : html`<${EmptyState} icon="stock" text=${t('stock.none')} />`;

const tableOf = (
  rows: readonly StockRow[],
  more: TableProps<StockRow>['more'],
  open: string | undefined,
  exportOf: string,
): TableProps<StockRow> => ({
  ...{ label: t('stock.balances'), rows, more, open, exportOf, keyOf: keyOfBalance },
  hrefOf: (row) => here({ open: keyOfBalance(row) }),
  onOpen: (row) => change({ open: keyOfBalance(row) }),
  columns: columns(open !== undefined, rows),
});

/** Columns that say nothing of these rows are left out, and so is what the drawer says. */
function columns(isOpen: boolean, rows: readonly StockRow[]): Column<StockRow>[] {
  const text = (title: string, field: 'lot' | 'owner' | 'expiresOn') => ({
    title,
    cell: (row: StockRow) => row[field],
    text: (row: StockRow) => row[field] ?? '',
  });
  const any = (field: 'lot' | 'owner' | 'expiresOn'): boolean => rows.some((row) => row[field]);
  const isStatus = rows.some(({ status }) => status !== 'available');
  const figure = (title: string, field: 'onHand' | 'reserved' | 'available') => ({
    ...{ title, numeric: true as const },
    cell: (row: StockRow) => html`<${Quantity} value=${row[field]} />`,
    text: (row: StockRow) => row[field],
  });
  const given: (Column<StockRow> | false)[] = [
    {
      ...{ title: t('stock.sku'), phone: 'who' },
      cell: ({ sku }) => sku,
      text: ({ sku }) => sku,
    },
    {
      ...{ title: t('stock.location'), wide: true },
      cell: ({ location }) => location,
      text: ({ location }) => location,
    },
    any('lot') && text(t('stock.lot'), 'lot'),
    any('expiresOn') && !isOpen && text(t('stock.expires'), 'expiresOn'),
    isStatus && {
      title: t('stock.status'),
      // What is as it should be needs no word.
      cell: ({ status }) =>
        status === 'available' ? '' : html`<span class="tone-warn">${status}</span>`,
      text: ({ status }) => status,
    },
    any('owner') && !isOpen && text(t('stock.owner'), 'owner'),
    { ...figure(t('stock.onHand'), 'onHand'), phone: 'figure' },
    !isOpen && figure(t('stock.reserved'), 'reserved'),
    !isOpen && figure(t('stock.available'), 'available'),
  ];
  return given.filter((one) => one !== false);
}
