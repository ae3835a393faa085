import { html } from 'htm/preact';
import { t } from '../../text/t.ts';

const Sample = ({ looks, width, dash }: { looks: string; width: number; dash?: string }) =>
  html`<svg width="28" height="10" aria-hidden="true"><path class=${`flow-line ${looks}`} d="M0 5H28" stroke-width=${width} stroke-dasharray=${dash} /></svg>`;

/** What the lines of the map say. */
export const Legend = () => html`<ul class="flow-legend">
  <li><${Sample} looks="" width=${5} /> ${t('flows.legendWide')}</li>
  <li><${Sample} looks="tone-bad" width=${3} /> ${t('flows.legendRed')}</li>
  <li><${Sample} looks="idle" width=${1.5} dash="4 4" /> ${t('flows.legendDashed')}</li>
</ul>`;
