import { html } from 'htm/preact';
import type { AttemptHour, Endpoint } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Icon } from '../../parts/Icon.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { change, here, useAddress } from '../../state/address.ts';
import { useStore } from '../../state/Store.ts';
import { settings } from '../../state/settings.ts';
import { known } from '../../state/status.ts';
import { decimalText } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';
import { Countdown } from './Countdown.ts';
import { backlogOf, endpointState } from './endpointState.ts';
import { OneEndpoint } from './OneEndpoint.ts';
import { Strip } from './Strip.ts';

const EVERY_MS = 5_000;
const ATTEMPTS_EVERY_MS = 60_000;

/** Those that take nothing first. */
const worst = (one: Endpoint, other: Endpoint): number =>
  Number(one.state === 'active') - Number(other.state === 'active');

/** Where flows send, and how each answers. */
export function Endpoints() {
  const { query } = useAddress();
  const { data, problem, isSlow, reload } = useQuery<{ rows: Endpoint[] }>('/v1/endpoints', {
    everyMs: EVERY_MS,
  });
  const { data: calls } = useQuery<{ rows: AttemptHour[] }>('/v1/attempts', {
    everyMs: ATTEMPTS_EVERY_MS,
  });
  if (problem && !data) return html`<${Problem} problem=${problem} onAgain=${reload} />`;
  if (!data) return isSlow ? html`<${Skeleton} />` : null;
  if (data.rows.length === 0)
    return html`<${EmptyState} icon="delivery" text=${t('delivery.none')} />`;
  const rows = data.rows.toSorted(worst);
  const attempts = Map.groupBy(calls?.rows ?? [], ({ endpoint }) => endpoint);
  const open = rows.find(({ name }) => name === query.open);
  return html`<div class=${open ? 'with-drawer' : ''}>
    <${Rows} rows=${rows} attempts=${attempts} open=${open?.name} />
    ${open && html`<${OneEndpoint} key=${open.name} endpoint=${open} attempts=${attempts.get(open.name) ?? []} onDone=${reload} />`}
  </div>`;
}

interface RowsProps {
  rows: readonly Endpoint[];
  attempts: ReadonlyMap<string, readonly AttemptHour[]>;
  open: string | undefined;
}

function Rows({ rows, attempts, open }: RowsProps) {
  const { status } = useStore(known);
  const waits = (row: Endpoint): string => String(backlogOf(row, status) ?? '');
  const table: TableProps<Endpoint> = {
    ...{ label: t('delivery.endpoints'), rows, open, keyOf: ({ name }) => name },
    hrefOf: ({ name }) => here({ open: name }),
    onOpen: ({ name }) => change({ open: name }),
    exportOf: '/v1/endpoints',
    columns: [
      {
        title: t('delivery.endpoint'),
        cell: ({ name }) => html`<span class="desk-name" title=${name}>${name}</span>`,
        text: ({ name }) => name,
        phone: 'who',
      },
      {
        title: t('desk.state'),
        cell: (row) => {
          const { text, icon, tone } = endpointState(row);
          return html`<span class=${`tone-${tone}`}><${Icon} name=${icon} /> ${text}</span>${row.since && row.state !== 'active' && html` <${Time} at=${row.since} />`}`;
        },
        text: ({ state }) => state,
      },
      // The drawer says both.
      ...(open === undefined ? answers() : []),
      {
        title: t('delivery.hours'),
        cell: ({ name }) => html`<${Strip} attempts=${attempts.get(name) ?? []} label=${name} />`,
      },
      {
        title: t('delivery.waits'),
        cell: (row) => decimalText(waits(row) || '–', settings.value.language),
        text: waits,
        numeric: true,
        phone: 'figure',
      },
    ],
  };
  return html`<${Table} ...${table} />`;
}

const answers = (): Column<Endpoint>[] => [
  {
    title: t('delivery.lastAnswer'),
    cell: ({ lastAnswer, state }) =>
      state !== 'active' &&
      lastAnswer &&
      html`<span class="delivery-answer" title=${lastAnswer.message}>${lastAnswer.message}</span>`,
    text: ({ lastAnswer }) => lastAnswer?.message ?? '',
    wide: true,
    phone: 'hidden',
  },
  {
    title: t('delivery.next'),
    cell: ({ nextProbe, state }) =>
      state === 'active' ? '' : html`<${Countdown} until=${nextProbe} />`,
  },
];
