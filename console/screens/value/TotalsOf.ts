import { html } from 'htm/preact';
import { Money } from '../../parts/Figures.ts';
import { t } from '../../text/t.ts';

interface Total {
  pool?: string;
  value?: string;
  currency: string;
}

/** The last is of all; those before it of each pool. Too many rows have no sum. */
export function TotalsOf({ totals }: { totals: readonly Total[] | undefined }) {
  const all = totals?.at(-1);
  if (!totals || !all) return html`<p class="muted value-note">${t('value.noSums')}</p>`;
  return html`<ol class="value-strip" aria-label=${t('value.total')}>
    <li class="value-end"><span class="muted small">${t('value.total')}</span><${Money} value=${all.value} currency=${all.currency} /></li>
    ${totals.slice(0, -1).map(({ pool, value, currency }) => html`<li key=${pool}><span class="muted small">${pool}</span><${Money} value=${value} currency=${currency} /></li>`)}
  </ol>`;
}
