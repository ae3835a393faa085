import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { AttemptHour, Endpoint } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, tell } from '../../api/client.ts';
import { Confirm } from '../../parts/Confirm.ts';
import { Drawer } from '../../parts/Drawer.ts';
import { Facts } from '../../parts/Facts.ts';
import { Icon } from '../../parts/Icon.ts';
import { Time } from '../../parts/Time.ts';
import { change, to } from '../../state/address.ts';
import { useStore } from '../../state/Store.ts';
import { useMay } from '../../state/session.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { Countdown } from './Countdown.ts';
import { backlogOf, endpointState } from './endpointState.ts';
import { Strip } from './Strip.ts';

type Action = 'pause' | 'resume' | 'probe';

interface OneEndpointProps {
  endpoint: Endpoint;
  attempts: readonly AttemptHour[];
  onDone: () => void;
}

/** One endpoint: how it answers, what waits for it, and what can be done about it. */
export function OneEndpoint({ endpoint, attempts, onDone }: OneEndpointProps) {
  const { status } = useStore(known);
  const [action, begin] = useState<Action>();
  const { name, state, since, failingSince, lastAnswer, nextProbe, paused } = endpoint;
  const { text, icon, tone } = endpointState(endpoint);
  const waiting = backlogOf(endpoint, status);
  const isActive = state === 'active';
  const isPaused = state === 'paused';
  const tools = html`
    ${!isActive && html`<button type="button" class=${isPaused ? '' : 'primary'} onClick=${() => begin('probe')}>${t('delivery.probe')}</button>`}
    ${isPaused ? html`<button type="button" class="primary" onClick=${() => begin('resume')}>${t('delivery.resume')}</button>` : html`<button type="button" onClick=${() => begin('pause')}>${t('delivery.pause')}</button>`}`;
  return html`<${Drawer} title=${name} kind=${t('delivery.endpoint')} onClose=${() => change({ open: undefined })}>
    <p class=${`strong tone-${tone}`}><${Icon} name=${icon} /> ${text}</p>
    ${useMay('admin') && html`<div class="drawer-actions">${tools}</div>`}
    <${Facts} facts=${[
      [t('parked.since'), since && html`<${Time} at=${since} as="exact" />`],
      [t('delivery.failingSince'), failingSince && html`<${Time} at=${failingSince} as="exact" />`],
      [t('delivery.attempts'), isActive ? '' : String(endpoint.attempts)],
      [t('delivery.next'), nextProbe && html`<${Countdown} until=${nextProbe} />`],
      [t('delivery.waits'), waiting === undefined ? '' : t('delivery.waiting', { count: waiting })],
      [t('delivery.pausedBy'), paused && html`${paused.by}: ${paused.reason}`],
      [t('desk.flow'), html`<a href=${to('/flows', { open: endpoint.flow })}>${endpoint.flow}</a>`],
    ]} />
    <section><h3>${t('delivery.hours')}</h3><${Strip} attempts=${attempts} label=${name} />
      ${attempts.length === 0 && html`<p class="muted small">${t('delivery.noCalls')}</p>`}</section>
    ${lastAnswer && html`<section><h3>${t('delivery.lastAnswer')}</h3><p>${lastAnswer.message} <span class="muted"><${Time} at=${lastAnswer.at} /></span></p></section>`}
    <p><a href=${to('/delivery', { tab: 'dead', flow: name })}>${t('delivery.itsDead')}</a></p>
    ${action && html`<${Act} key=${action} endpoint=${endpoint} action=${action} waiting=${waiting ?? 0} onClose=${() => begin(undefined)} onDone=${onDone} />`}
  <//>`;
}

interface ActProps {
  endpoint: Endpoint;
  action: Action;
  waiting: number;
  onClose: () => void;
  onDone: () => void;
}

function Act({ endpoint: { name }, action, waiting, onClose, onDone }: ActProps) {
  const [reason, setReason] = useState('');
  const isPause = action === 'pause';
  const act = async (): Promise<ApiProblem | undefined> => {
    const body = isPause ? { reason: reason.trim() } : {};
    const { problem } = await tell(`/v1/endpoints/${encodeURIComponent(name)}/${action}`, { body });
    onDone();
    known.value.reload();
    return problem;
  };
  const texts = {
    pause: [t('delivery.pauseDo', { name }), t('delivery.pauseMeans')],
    resume: [t('delivery.resumeDo', { name }), t('delivery.resumeMeans', { count: waiting })],
    probe: [t('delivery.probeDo', { name }), t('delivery.probeMeans')],
  };
  const [title, means] = texts[action];
  return html`<${Confirm} title=${title} isReady=${!isPause || reason.trim() !== ''} onDo=${act} onClose=${onClose}>
    <p>${means}</p>
    ${isPause && html`<label class="field">${t('desk.reason')}<input name="reason" value=${reason} maxlength="500" autocomplete="off" onInput=${(event: Event) => setReason((event.target as HTMLInputElement).value)} /></label>`}
  <//>`;
}
