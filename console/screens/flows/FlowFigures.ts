import { html } from 'htm/preact';
import type { MapFlow } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { t } from '../../text/t.ts';
import { parkedIn } from './flowState.ts';

type Line = readonly [title: string, minute: number, hour: number];

/** What came in within the last minute and hour, and what became of that. */
export function FlowFigures({ flow }: { flow: MapFlow }) {
  const { direction, minute, hour } = flow;
  const comesIn = direction === 'inbound' || direction === 'continued';
  const all: Line[] = [
    [t('flows.payloads'), minute.payloads, hour.payloads],
    [t('flows.records'), minute.records, hour.records],
    [t('flows.booked'), minute.booked, hour.booked],
    [t('flows.exists'), minute.exists, hour.exists],
    [t('flows.nowParked'), parkedIn(minute), parkedIn(hour)],
  ];
  // Of what is seldom, a row of zeros says nothing.
  const lines = all.filter(([, , ofHour], index) => (comesIn && index < 3) || ofHour > 0);
  if (lines.length === 0) return null;
  return html`<section><h3>${t('flows.figures')}</h3><table class="flow-figures">
    <thead><tr><td></td><th scope="col">${t('flows.minute')}</th><th scope="col">${t('flows.hour')}</th></tr></thead>
    <tbody>${lines.map(
      ([title, ofMinute, ofHour]) =>
        html`<tr key=${title}><th scope="row">${title}</th><td class="numeric"><${Quantity} value=${String(ofMinute)} /></td><td class="numeric"><${Quantity} value=${String(ofHour)} /></td></tr>`,
    )}</tbody>
  </table></section>`;
}
