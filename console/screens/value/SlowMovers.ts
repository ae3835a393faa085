import { html } from 'htm/preact';
import type { SlowMoversList, SlowMoversRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { usePages } from '../../api/usePages.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Money, Quantity } from '../../parts/Figures.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { here, to, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { keyOfSku } from './keyOfSku.ts';
import { TotalsOf } from './TotalsOf.ts';

const PATH = '/v1/slow-movers';
const DAYS = '90';

/** What lies here and did not leave for long. */
export function SlowMovers() {
  const { query } = useAddress();
  const { sku, days = DAYS, asOf, knownAt } = query;
  const asked = { sku, days, asOf, knownAt };
  const { rows, first, more, problem, isSlow, reload } = usePages<SlowMoversRow>(PATH, {
    ...{ ...asked, limit: '1000' },
  });
  if (problem && !rows) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!rows) return isSlow ? html`<${Skeleton} />` : null;
  if (rows.length === 0)
    return html`<${EmptyState} icon="check" text=${t('value.noSlow', { days })} />`;
  const table: TableProps<SlowMoversRow> = {
    ...{ label: t('value.slow'), rows, more, open: query.open, keyOf: keyOfSku },
    hrefOf: (row) => here({ open: keyOfSku(row) }),
    ...{ exportOf: urlOf(PATH, { ...asked, limit: '1000' }), excelOf: urlOf(PATH, asked) },
    columns: columns(query.open !== undefined),
  };
  return html`<${TotalsOf} totals=${(first as SlowMoversList).totals} /><${Table} ...${table} />`;
}

const columns = (isOpen: boolean): TableProps<SlowMoversRow>['columns'] => [
  {
    ...{ title: t('value.sku'), phone: 'who', wide: true },
    cell: ({ sku }) => sku,
    text: ({ sku }) => sku,
  },
  {
    ...{ title: t('value.idleDays'), numeric: true },
    cell: ({ idleDays }) => html`<${Quantity} value=${idleDays} />`,
    text: ({ idleDays }) => idleDays,
  },
  {
    title: t('value.lastIssue'),
    cell: ({ lastIssueDay }) => lastIssueDay || t('value.never'),
    text: ({ lastIssueDay }) => lastIssueDay,
  },
  ...(isOpen
    ? []
    : [
        {
          title: t('value.firstReceipt'),
          cell: ({ firstReceiptDay }: SlowMoversRow) => firstReceiptDay,
          text: ({ firstReceiptDay }: SlowMoversRow) => firstReceiptDay,
          phone: 'hidden' as const,
        },
      ]),
  {
    ...{ title: t('value.quantity'), numeric: true },
    cell: ({ quantity, sku }) =>
      html`<${Quantity} value=${quantity} href=${to('/stock', { sku })} />`,
    text: ({ quantity }) => quantity,
  },
  {
    ...{ title: t('value.value'), numeric: true, phone: 'figure' },
    cell: (row) =>
      html`<${Money} value=${row.value} currency=${row.currency} href=${here({ open: keyOfSku(row) })} />`,
    text: ({ value }) => value,
  },
];
