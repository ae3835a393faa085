import { html } from 'htm/preact';
import type { ParkedGroupRow } from '../../../schemas/generated/api.d.ts';
import { urlOf } from '../../api/client.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { FilterChips } from '../../parts/FilterChips.ts';
import { Page } from '../../parts/Page.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { address, go, to } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { causeColumns } from '../desk/causeColumns.ts';
import { parkedFilters } from './filters.ts';
import type { ParkedState } from './useParked.ts';

/** The cause, not the case. */
export function Groups({ parked: { groups } }: { parked: ParkedState }) {
  const { data, problem, isSlow, reload } = groups;
  return html`<${Page} title=${t('nav.parked')} filters=${html`<${FilterChips} filters=${parkedFilters()} />`}>
    ${problem && html`<${Problem} problem=${problem} onAgain=${reload} />`}
    ${data ? html`<${Found} rows=${data.rows} />` : !problem && isSlow && html`<${Skeleton} />`}
  <//>`;
}

function Found({ rows }: { rows: readonly ParkedGroupRow[] }) {
  const { flow } = address.value.query;
  if (rows.length === 0 && flow) {
    return html`<${EmptyState} icon="check" text=${t('parked.noneOfThese')}><a href=${to('/parked')}>${t('parked.allCauses')}</a><//>`;
  }
  if (rows.length === 0) {
    return html`<${EmptyState} icon="parked" text=${t('parked.none')}><a href=${to('/parked', { state: 'resolved' })}>${t('parked.seeDone')}</a><//>`;
  }
  const hrefOf = ({ flow, code, field }: ParkedGroupRow): string =>
    to('/parked', { flow, code, field });
  const table: TableProps<ParkedGroupRow> = {
    label: t('parked.causes'),
    rows,
    keyOf: ({ flow, code, field }) => `${flow} ${code} ${field}`,
    hrefOf,
    onOpen: (row) => go(hrefOf(row)),
    exportOf: urlOf('/v1/parked/groups', { flow }),
    columns: causeColumns(
      [
        {
          title: t('desk.flow'),
          cell: ({ flow }) => html`<span class="desk-name" title=${flow}>${flow}</span>`,
          text: ({ flow }) => flow,
        },
        {
          title: t('part.field'),
          cell: ({ field }) => html`<span class="desk-name" title=${field}>${field}</span>`,
          text: ({ field }) => field,
        },
      ],
      [
        {
          title: t('desk.first'),
          cell: ({ first }) => html`<${Time} at=${first} />`,
          text: ({ first }) => first,
          phone: 'hidden',
        },
      ],
    ),
  };
  return html`<${Table} ...${table} />`;
}
