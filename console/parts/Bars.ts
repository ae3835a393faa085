import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { microsOf, shareOf } from '../text/decimalText.ts';

export interface Bar {
  label: string;
  /** Decimal text. */
  value: string;
  /** The value as it is shown. */
  shown: ComponentChildren;
  tone?: 'bad' | 'warn' | 'good' | 'info' | 'accent';
}

/** Horizontal bars with their figures: a table to who cannot see them. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const micros = bars.map(({ value }) => microsOf(value) ?? 0n);
  const most = micros.reduce((top, one) => (one > top ? one : top), 0n);
  return html`<table class="bars" aria-label=${label}><tbody>
    ${bars.map(
      ({ label, shown, tone }, index) => html`<tr key=${label}><th scope="row">${label}</th>
        <td class="bars-line"><svg viewBox="0 0 100 8" preserveAspectRatio="none" class=${`tone-${tone ?? 'accent'}`} aria-hidden="true"><rect width=${shareOf(micros[index]!, most) * 100} height="8" /></svg></td>
        <td class="numeric">${shown}</td></tr>`,
    )}
  </tbody></table>`;
}
