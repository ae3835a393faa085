import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import type { MapFlow } from '../../../schemas/generated/api.d.ts';
import { type ApiProblem, tell } from '../../api/client.ts';
import { Confirm } from '../../parts/Confirm.ts';
import { announce } from '../../state/announce.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import { rateOf, waitingOf } from './flowState.ts';

/** Pauses a flow with a reason, or has it go on; says before what that means. */
export function PauseFlow({ flow, onDone }: { flow: MapFlow; onDone: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const { name, state } = flow;
  const isPaused = state === 'paused';
  const act = async (): Promise<ApiProblem | undefined> => {
    const path = `/v1/flows/${encodeURIComponent(name)}/${isPaused ? 'resume' : 'pause'}`;
    const { problem } = await tell(path, { body: isPaused ? {} : { reason: reason.trim() } });
    if (problem) return problem;
    announce(isPaused ? t('flows.resumed', { name }) : t('flows.nowPaused', { name }));
    onDone();
    known.value.reload();
    return undefined;
  };
  const title = isPaused ? t('flows.resumeDo', { name }) : t('flows.pauseDo', { name });
  const means = isPaused
    ? t('flows.resumeMeans', { count: waitingOf(flow) })
    : t('flows.pauseMeans', { count: rateOf(flow) });
  return html`<button type="button" class=${isPaused ? 'primary' : ''} onClick=${() => setAsking(true)}>${isPaused ? t('flows.resume') : t('flows.pause')}</button>
    ${
      isAsking &&
      html`<${Confirm} title=${title} isReady=${isPaused || reason.trim() !== ''} onDo=${act} onClose=${() => setAsking(false)}>
      <p>${means}</p>
      ${!isPaused && html`<label class="field">${t('desk.reason')}<input name="reason" value=${reason} maxlength="500" autocomplete="off" onInput=${(event: Event) => setReason((event.target as HTMLInputElement).value)} /></label>`}
    <//>`
    }`;
}
