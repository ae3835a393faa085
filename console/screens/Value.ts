import { html } from 'htm/preact';
import { FilterChips } from '../parts/FilterChips.ts';
import { Page } from '../parts/Page.ts';
import { to, useAddress } from '../state/address.ts';
import { t } from '../text/t.ts';
import { Journal } from './value/Journal.ts';
import { MonthChoice } from './value/MonthChoice.ts';
import { RollForward } from './value/RollForward.ts';
import { SlowMovers } from './value/SlowMovers.ts';
import { Valuation } from './value/Valuation.ts';

const tabs = () =>
  [
    [undefined, t('value.rollForward'), RollForward],
    ['valuation', t('value.valuation'), Valuation],
    ['slow', t('value.slow'), SlowMovers],
  ] as const;

const days = () =>
  ['30', '90', '180', '365'].map((age): [string, string] => [age, t('value.days', { age })]);

/** What the stock is worth, what changed it, and the postings behind each figure. */
export function Value() {
  const { query } = useAddress();
  const { sku, month, open } = query;
  const all = tabs();
  const [current, , Body] = all.find(([tab]) => tab === query.tab) ?? all[0];
  const filters = [
    { name: 'sku', label: t('value.sku') },
    ...(current === 'slow' ? [{ name: 'days', label: t('value.idle'), choices: days() }] : []),
  ];
  const head = html`<nav class="desk-tabs value-tabs" aria-label=${t('nav.value')}>
      ${all.map(([tab, text]) => html`<a key=${text} href=${to('/value', { tab, sku, month })} aria-current=${tab === current ? 'page' : undefined}>${text}</a>`)}
    </nav>
    <${FilterChips} filters=${filters} />`;
  const tools = current === undefined && html`<${MonthChoice} />`;
  return html`<${Page} title=${t('nav.value')} filters=${html`<div class="desk-filters">${head}</div>`} tools=${tools}>
    <div class=${open ? 'with-drawer' : ''}>
      <div class="value-body"><${Body} /></div>
      ${open && html`<${Journal} key=${open} of=${open} isOfMonth=${current === undefined} />`}
    </div>
  <//>`;
}
