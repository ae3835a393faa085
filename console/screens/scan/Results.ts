import { html } from 'htm/preact';
import { Icon, type IconName } from '../../parts/Icon.ts';
import { t } from '../../text/t.ts';
import type { TextKey } from '../../texts.ts';
import { putAway, type Scan, sendAgain, undoScan, waitingOf } from './scans.ts';

const looks: Readonly<Record<Scan['state'], readonly [IconName, string, TextKey]>> = {
  waiting: ['wait', 'warn', 'scan.isWaiting'],
  booked: ['check', 'good', 'scan.isBooked'],
  accepted: ['wait', 'info', 'scan.isAccepted'],
  refused: ['bad', 'bad', 'scan.isRefused'],
  undone: ['close', 'muted', 'scan.isUndone'],
};

/** The last one large, those before it small, and how many wait. */
export function Results({ scans }: { scans: readonly Scan[] }) {
  const shown = scans.toReversed();
  const [last] = shown;
  // The last one is what is taken back, as long as nothing says that it was.
  const undoable = shown.find(({ undoes, state }) => !undoes && state !== 'undone');
  const isLeaving = scans.some(
    ({ undoes, state }) => undoes === undoable?.id && state !== 'refused',
  );
  const count = waitingOf(scans);
  return html`<div class="scan-results">
    ${count > 0 && html`<p class="scan-waiting"><${Icon} name="wait" tone="warn" /><span><strong>${t('scan.waiting', { count })}</strong><br />${t('scan.waitsMeans')}</span></p>`}
    <div role="status">${last && html`<${Big} scan=${last} />`}</div>
    ${undoable && !isLeaving && undoable.state !== 'refused' && html`<button type="button" class="scan-undo" onClick=${() => undoScan(undoable, t('scan.undoing', { text: undoable.text }))}>${t('scan.undo')}: ${undoable.text}</button>`}
    ${
      shown.length > 1 &&
      html`<h2>${t('scan.list')}</h2>
      <ol class="scan-list">${shown.slice(1).map((scan) => html`<${Small} key=${scan.id} scan=${scan} />`)}</ol>`
    }
  </div>`;
}

function Big({ scan }: { scan: Scan }) {
  const [icon, tone, said] = looks[scan.state];
  return html`<div class=${`scan-big scan-${scan.state}`}>
    <${Icon} name=${icon} tone=${tone} />
    <div><p class="scan-text">${scan.text}</p><p class=${`tone-${tone}`}>${t(said)}</p><${Why} scan=${scan} /></div>
  </div>`;
}

function Small({ scan }: { scan: Scan }) {
  const [icon, tone, said] = looks[scan.state];
  return html`<li><${Icon} name=${icon} tone=${tone} /><div><p>${scan.text} <span class=${`tone-${tone}`}>${t(said)}</span></p><${Why} scan=${scan} /></div></li>`;
}

/** What the hub said, and what can be done here. */
function Why({ scan }: { scan: Scan }) {
  const { problem } = scan;
  if (scan.state !== 'refused' || !problem) return null;
  return html`<p>${problem.detail || problem.title} ${problem.todo}</p>
    <p><code>${problem.code}</code></p>
    <p class="scan-do"><button type="button" onClick=${() => sendAgain(scan)}>${t('scan.again')}</button><button type="button" onClick=${() => putAway(scan)}>${t('scan.putAway')}</button></p>`;
}
