import { html } from 'htm/preact';
import type { StoryLine } from '../../../schemas/generated/api.d.ts';
import { Money, Quantity } from '../../parts/Figures.ts';
import { to } from '../../state/address.ts';
import { t } from '../../text/t.ts';

/** Entries of one commit: what moved, from where to where, at what value. */
export function BookedEntries({ lines }: { lines: readonly StoryLine[] }) {
  return html`<table class="entries">
    <thead class="hidden"><tr><th scope="col">SKU</th><th scope="col">${t('story.move')}</th><th scope="col">${t('story.quantity')}</th><th scope="col">${t('story.value')}</th><th scope="col">${t('story.document')}</th></tr></thead>
    <tbody>${lines.map(
      (line) => html`<tr key=${line.lineId}>
        <td><a href=${to('/search', { q: String(line.sku) })}>${line.sku}</a>${line.lot && html` <span class="muted">${line.lot}</span>`}</td>
        <td class="muted">${line.from} → ${line.to}</td>
        <td class="numeric"><${Quantity} value=${line.quantity} /></td>
        <td class="numeric"><${Money} value=${line.value} currency=${line.currency} /></td>
        <td><span class="muted">${line.kind}</span> <a href=${to('/search', { q: String(line.document) })}>${line.document}</a></td>
      </tr>`,
    )}</tbody>
  </table>`;
}
