import { html } from 'htm/preact';
import { Icon, type IconName } from '../parts/Icon.ts';
import { to } from '../state/address.ts';
import { useStore } from '../state/Store.ts';
import { type KnownStatus, known } from '../state/status.ts';
import { t } from '../text/t.ts';

/** How the hub does, by a word and a sign beside the colour. */
export function HealthDot() {
  const found = healthOf(useStore(known));
  if (!found) return html`<span class="health"></span>`;
  const { tone, icon, text } = found;
  return html`<a class=${`health tone-${tone}`} href=${to('/')}><${Icon} name=${icon} tone=${tone} /><span class="health-text">${text}</span></a>`;
}

function healthOf({
  status,
  problem,
}: KnownStatus): { tone: string; icon: IconName; text: string } | undefined {
  if (problem) return { tone: 'bad', icon: 'bad', text: t('frame.away') };
  if (!status) return undefined;
  const down = status.troubles.filter(({ kind }) => kind === 'down').length;
  if (down > 0) return { tone: 'bad', icon: 'bad', text: t('frame.down', { count: down }) };
  const count = status.troubles.length;
  if (count > 0) return { tone: 'warn', icon: 'warn', text: t('frame.waits', { count }) };
  return { tone: 'good', icon: 'check', text: t('frame.healthy') };
}
