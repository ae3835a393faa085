import { html } from 'htm/preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { go } from '../state/address.ts';
import { announce } from '../state/announce.ts';
import { useKeys } from '../state/keys.ts';
import { t } from '../text/t.ts';
import { copyText } from './copyText.ts';
import { TableFoot } from './TableFoot.ts';

export interface Column<Row> {
  /** Names the column in the table, and in what is copied. */
  title: string;
  cell(row: Row): ComponentChildren;
  /** As it is copied; left out: the column is not. */
  text?(row: Row): string;
  numeric?: true;
  /** On a phone a row is two lines: who and the figure in the first, the rest muted in the second. */
  phone?: 'who' | 'figure' | 'hidden';
  /** Takes what room is left; others are as wide as their data. */
  wide?: true;
}

export interface TableProps<Row> {
  /** What the rows are, for who cannot see them. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf(row: Row): string;
  /** Where a row leads, mostly `here({ open: keyOf(row) })`. */
  hrefOf?(row: Row): string;
  /** Left out: goes where the row leads. */
  onOpen?(row: Row): void;
  /** The row whose drawer is open. */
  open?: string | undefined;
  selected?: ReadonlySet<string>;
  onSelect?(keys: ReadonlySet<string>): void;
  more?: (() => Promise<void>) | undefined;
  /** Of a few rows beside others: without the line below them. */
  isSmall?: true;
  /** Its path in the API with the filters, and `limit=1000` where the list has pages: all rows as CSV. */
  exportOf?: string | undefined;
  /** The same of a report, which the API gives as a workbook of all rows. */
  excelOf?: string | undefined;
}

/** Rows that are walked by `j` and `k`, opened by Enter, selected by `x`, copied by Ctrl+C. */
export function Table<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf, selected } = props;
  const [at, setAt] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);
  const walk = (step: number): void => {
    const from = props.open === undefined ? at : rows.findIndex((row) => keyOf(row) === props.open);
    const next = Math.min(Math.max(from + step, 0), rows.length - 1);
    setAt(next);
    (body.current?.rows[next] as HTMLElement | undefined)?.focus();
    const row = rows[next];
    // Whoever walks with the drawer open goes back to where he was before, not through every row.
    if (props.open !== undefined && row !== undefined) openRow(row, props, 'replace');
  };
  const current = rows[at];
  const isWalked = props.open !== undefined || body.current?.contains(document.activeElement);
  // Among several small ones no key could know which is meant.
  const keys = {
    j: () => walk(1),
    k: () => walk(-1),
    // Elsewhere arrows scroll the page.
    ...(isWalked ? { ArrowDown: () => walk(1), ArrowUp: () => walk(-1) } : {}),
    ...(current !== undefined && opens(props) ? { Enter: () => openRow(current, props) } : {}),
    ...(current !== undefined && selected ? { x: () => toggle(keyOf(current), props) } : {}),
  };
  useKeys(props.isSmall ? {} : keys);
  const copied = selected?.size ? rows.filter((row) => selected.has(keyOf(row))) : rows;
  const copy = (): void => void copyRows(columns, copied);
  useCopying(
    body,
    () => (selected?.size ? copied : current === undefined ? [] : [current]),
    columns,
  );
  return html`<div class="table-frame">
    <table class=${opens(props) ? 'rows opens' : 'rows'} role="table" aria-label=${label}>
      <${Head} ...${props} />
      <tbody ref=${body} role="rowgroup">
        ${rows.map((row, index) => html`<${Line} key=${keyOf(row)} ...${props} row=${row} onFocus=${() => setAt(index)} />`)}
      </tbody>
    </table>
    ${!props.isSmall && html`<${TableFoot} count=${rows.length} selected=${selected?.size ?? 0} more=${props.more} exportOf=${props.exportOf} excelOf=${props.excelOf} onCopy=${copy} />`}
  </div>`;
}

function Head<Row>({ columns, rows, keyOf, selected, onSelect }: TableProps<Row>) {
  const all = rows.length > 0 && rows.every((row) => selected?.has(keyOf(row)));
  const choose = (): void => onSelect?.(all ? new Set() : new Set(rows.map(keyOf)));
  return html`<thead role="rowgroup"><tr role="row">
    ${selected && html`<th role="columnheader" scope="col" class="select"><input type="checkbox" checked=${all} aria-label=${t('part.selectAll')} onChange=${choose} /></th>`}
    ${columns.map(
      ({ title, ...column }) =>
        html`<th role="columnheader" scope="col" class=${classOf(column)}>${title}</th>`,
    )}
  </tr></thead>`;
}

function Line<Row>(props: TableProps<Row> & { row: Row; onFocus: () => void }) {
  const { row, columns, keyOf, hrefOf, selected, open } = props;
  const key = keyOf(row);
  const isSelected = selected?.has(key) ?? false;
  const click = (event: MouseEvent): void => {
    // Links and fields of a cell are their own; whoever marks text wants no drawer.
    if ((event.target as Element).closest('a, button, input') || String(getSelection())) return;
    openRow(row, props);
  };
  return html`<tr role="row" tabindex="-1" class=${key === open ? 'open' : ''} aria-selected=${selected ? isSelected : undefined} onFocus=${props.onFocus} onClick=${click}>
    ${selected && html`<td role="cell" class="select"><input type="checkbox" checked=${isSelected} aria-label=${t('part.selectRow', { row: key })} onChange=${() => toggle(key, props)} /></td>`}
    ${columns.map((column, index) => {
      const cell = column.cell(row);
      const shown = index === 0 && hrefOf ? html`<a href=${hrefOf(row)}>${cell}</a>` : cell;
      return html`<td role="cell" class=${classOf(column)}>${shown}</td>`;
    })}
  </tr>`;
}

const classOf = ({
  numeric,
  phone,
  wide,
}: Pick<Column<never>, 'numeric' | 'phone' | 'wide'>): string =>
  [numeric && 'numeric', phone && `phone-${phone}`, wide && 'wide'].filter(Boolean).join(' ');

const opens = <Row>({ onOpen, hrefOf }: TableProps<Row>): boolean =>
  onOpen !== undefined || hrefOf !== undefined;

function openRow<Row>(row: Row, { onOpen, hrefOf }: TableProps<Row>, how?: 'replace'): void {
  if (onOpen) onOpen(row);
  else if (hrefOf) go(hrefOf(row), how);
}

function toggle<Row>(key: string, { selected, onSelect }: TableProps<Row>): void {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  onSelect?.(next);
}

async function copyRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
  const text = tabbed(columns, rows);
  await copyText(text, t('part.copiedRows', { count: rows.length }));
}

/** As sheets take it: one line a row, tabs between; what would break it becomes a space. */
function tabbed<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const copied = columns.filter(({ text }) => text);
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t');
  const lines = rows.map((row) => line(copied.map(({ text }) => text!(row))));
  return [line(copied.map(({ title }) => title)), ...lines].join('\n');
}

/** Ctrl+C on a row, with nothing marked, copies rows. */
function useCopying<Row>(
  body: { current: HTMLElement | null },
  rowsOf: () => readonly Row[],
  columns: readonly Column<Row>[],
): void {
  const last = useRef({ rowsOf, columns });
  last.current = { rowsOf, columns };
  useEffect(() => {
    const copy = (event: ClipboardEvent): void => {
      const rows = last.current.rowsOf();
      const isHere = body.current?.contains(document.activeElement);
      if (!isHere || rows.length === 0 || String(getSelection())) return;
      event.clipboardData?.setData('text/plain', tabbed(last.current.columns, rows));
      event.preventDefault();
      announce(t('part.copiedRows', { count: rows.length }));
    };
    document.addEventListener('copy', copy);
    return () => document.removeEventListener('copy', copy);
  }, []);
}
