import { html } from 'htm/preact';
import type { ValuationList, ValuationRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { usePages } from '../../api/usePages.ts';
import { Money, Quantity } from '../../parts/Figures.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { here, to, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { AgeBars, AgeTable, useAgeing } from './Ageing.ts';
import { keyOfSku } from './keyOfSku.ts';
import { NothingOf } from './RollForward.ts';
import { TotalsOf } from './TotalsOf.ts';

const PATH = '/v1/valuation';

/** What each SKU is worth in each cost pool, and how old that is. */
export function Valuation() {
  const { query } = useAddress();
  const { sku, asOf, knownAt, age } = query;
  const asked = { sku, asOf, knownAt };
  const { rows, first, more, problem, isSlow, reload } = usePages<ValuationRow>(PATH, {
    ...{ ...asked, limit: '1000' },
  });
  const ageing = useAgeing(asked);
  if (problem && !rows) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!rows) return isSlow ? html`<${Skeleton} />` : null;
  if (rows.length === 0) return html`<${NothingOf} isFiltered=${sku !== undefined} />`;
  const table: TableProps<ValuationRow> = {
    ...{ label: t('value.valuation'), rows, more, columns: columns(rows) },
    // A SKU of several pools is several rows of one journal: none of them alone is open.
    open: isOnePool(rows) ? query.open : undefined,
    keyOf: (row) => (isOnePool(rows) ? keyOfSku(row) : `${keyOfSku(row)} ${row.pool}`),
    hrefOf: (row) => here({ open: keyOfSku(row) }),
    ...{ exportOf: urlOf(PATH, { ...asked, limit: '1000' }), excelOf: urlOf(PATH, asked) },
  };
  return html`
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    <${TotalsOf} totals=${(first as ValuationList).totals} />
    <div class="value-parts">
      <div>${age ? html`<${AgeTable} ageing=${ageing} age=${age} asked=${asked} />` : html`<${Table} ...${table} />`}</div>
      <section><h2>${t('value.ageing')}</h2>
        <${AgeBars} ageing=${ageing} age=${age} />
        <p class="value-more"><a href=${to('/value', { tab: 'slow', sku })}>${t('value.seeSlow')}</a></p>
      </section>
    </div>`;
}

const isOnePool = (rows: readonly ValuationRow[]): boolean =>
  rows.every(({ pool }) => pool === rows[0]!.pool);

/** A pool that is the only one needs no column. */
const columns = (rows: readonly ValuationRow[]): Column<ValuationRow>[] => [
  {
    ...{ title: t('value.sku'), phone: 'who', wide: true },
    cell: ({ sku }) => sku,
    text: ({ sku }) => sku,
  },
  ...(isOnePool(rows)
    ? []
    : [
        {
          title: t('value.pool'),
          cell: ({ pool }: ValuationRow) => pool,
          text: ({ pool }: ValuationRow) => pool,
        },
      ]),
  {
    ...{ title: t('value.quantity'), numeric: true },
    cell: ({ quantity, sku }) =>
      html`<${Quantity} value=${quantity} href=${to('/stock', { sku })} />`,
    text: ({ quantity }) => quantity,
  },
  {
    ...{ title: t('value.unitCost'), numeric: true },
    cell: ({ unitCost, method }) =>
      html`<${Quantity} value=${unitCost} /> <span class="small muted">${method}</span>`,
    text: ({ unitCost }) => unitCost,
  },
  {
    ...{ title: t('value.value'), numeric: true, phone: 'figure' },
    cell: (row) =>
      html`<${Money} value=${row.value} currency=${row.currency} href=${here({ open: keyOfSku(row) })} />`,
    text: ({ value }) => value,
  },
];
