import { html } from 'htm/preact';
import { Icon } from '../../parts/Icon.ts';
import { change, here, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { chosenMonth, monthFrom, today } from './months.ts';

/** One month after another, or any. */
export function MonthChoice() {
  const { query } = useAddress();
  const { month } = chosenMonth(query.month, query.asOf);
  const isLast = month >= (query.asOf ?? today()).slice(0, 7);
  const step = (months: number): string =>
    here({ month: monthFrom(month, months), open: undefined });
  const choose = (event: Event): void =>
    change({ month: (event.target as HTMLInputElement).value, open: undefined });
  return html`<div class="value-month" role="group" aria-label=${t('value.month')}>
    <a class="icon-button" href=${step(-1)} aria-label=${t('value.monthBefore')}><${Icon} name="left" /></a>
    <input type="month" aria-label=${t('value.month')} value=${month} onChange=${choose} />
    ${isLast ? html`<span class="icon-button" />` : html`<a class="icon-button" href=${step(1)} aria-label=${t('value.monthAfter')}><${Icon} name="right" /></a>`}
  </div>`;
}
