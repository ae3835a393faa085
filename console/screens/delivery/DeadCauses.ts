import { html } from 'htm/preact';
import type { DeadGroupRow } from '../../../schemas/generated/api.d.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { go, to } from '../../state/address.ts';
import { settings } from '../../state/settings.ts';
import { decimalText } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';
import { Trend } from '../desk/Trend.ts';

/** Dead letters by who did not take them, and why. */
export function DeadCauses({ rows }: { rows: readonly DeadGroupRow[] }) {
  if (rows.length === 0) {
    return html`<${EmptyState} icon="delivery" text=${t('delivery.noDead')}><a href=${to('/delivery')}>${t('delivery.seeEndpoints')}</a><//>`;
  }
  const hrefOf = ({ to: flow, code }: DeadGroupRow): string =>
    to('/delivery', { tab: 'dead', flow, code });
  const table: TableProps<DeadGroupRow> = {
    ...{ label: t('parked.causes'), rows, keyOf: (row) => `${row.to} ${row.code}` },
    hrefOf,
    onOpen: (row) => go(hrefOf(row)),
    exportOf: '/v1/dead/groups',
    columns: [
      {
        title: t('parked.cause'),
        cell: ({ message, code }) => html`<span title=${code}>${message}</span>`,
        text: ({ message }) => message,
        wide: true,
        phone: 'who',
      },
      {
        title: t('delivery.endpoint'),
        cell: (row) => html`<span class="desk-name" title=${row.to}>${row.to}</span>`,
        text: (row) => row.to,
      },
      {
        title: t('desk.when'),
        cell: ({ trend, count }) => html`<${Trend} trend=${trend} count=${count} />`,
        phone: 'hidden',
      },
      {
        title: t('desk.last'),
        cell: ({ last }) => html`<${Time} at=${last} />`,
        text: ({ last }) => last,
      },
      {
        title: t('desk.count'),
        cell: ({ count }) => decimalText(count, settings.value.language),
        text: ({ count }) => count,
        numeric: true,
        phone: 'figure',
      },
    ],
  };
  return html`<${Table} ...${table} />`;
}
