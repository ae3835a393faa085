import { html } from 'htm/preact';
import type { ApiProblem } from '../api/client.ts';
import { t } from '../text/t.ts';
import { CopyId } from './CopyId.ts';
import { Icon } from './Icon.ts';

/** What happened, what it means, what to do; the code last, copied by a click. */
export function Problem({ problem, onAgain }: { problem: ApiProblem; onAgain?: () => void }) {
  const { detail, title, todo, code, instance } = problem;
  return html`<div class="problem" role="alert">
    <${Icon} name="bad" tone="bad" />
    <div>
      <p class="strong">${detail || t('problem.away')}</p>
      <p>${title || t('problem.awayMeans')}</p>
      <p><span class="muted">${t('problem.todo')}:</span> ${todo || t('problem.awayTodo')}</p>
      <p class="problem-foot"><${CopyId} id=${instance ? `${code} ${instance}` : code} />${onAgain && html`<button type="button" onClick=${onAgain}>${t('problem.again')}</button>`}</p>
    </div>
  </div>`;
}
