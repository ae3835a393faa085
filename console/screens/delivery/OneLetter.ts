import { html } from 'htm/preact';
import type { DeadLetter } from '../../../schemas/generated/api.d.ts';
import { useQuery } from '../../api/useQuery.ts';
import { CopyId } from '../../parts/CopyId.ts';
import { Drawer } from '../../parts/Drawer.ts';
import { RawFacts } from '../../parts/Facts.ts';
import { Problem } from '../../parts/Problem.ts';
import { Skeleton } from '../../parts/Skeleton.ts';
import { change, to } from '../../state/address.ts';
import { useMay } from '../../state/session.ts';
import { t } from '../../text/t.ts';
import { CaseLog } from '../desk/CaseLog.ts';
import { isClosed, stateText } from '../desk/states.ts';
import type { Task } from '../desk/Work.ts';

interface OneLetterProps {
  id: string;
  onStart: (verb: Task['verb']) => void;
}

/** One dead letter: for whom it was, why it died, what is in it, and what was done about it. */
export function OneLetter({ id, onStart }: OneLetterProps) {
  const { data, problem, isSlow } = useQuery<DeadLetter>(`/v1/dead/${encodeURIComponent(id)}`);
  return html`<${Drawer} title=${data?.to ?? t('delivery.letter')} kind=${t('delivery.letter')} onClose=${() => change({ open: undefined })}>
    ${problem && html`<${Problem} problem=${problem} />`}
    ${data ? html`<${Letter} letter=${data} onStart=${onStart} />` : !problem && isSlow && html`<${Skeleton} />`}
  <//>`;
}

function Letter({ letter, onStart }: { letter: DeadLetter; onStart: OneLetterProps['onStart'] }) {
  const { to: endpoint, reason, messageId, content, deadAt, log } = letter;
  const [mayCorrect, maySend] = [useMay('parked:correct'), useMay('parked:replay')];
  return html`<p class="strong tone-bad">${reason}</p>
    <p class="muted small">${stateText(letter)} · <${CopyId} id=${messageId} short=${true} /> · <a href=${to('/search', { q: messageId })}>${t('delivery.story')}</a> · <a href=${to('/delivery', { open: endpoint })}>${t('delivery.endpoint')}</a></p>
    ${
      !isClosed(letter) &&
      html`<div class="drawer-actions">
      ${
        mayCorrect &&
        html`<button type="button" onClick=${() => onStart('assign')}>${t('desk.assignShort')}</button>
      <button type="button" onClick=${() => onStart('dismiss')}>${t('desk.dismissShort')}</button>`
      }
      ${maySend && html`<button type="button" class="primary" onClick=${() => onStart('replay')}>${t('desk.replayShort')}</button>`}
    </div>`
    }
    <section><h3>${t('delivery.content')}</h3>
      ${content.length === 0 && html`<p class="muted">${t('delivery.unreadable')}</p>`}
      ${content.map((one, index) => html`<div class="letter-part" key=${index}>${one !== null && typeof one === 'object' ? html`<${RawFacts} value=${one} />` : html`<pre>${String(one)}</pre>`}</div>`)}
    </section>
    <section><h3>${t('desk.log')}</h3><${CaseLog} at=${deadAt} began=${t('delivery.died')} log=${log} /></section>`;
}
