import { html } from 'htm/preact';
import { microsOf, shareOf } from '../text/decimalText.ts';

const WIDTH = 80;
const HEIGHT = 20;

/** Decimal texts in the order of time, the last at the right; `label` says what is seen. */
export function Sparkline({
  values,
  label,
  tone,
}: {
  values: readonly string[];
  label: string;
  tone?: string;
}) {
  const micros = values.map((value) => microsOf(value) ?? 0n);
  const most = micros.reduce((top, one) => (one > top ? one : top), 0n);
  const step = values.length > 1 ? (WIDTH - 2) / (values.length - 1) : 0;
  const points = micros.map((one, index) => {
    const y = HEIGHT - 2 - shareOf(one, most) * (HEIGHT - 4);
    return `${(1 + index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return html`<svg class=${`sparkline tone-${tone ?? 'accent'}`} viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label=${label}><polyline points=${points.join(' ')} /></svg>`;
}
