import { html } from 'htm/preact';
import { t } from '../text/t.ts';
import { Icon } from './Icon.ts';

interface TableFootProps {
  count: number;
  selected: number;
  more: (() => Promise<void>) | undefined;
  exportOf: string | undefined;
  onCopy: () => void;
}

/** Below the rows: how many, and what can be done with all of them. */
export function TableFoot({ count, selected, more, exportOf, onCopy }: TableFootProps) {
  const rows = more ? t('part.rowsSoFar', { count }) : t('part.rows', { count });
  return html`<div class="table-foot">
    <span>${selected > 0 ? t('part.selected', { count: selected }) : rows}</span>
    ${more && html`<button type="button" class="quiet" onClick=${more}><${Icon} name="down" />${t('part.more')}</button>`}
    <span class="gap"></span>
    ${count > 0 && html`<button type="button" class="quiet" onClick=${onCopy}><${Icon} name="copy" />${t('part.copyRows')}</button>`}
    ${exportOf && exports.map(([name, format]) => html`<a class="quiet" download href=${withFormat(exportOf, format)}><${Icon} name="export" />${name}</a>`)}
  </div>`;
}

const exports = [
  ['CSV', 'csv'],
  ['Excel', 'xlsx'],
] as const;

const withFormat = (path: string, format: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
