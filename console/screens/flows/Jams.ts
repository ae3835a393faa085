import { html } from 'htm/preact';
import type { MapFlow } from '../../../schemas/generated/api.d.ts';
import { Icon, type IconName } from '../../parts/Icon.ts';
import { here } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { isRefused, isRunning, waitingOf } from './flowState.ts';

type Jam = readonly [only: string, icon: IconName, tone: 'bad' | 'warn', text: string];

/** How many flows there are, and where it jams: each count leads to those. */
export function Jams({ flows }: { flows: readonly MapFlow[] }) {
  const count = (is: (flow: MapFlow) => boolean): number => flows.filter(is).length;
  const stopped = count((flow) => !isRunning(flow));
  const refused = count(isRefused);
  const parked = count((flow) => (flow.parked ?? 0) > 0);
  const waiting = count((flow) => waitingOf(flow) > 0);
  const all: (Jam | false)[] = [
    stopped > 0 && ['stopped', 'pause', 'warn', t('flows.stoppedCount', { count: stopped })],
    refused > 0 && ['refused', 'delivery', 'bad', t('flows.refusedCount', { count: refused })],
    parked > 0 && ['parked', 'parked', 'bad', t('flows.parkedFlows', { count: parked })],
    waiting > 0 && ['waiting', 'wait', 'warn', t('flows.waitingCount', { count: waiting })],
  ];
  const jams = all.filter((one) => one !== false);
  return html`<p class="flow-jams"><a class="muted" href=${here({ only: undefined, end: undefined })}>${t('flows.count', { count: flows.length })}</a>${jams.map(
    ([only, icon, tone, text]) =>
      html`<a key=${only} class=${`tone-${tone}`} href=${here({ only, end: undefined, open: undefined })}><${Icon} name=${icon} /> ${text}</a>`,
  )}${jams.length === 0 && html`<span class="tone-good"><${Icon} name="check" /> ${t('flows.well')}</span>`}</p>`;
}
