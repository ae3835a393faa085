import { html } from 'htm/preact';
import type { AttemptHour } from '../../../schemas/generated/api.d.ts';
import { t } from '../../text/t.ts';

const HOURS = 48;
const HOUR_MS = 3_600_000;
const CELL = 4;

/** Two days hour by hour, now at the right: above the line what it took, below it what failed. */
export function Strip({ attempts, label }: { attempts: readonly AttemptHour[]; label: string }) {
  const now = Math.floor(Date.now() / HOUR_MS);
  const cells = attempts.map(({ hour, took, failed }) => ({
    x: (HOURS - 1 - (now - Date.parse(hour) / HOUR_MS)) * CELL,
    took,
    failed,
  }));
  const sum = (name: 'took' | 'failed') => cells.reduce((total, one) => total + one[name], 0);
  const said = t('delivery.strip', { endpoint: label, took: sum('took'), failed: sum('failed') });
  return html`<svg class="strip" viewBox=${`0 0 ${HOURS * CELL} 20`} preserveAspectRatio="none" role="img" aria-label=${said}><title>${said}</title>
    <path class="strip-line" d=${`M0 10h${HOURS * CELL}`} />
    ${cells.map(({ x, took, failed }) => x >= 0 && html`${took > 0 && html`<rect class="tone-good" x=${x} y="1" width="3" height="8" />`}${failed > 0 && html`<rect class="tone-bad" x=${x} y="11" width="3" height="8" />`}`)}
  </svg>`;
}
