import { html } from 'htm/preact';
import type { MapFlow } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Icon } from '../../parts/Icon.ts';
import { type Column, Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { here, to } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { flowState, isRefused, isRunning, rateOf, waitingOf, worstFirst } from './flowState.ts';

interface FlowTableProps {
  rows: readonly MapFlow[];
  open: string | undefined;
  exportOf: string | undefined;
}

/** All that the map shows, for who cannot see it, and for small screens. */
export function FlowTable({ rows, open, exportOf }: FlowTableProps) {
  const table: TableProps<MapFlow> = {
    ...{ label: t('nav.flows'), open, exportOf, keyOf: ({ name }) => name },
    rows: rows.toSorted(worstFirst),
    hrefOf: ({ name }) => here({ open: name }),
    columns: columns(open !== undefined),
  };
  return html`<${Table} ...${table} />`;
}

const namesOf = (ends: readonly { name: string }[]): string =>
  [...new Set(ends.map(({ name }) => name))].join(', ');

function columns(isOpen: boolean): Column<MapFlow>[] {
  const ends = (title: string, of: (flow: MapFlow) => string): Column<MapFlow> => ({
    ...{ title, phone: 'hidden', text: of },
    cell: (flow) => html`<span class="flow-ends" title=${of(flow)}>${of(flow)}</span>`,
  });
  const given: (Column<MapFlow> | false)[] = [
    {
      ...{ title: t('desk.flow'), phone: 'who', wide: true },
      cell: ({ name }) => name,
      text: ({ name }) => name,
    },
    {
      title: t('desk.state'),
      cell: (flow) => {
        if (isRunning(flow) && isRefused(flow))
          return html`<span class="tone-bad"><${Icon} name="delivery" /> ${t('flows.refused')}</span>`;
        const { text, icon, tone } = flowState(flow.state);
        return html`<span class=${`tone-${tone}`}><${Icon} name=${icon} /> ${text}</span>`;
      },
      text: ({ state }) => state,
    },
    !isOpen && ends(t('flows.from'), ({ from }) => namesOf(from)),
    !isOpen && ends(t('flows.to'), (flow) => namesOf(flow.to)),
    !isOpen && {
      title: t('flows.last'),
      cell: ({ last }) => last && html`<${Time} at=${last.at} />`,
      text: ({ last }) => last?.at ?? '',
    },
    {
      ...{ title: t('flows.perHour'), numeric: true, phone: 'figure' },
      cell: (flow) => html`<${Quantity} value=${String(rateOf(flow))} />`,
      text: (flow) => String(rateOf(flow)),
    },
    {
      ...{ title: t('flows.waiting'), numeric: true, phone: 'hidden' },
      cell: (flow) => html`<${Quantity} value=${String(waitingOf(flow))} />`,
      text: (flow) => String(waitingOf(flow)),
    },
    {
      ...{ title: t('flows.parked'), numeric: true },
      cell: parkedOf,
      text: ({ parked }) => String(parked ?? ''),
    },
  ];
  return given.filter((one) => one !== false);
}

/** On a phone a bare "0" under the name would say nothing. */
const parkedOf = ({ name, parked }: MapFlow) =>
  parked
    ? html`<a class="flow-parked" href=${to('/parked', { flow: name })}>${t('flows.parkedCount', { count: parked })}</a>`
    : html`<span class="muted flow-none">${parked === null ? '–' : '0'}</span>`;
