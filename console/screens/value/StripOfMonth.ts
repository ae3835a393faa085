import { html } from 'htm/preact';
import type { RollForwardTotal } from '../../../schemas/generated/api.d.ts';
import { Money } from '../../parts/Figures.ts';
import { here, to, useAddress } from '../../state/address.ts';
import { t } from '../../text/t.ts';
import { dayBefore } from './months.ts';
import { labelOf, moneyOf, moveOf, movesIn } from './moves.ts';

interface StripProps {
  total: RollForwardTotal;
  month: string;
  until: string;
}

/** The month as one sum: what it opened with, what changed it, what it closes with; each leads to what is behind it. */
export function StripOfMonth({ total, month, until }: StripProps) {
  const { query } = useAddress();
  const chosen = moveOf(query.move);
  const moves = movesIn(total);
  const { sku } = query;
  const valuation = (asOf: string): string => to('/value', { tab: 'valuation', sku, asOf });
  const { openingValue, closingValue, currency } = total;
  const end = (label: string, value: string | undefined, asOf: string) =>
    html`<li class="value-end"><span class="muted small">${label}</span><${Money} value=${value} currency=${currency} href=${valuation(asOf)} /></li>`;
  return html`<ol class="value-strip" aria-label=${t('value.rollForward')}>
      ${end(t('value.opening'), openingValue, dayBefore(month))}
      ${moves.map((move) => {
        const value = moneyOf(total, move);
        const sign = value.startsWith('-') ? '' : '+ ';
        const href = here({ move: move === chosen ? undefined : move, open: undefined });
        return html`<li key=${move} class=${move === chosen ? 'chosen' : ''}><span class="muted small">${labelOf(move)}</span><span>${sign}<${Money} value=${value} href=${href} /></span></li>`;
      })}
      ${end(t('value.closing'), closingValue, until)}
    </ol>
    ${moves.length === 0 && html`<p class="muted value-note">${t('value.nothingMoved')}</p>`}
    ${chosen && html`<p class="value-note"><span class="strong">${t('value.ofMove', { move: labelOf(chosen) })}</span> <a class="chip" href=${here({ move: undefined })}>${t('value.allMoves')}</a></p>`}`;
}
