import { html } from 'htm/preact';
import type { HubStatus } from '../../api/HubStatus.ts';
import { Quantity } from '../../parts/Figures.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';

/** What is on its way between the parts of the hub, in the order of the road. */
export function Road({ status }: { status: HubStatus }) {
  const { queues, stages, outbox, parked, dead } = status;
  const apply = queues?.filter(({ queue }) => queue.startsWith('stock.commands.'));
  const places = [
    [t('now.inStages'), sum(stages?.map(({ records }) => records)), undefined],
    [t('now.toBook'), sum(apply?.map(({ ready, waiting }) => waiting ?? ready)), undefined],
    [t('now.toTell'), text(outbox), undefined],
    [t('now.lying'), sum(parked?.map(({ records }) => records)), to('/parked')],
    [t('now.givenUp'), text(dead), to('/delivery', { tab: 'dead' })],
  ] as const;
  return html`<section class="road" aria-labelledby="road-title"><h2 id="road-title">${t('now.road')}</h2>
    <dl>${places.map(([name, value, href]) => html`<div key=${name}><dt>${name}</dt><dd><${Quantity} value=${value} href=${value === '0' ? undefined : href} /></dd></div>`)}</dl>
  </section>`;
}

const text = (count: number | null): string => (count === null ? '' : String(count));
const sum = (counts: readonly number[] | undefined): string =>
  counts ? String(counts.reduce((total, one) => total + one, 0)) : '';
