import { html } from 'htm/preact';
import { t } from '../text/t.ts';

/** As high as the rows that will come, so that nothing jumps. */
export function Skeleton({ rows = 8 }: { rows?: number }) {
  return html`<div class="skeleton" role="status" aria-label=${t('part.loading')}>${Array.from({ length: rows }, () => html`<div></div>`)}</div>`;
}
