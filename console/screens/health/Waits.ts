import { html } from 'htm/preact';
import type { Status } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Time } from '../../parts/Time.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { timeBefore } from './timeBefore.ts';

/** What waits on its way through the hub, and what waits for a person. */
export function Waits({ status }: { status: Status }) {
  const { unappliedSeconds: seconds, outbox, gaps, parked, dead, paused } = status;
  const records = parked ? parked.reduce((sum, one) => sum + one.records, 0) : null;
  const figure = (count: number | null, href?: string) =>
    count === null
      ? html`<span class="muted">${t('health.unknown')}</span>`
      : html`<${Quantity} value=${String(count)} href=${count > 0 ? href : undefined} />`;
  const age = () => {
    if (seconds === null) return figure(null);
    return seconds === 0 ? '–' : html`<${Time} at=${timeBefore(status.at, seconds)} />`;
  };
  const rows = [
    [t('health.unapplied'), age()],
    [t('health.outbox'), figure(outbox)],
    [t('health.gaps'), figure(gaps)],
    [t('health.parked'), figure(records, to('/parked'))],
    [t('health.dead'), figure(dead, to('/delivery', { tab: 'dead' }))],
    [t('health.paused'), figure(paused ? paused.length : null, to('/'))],
  ] as const;
  return html`<table class="health-waits" aria-label=${t('health.waits')}><tbody>
    ${rows.map(([what, shown]) => html`<tr key=${what}><th scope="row">${what}</th><td class="numeric">${shown}</td></tr>`)}
  </tbody></table>`;
}
