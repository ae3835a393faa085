import { html } from 'htm/preact';
import { useState } from 'preact/hooks';
import { tell } from '../../api/client.ts';
import { Confirm } from '../../parts/Confirm.ts';
import { Icon } from '../../parts/Icon.ts';
import { Time } from '../../parts/Time.ts';
import { announce } from '../../state/announce.ts';
import { known } from '../../state/status.ts';
import { t } from '../../text/t.ts';
import type { TodoLine } from './todosOf.ts';

/** One thing that needs a person, with the one action that it needs. */
export function Todo({ todo }: { todo: TodoLine }) {
  const { icon, tone, what, means, since, action, resumes } = todo;
  return html`<li class="todo">
    <${Icon} name=${icon} tone=${tone} />
    <div class="todo-what"><strong>${what}</strong>${means && html`<span class="muted">${means}</span>`}</div>
    <span class="todo-since">${since && html`<${Time} at=${since} />`}</span>
    <span class="todo-action">${action && html`<a class="button" href=${action.href}>${action.label}</a>`}${resumes && html`<${Resume} flow=${resumes} />`}</span>
  </li>`;
}

function Resume({ flow }: { flow: string }) {
  const [isAsking, setAsking] = useState(false);
  const resume = async () => {
    const { problem } = await tell(`/v1/flows/${encodeURIComponent(flow)}/resume`);
    if (problem) return problem;
    announce(t('now.resumed', { flow }));
    known.value.reload();
    return undefined;
  };
  return html`<button type="button" onClick=${() => setAsking(true)}>${t('now.resumeShort')}</button>
    ${isAsking && html`<${Confirm} title=${t('now.resume', { flow })} onDo=${resume} onClose=${() => setAsking(false)}><p>${t('now.resumeMeans')}</p><//>`}`;
}
