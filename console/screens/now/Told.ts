import { html } from 'htm/preact';
import type { MapFlow, MapSink } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';

/** Who is told of what happens, those with trouble first. */
export function Told({ flows }: { flows: readonly MapFlow[] }) {
  const sinks = flows.flatMap(({ to: ends }) => ends.flatMap(({ sink }) => sink ?? []));
  const rows = [...sinks].sort((one, other) => weightOf(other) - weightOf(one));
  if (rows.length === 0) return null;
  const table: TableProps<MapSink> = {
    label: t('now.out'),
    rows,
    isSmall: true,
    keyOf: ({ endpoint }) => endpoint,
    hrefOf: ({ endpoint }) => to('/delivery', { open: endpoint }),
    columns: [
      {
        title: t('now.subscriber'),
        wide: true,
        phone: 'who',
        cell: ({ endpoint }) => endpoint,
        text: ({ endpoint }) => endpoint,
      },
      { title: t('now.state'), cell: stateOf, text: ({ state }) => state },
      {
        title: t('now.took'),
        numeric: true,
        phone: 'figure',
        cell: ({ hour }) => html`<${Quantity} value=${String(hour.delivered)} />`,
        text: ({ hour }) => String(hour.delivered),
      },
      {
        title: t('now.failed'),
        numeric: true,
        phone: 'hidden',
        cell: ({ hour }) => html`<${Quantity} value=${String(hour.failed)} />`,
        text: ({ hour }) => String(hour.failed),
      },
      {
        title: t('now.waiting'),
        numeric: true,
        phone: 'hidden',
        cell: ({ waiting }) =>
          html`<${Quantity} value=${waiting === null ? '' : String(waiting)} />`,
        text: ({ waiting }) => String(waiting ?? ''),
      },
    ],
  };
  return html`<section aria-labelledby="now-out"><h2 id="now-out">${t('now.out')}</h2><${Table} ...${table} /></section>`;
}

const weightOf = ({ state, hour, waiting }: MapSink): number =>
  (state === 'active' ? 0 : 1e9) + hour.failed * 1e4 + hour.delivered + (waiting ?? 0);

function stateOf({ state }: MapSink) {
  if (state === 'active') return html`<span class="muted">${t('now.stateActive')}</span>`;
  const isPaused = state === 'paused';
  return html`<span class=${isPaused ? 'tone-warn' : 'tone-bad'}>${isPaused ? t('now.statePaused') : t('now.stateBackingOff')}</span>`;
}
