import { html } from 'htm/preact';
import { t } from '../text/t.ts';
import { ExportCsv } from './ExportCsv.ts';
import { Icon } from './Icon.ts';

interface TableFootProps {
  count: number;
  selected: number;
  more: (() => Promise<void>) | undefined;
  exportOf: string | undefined;
  excelOf: string | undefined;
  onCopy: () => void;
}

/** Below the rows: how many, and what can be done with all of them. */
export function TableFoot({ count, selected, more, exportOf, excelOf, onCopy }: TableFootProps) {
  const rows = more ? t('part.rowsSoFar', { count }) : t('part.rows', { count });
  return html`<div class="table-foot">
    <span>${selected > 0 ? t('part.selected', { count: selected }) : rows}</span>
    ${more && html`<button type="button" class="quiet" onClick=${more}><${Icon} name="down" />${t('part.more')}</button>`}
    <span class="gap"></span>
    ${count > 0 && html`<button type="button" class="quiet" onClick=${onCopy}><${Icon} name="copy" />${t('part.copyRows')}</button>`}
    ${exportOf && html`<${ExportCsv} path=${exportOf} />`}
    ${excelOf && html`<a class="quiet" download href=${withFormat(excelOf, 'xlsx')}><${Icon} name="export" />Excel</a>`}
  </div>`;
}

const withFormat = (path: string, format: string): string =>
  `${path}${path.includes('?') ? '&' : '?'}format=${format}`;
