import { html } from 'htm/preact';
import { settings } from '../state/settings.ts';
import { decimalText } from '../text/decimalText.ts';

const shown = (text: string | undefined): string =>
  text === undefined || text === '' ? '–' : decimalText(text, settings.value.language);

interface QuantityProps {
  /** Decimal text of the API; '' and undefined are shown as "–". */
  value: string | undefined;
  unit?: string | undefined;
  /** Leads to what the number is made of. */
  href?: string | undefined;
}

export function Quantity({ value, unit, href }: QuantityProps) {
  const figure = html`<span class="figure">${shown(value)}${unit && value ? html`<span class="unit"> ${unit}</span>` : ''}</span>`;
  return href && value ? html`<a href=${href}>${figure}</a>` : figure;
}

export const Money = ({
  value,
  currency,
  href,
}: Omit<QuantityProps, 'unit'> & { currency?: string }) =>
  html`<${Quantity} value=${value} unit=${currency} href=${href} />`;
