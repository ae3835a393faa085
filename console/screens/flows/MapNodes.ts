import { html } from 'htm/preact';
import type { FlowMap } from '../../../schemas/generated/api.d.ts';
import { Quantity } from '../../parts/Figures.ts';
import { Icon } from '../../parts/Icon.ts';
import { here, to } from '../../state/address.ts';
import { settings } from '../../state/settings.ts';
import { t } from '../../text/t.ts';
import { lastingText } from '../../text/timeText.ts';
import { flowState, isRunning, rateOf } from './flowState.ts';
import { type Box, type EndNode, type FlowNode, NODE_HEIGHT } from './MapLayout.ts';

const placeOf = ({ x, y, width }: Box) => ({
  ...{ left: `${x}px`, top: `${y - NODE_HEIGHT / 2}px` },
  ...{ width: `${width}px`, height: `${NODE_HEIGHT}px` },
});

export function FlowItem({ node, isOpen }: { node: FlowNode; isOpen: boolean }) {
  const { flow } = node;
  const { name, parked, staged } = flow;
  const { text, icon, tone } = flowState(flow.state);
  const rate = rateOf(flow);
  const isWell = isRunning(flow);
  return html`<li class=${isOpen ? 'flow-node open' : isWell ? 'flow-node' : `flow-node tone-${tone}`} style=${placeOf(node)}>
    <a class="flow-node-name" href=${here({ open: name })} title=${flow.about || name}>${!isWell && html`<${Icon} name=${icon} /><span class="hidden">${text} </span>`}${name}</a>
    ${rate > 0 && html`<span class="muted" title=${t('flows.perHour')}><${Quantity} value=${String(rate)} /></span>`}
    ${staged !== null && staged > 0 && html`<span class="flow-badge tone-warn" title=${t('flows.waiting')}><${Icon} name="wait" /><${Quantity} value=${String(staged)} /></span>`}
    ${parked !== null && parked > 0 && html`<a class="flow-badge tone-bad" href=${to('/parked', { flow: name })} aria-label=${t('flows.parkedOf', { name, count: parked })} title=${t('flows.parked')}><${Icon} name="parked" /><${Quantity} value=${String(parked)} /></a>`}
  </li>`;
}

/** A source or a subscriber: leads to the flows of it; how it takes what is sent leads to delivery. */
export function EndItem({ end }: { end: EndNode }) {
  const { id, name, sinks } = end;
  const waiting = sinks.reduce((sum, sink) => sum + (sink.waiting ?? 0), 0);
  const worst = sinks.find(({ state }) => state !== 'active') ?? sinks[0];
  const tone = worst?.state === 'backing-off' ? 'bad' : 'warn';
  const isWell = worst === undefined || worst.state === 'active';
  const ages = sinks.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  const lasting = ages.length > 0 && lastingText(Math.max(...ages), settings.value.language);
  return html`<li class=${isWell ? 'flow-node end' : `flow-node end tone-${tone}`} style=${placeOf(end)}>
    <a class="flow-node-end" href=${here({ end: id, open: undefined })} title=${t('flows.endDo', { name })}>${name}</a>
    ${
      worst &&
      (waiting > 0 || !isWell) &&
      html`<a class=${`flow-badge tone-${tone}`} href=${to('/delivery', { open: worst.endpoint })} aria-label=${t('flows.waitsFor', { name, count: waiting })} title=${lasting || t('flows.waiting')}>
      <${Icon} name=${isWell ? 'wait' : worst.state === 'paused' ? 'pause' : 'bad'} />${waiting > 0 && html`<${Quantity} value=${String(waiting)} />`}</a>`
    }
  </li>`;
}

/** Older than that, what is accepted is not booked as it should be. */
const LATE_SECONDS = 5;

interface StockItemProps {
  column: { x: number; width: number };
  height: number;
  books: FlowMap['books'];
}

/** What lies between what comes in and what goes out. */
export function StockItem({ column, height, books }: StockItemProps) {
  const { unappliedSeconds, outbox } = books;
  const isLate = unappliedSeconds !== null && unappliedSeconds > LATE_SECONDS;
  const style = { left: `${column.x}px`, width: `${column.width}px`, height: `${height}px` };
  return html`<a class="flow-stock" href=${to('/stock')} style=${style}>
    <strong>${t('nav.stock')}</strong>
    ${isLate && html`<span class="tone-warn small">${t('flows.late', { lasting: lastingText(unappliedSeconds, settings.value.language) })}</span>`}
    ${outbox !== null && outbox > 0 && html`<span class="muted small">${t('flows.outbox', { count: outbox })}</span>`}
  </a>`;
}
