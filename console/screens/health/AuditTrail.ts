import { html } from 'htm/preact';
import type { AuditTrailRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { usePages } from '../../api/usePages.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { FilterChips } from '../../parts/FilterChips.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { here, to, useAddress } from '../../state/address.ts';
import { useMay } from '../../state/session.ts';
import { t } from '../../text/t.ts';

const PATH = '/v1/audit-trail';

/** Who did what to what, and why: each entry seals the one before it. */
export function AuditTrail() {
  const { query } = useAddress();
  const { of } = query;
  const { rows, more, problem, isSlow, reload } = usePages<AuditTrailRow>(PATH, { of });
  const mayParked = useMay('parked:read');
  const exportOf = urlOf(PATH, { of, limit: '1000' });
  return html`<div class="health-find"><${FilterChips} filters=${[{ name: 'of', label: t('health.of') }]} /></div>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${!rows && !problem && isSlow && html`<${Skeleton} />`}
    ${rows?.length === 0 && html`<${None} isFiltered=${of !== undefined} />`}
    ${rows && rows.length > 0 && html`<${Table} ...${tableOf(rows, more, exportOf, mayParked)} />`}`;
}

const None = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered
    ? html`<${EmptyState} icon="filter" text=${t('health.noActsOf')}><a href=${here({ of: undefined })}>${t('health.allActs')}</a><//>`
    : html`<${EmptyState} icon="book" text=${t('health.noActs')} />`;

/** Where one sees to what it was done; undefined where that has no screen, or not for who looks. */
function placeOf({ did, id }: AuditTrailRow, mayParked: boolean): string | undefined {
  const places: Readonly<Record<string, readonly [string, Record<string, string>]>> = {
    parked: ['/parked', { open: id }],
    dead: ['/delivery', { tab: 'dead', open: id }],
    endpoint: ['/delivery', { open: id }],
    flow: ['/flows', { open: id }],
    hub: ['/health', { tab: 'config' }],
    gap: ['/health', {}],
  };
  const [path, query] = places[did.split('.')[0]!] ?? [];
  return path === undefined || (path === '/parked' && !mayParked) ? undefined : to(path, query);
}

const tableOf = (
  rows: readonly AuditTrailRow[],
  more: TableProps<AuditTrailRow>['more'],
  exportOf: string,
  mayParked: boolean,
): TableProps<AuditTrailRow> => ({
  ...{ label: t('health.trail'), rows, more, exportOf, keyOf: ({ number }) => number },
  columns: [
    {
      ...{ title: t('health.when'), phone: 'figure' },
      cell: ({ at }) => html`<${Time} at=${at} />`,
      text: ({ at }) => at,
    },
    {
      title: t('health.who'),
      cell: ({ actor }) => html`<a href=${here({ of: actor })}>${actor}</a>`,
      text: ({ actor }) => actor,
    },
    {
      ...{ title: t('health.did'), phone: 'who' },
      cell: ({ did }) => html`<a href=${here({ of: did })}>${did}</a>`,
      text: ({ did }) => did,
    },
    {
      title: t('health.on'),
      cell: (row) => {
        const href = placeOf(row, mayParked);
        return href
          ? html`<a href=${href} title=${row.id}>${shortOf(row.id)}</a>`
          : html`<${CopyId} id=${row.id} short />`;
      },
      text: ({ id }) => id,
    },
    {
      ...{ title: t('health.why'), wide: true },
      cell: ({ reason, facts }) =>
        html`${reason} <span class="small muted health-name">${facts}</span>`,
      text: ({ reason, facts }) => [reason, facts].filter(Boolean).join(' '),
    },
  ],
});

const shortOf = (id: string): string => (id.length > 24 ? `…${id.slice(-8)}` : id);
