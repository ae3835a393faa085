import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import { decimalOf, microsOf } from '../../text/decimalText.ts';
import { t } from '../../text/t.ts';
import { lotOf, type Taken } from './commandOf.ts';

interface InHandProps {
  taken: Taken;
  quantity: string;
  onQuantity: (typed: string) => void;
  onBook: () => void;
  onDrop: () => void;
}

/** The item that was scanned: how many of it there are is asked, then it is booked. */
export function InHand({ taken, quantity, onQuantity, onBook, onDrop }: InHandProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), [taken]);
  const { item, isNew, expiresOn, lot } = taken;
  const kept = lotOf(taken);
  const step = (by: bigint) => () => {
    const next = (microsOf(quantity.replace(',', '.')) ?? 0n) + by * 1_000_000n;
    if (next >= 0n) onQuantity(decimalOf(next));
  };
  const book = (event: Event): void => {
    event.preventDefault();
    onBook();
  };
  return html`<form class="scan-hand" onSubmit=${book} aria-label=${item.sku}>
    <p class="scan-sku">${item.sku}</p>
    ${item.name && html`<p>${item.name}</p>`}
    ${kept && html`<p>${t('scan.lot', { lot: kept })}${expiresOn && `, ${t('scan.expires', { day: expiresOn })}`}</p>`}
    ${!kept && lot && !isNew && html`<p class="tone-warn">${t('scan.lotLeft', { lot })}</p>`}
    ${isNew && html`<p class="tone-warn">${t('scan.isNew')}</p>`}
    <div class="scan-quantity">
      <button type="button" aria-label=${t('scan.less')} onClick=${step(-1n)}>−</button>
      <label><span class="hidden">${t('scan.quantity')}</span>
        <input ref=${field} inputmode="decimal" autocomplete="off" value=${quantity} onInput=${(event: Event) => onQuantity((event.target as HTMLInputElement).value)} /></label>
      <button type="button" aria-label=${t('scan.more')} onClick=${step(1n)}>+</button>
      ${item.unit && html`<span class="unit">${item.unit}</span>`}
    </div>
    <div class="scan-do">
      <button class="primary">${t('scan.book')}</button>
      <button type="button" onClick=${onDrop}>${t('scan.drop')}</button>
    </div>
  </form>`;
}
