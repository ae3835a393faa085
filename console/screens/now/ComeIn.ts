import { html } from 'htm/preact';
import type { MapFlow } from '../../../schemas/generated/api.d.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Table, type TableProps } from '../../parts/Table.ts';
import { Time } from '../../parts/Time.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';

/** What came in by which flow, the latest first; each file leads to its story. */
export function ComeIn({ flows }: { flows: readonly MapFlow[] }) {
  const rows = flows
    .filter(({ last }) => last)
    .sort((one, other) => other.last!.at.localeCompare(one.last!.at));
  const table: TableProps<MapFlow> = {
    label: t('now.in'),
    rows,
    isSmall: true,
    keyOf: ({ name }) => name,
    hrefOf: ({ last }) => to('/search', { key: last!.intakeId }),
    columns: [
      { title: t('now.flow'), phone: 'who', cell: ({ name }) => name, text: ({ name }) => name },
      {
        title: t('now.file'),
        wide: true,
        cell: ({ last }) => last!.name,
        text: ({ last }) => last!.name,
      },
      {
        title: t('now.last'),
        cell: ({ last }) => html`<${Time} at=${last!.at} />`,
        text: ({ last }) => last!.at,
      },
      {
        title: t('now.records'),
        numeric: true,
        phone: 'figure',
        cell: ({ hour }) => html`<${Quantity} value=${String(hour.records)} />`,
        text: ({ hour }) => String(hour.records),
      },
      {
        title: t('now.booked'),
        numeric: true,
        phone: 'hidden',
        cell: ({ hour }) => html`<${Quantity} value=${String(hour.booked)} />`,
        text: ({ hour }) => String(hour.booked),
      },
      {
        title: t('now.lying'),
        numeric: true,
        phone: 'hidden',
        cell: parkedOf,
        text: ({ parked }) => String(parked ?? ''),
      },
    ],
  };
  return html`<section aria-labelledby="now-in"><h2 id="now-in">${t('now.in')}</h2>
    ${rows.length === 0 ? html`<${EmptyState} text=${t('now.inNothing')} />` : html`<${Table} ...${table} />`}
  </section>`;
}

const parkedOf = ({ name, parked }: MapFlow) =>
  html`<${Quantity} value=${parked === null ? '' : String(parked)} href=${parked ? to('/parked', { flow: name }) : undefined} />`;
