import { html } from 'htm/preact';
import type { DeadGroupRow } from '../../../schemas/generated/api.d.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { go, to } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { causeColumns } from '../desk/causeColumns.ts';

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
    columns: causeColumns([
      {
        title: t('delivery.endpoint'),
        cell: (row) => html`<span class="desk-name" title=${row.to}>${row.to}</span>`,
        text: (row) => row.to,
      },
    ]),
  };
  return html`<${Table} ...${table} />`;
}
