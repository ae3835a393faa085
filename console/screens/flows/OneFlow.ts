import { html } from 'htm/preact';
import type { MapEnd, MapFlow } from '../../../schemas/generated/api.d.ts';
import { Drawer } from '../../parts/Drawer.ts';
import { EmptyState } from '../../parts/EmptyState.ts';
import { Facts } from '../../parts/Facts.ts';
import { Icon } from '../../parts/Icon.ts';
import { Time } from '../../parts/Time.ts';
import { change, here, to } from '../../state/address.ts';
import { useStore } from '../../state/Store.ts';
import { useMay } from '../../state/session.ts';
import { settings } from '../../state/settings.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { lastingText } from '../../text/timeText.ts';
import { FlowFigures } from './FlowFigures.ts';
import { flowState, isRunning } from './flowState.ts';
import { PauseFlow } from './PauseFlow.ts';
import { Sinks } from './Sinks.ts';

const close = (): void => change({ open: undefined });

/** One flow: how it does, what goes through it, what waits, and what can be done about it. */
export function OneFlow({ flow, onDone }: { flow: MapFlow; onDone: () => void }) {
  const { name, about, state, since, reason } = flow;
  const { text, icon, tone } = flowState(state);
  const { status } = useStore(known);
  const paused = status?.paused?.find((one) => one.flow === name);
  // What others continue has nothing of its own to pause.
  const mayPause = useMay('admin') && flow.direction !== 'continued' && flow.direction !== '';
  const isPausable = state === 'running' || state === 'paused';
  return html`<${Drawer} title=${name} kind=${t('desk.flow')} onClose=${close}>
    ${about && html`<p class="muted">${about}</p>`}
    <div><p class=${`strong tone-${tone}`}><${Icon} name=${icon} /> ${text}</p>
      ${!isRunning(flow) && reason && html`<p class="flow-reason">${reason.message} <code class="muted">${reason.code}</code></p>`}</div>
    ${mayPause && isPausable && html`<div class="drawer-actions"><${PauseFlow} key=${state} flow=${flow} onDone=${onDone} /></div>`}
    <${Facts} facts=${[
      [t('parked.since'), html`<${Time} at=${since} as="exact" />`],
      [t('flows.pausedBy'), state === 'paused' && paused && html`${paused.by}: ${paused.reason}`],
      [t('flows.from'), flow.from.length > 0 && html`<${Ends} ends=${flow.from} />`],
      [t('flows.steps'), flow.steps.join(' → ')],
      [t('flows.asks'), flow.asks.length > 0 && html`<${Ends} ends=${flow.asks} />`],
      [t('flows.to'), flow.to.length > 0 && html`<${Ends} ends=${flow.to} />`],
      [t('flows.last'), lastOf(flow)],
      [t('flows.waiting'), stagedOf(flow)],
      [t('flows.parked'), parkedOf(flow)],
    ].map(([title, value]) => [title, value === false ? undefined : value])} />
    <${FlowFigures} flow=${flow} />
    <${Sinks} flow=${flow} />
  <//>`;
}

function Ends({ ends }: { ends: readonly MapEnd[] }) {
  return html`<ul class="flow-list">${ends.map(
    ({ id, kind, name, part }) =>
      html`<li key=${`${id} ${part ?? ''}`}>${endOf(id, kind, name)}${part && html` <code class="muted">${part}</code>`}</li>`,
  )}</ul>`;
}

function endOf(id: string, kind: MapEnd['kind'], name: string) {
  if (kind === 'flow') return html`<a href=${here({ open: name })}>${name}</a>`;
  if (kind === 'connector')
    return html`<a href=${here({ end: id, only: undefined })} title=${t('flows.endDo', { name })}>${name}</a>`;
  return name;
}

const lastOf = ({ last }: MapFlow) =>
  last &&
  html`<a href=${to('/search', { key: last.intakeId })}>${last.name}</a> <span class="muted"><${Time} at=${last.at} />, ${t('desk.records', { count: last.records })}</span>`;

function stagedOf({ staged, stagedSeconds }: MapFlow) {
  if (!staged) return undefined;
  const lasting = lastingText(stagedSeconds ?? 0, settings.value.language);
  return stagedSeconds === null
    ? t('desk.records', { count: staged })
    : t('flows.staged', { count: staged, lasting });
}

const parkedOf = ({ name, parked }: MapFlow) =>
  parked
    ? html`<a class="tone-bad" href=${to('/parked', { flow: name })}>${t('desk.records', { count: parked })}</a>`
    : undefined;

/** A link may name a flow that this hub does not have any more. */
export function NoFlow({ name }: { name: string }) {
  return html`<${Drawer} title=${name} kind=${t('desk.flow')} onClose=${close}>
    <${EmptyState} icon="flows" text=${t('flows.gone')}><a href=${to('/parked', { flow: name })}>${t('flows.goneParked')}</a><//>
  <//>`;
}
