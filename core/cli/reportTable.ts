/** A report as a table for people, with its totals. */
import type { RecordValue } from '../ports.ts';
import { type OpenQuery, pagesOfRows } from '../query.ts';
import type { ReportColumn, ReportSpec } from '../reports/ReportSpec.ts';
import { Totals } from '../reports/Totals.ts';
import type { Column } from './table.ts';
import { cell, TableWriter } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface TablePage {
  rows: readonly RecordValue[];
  /** Of all pages; with the last one. */
  totals: readonly RecordValue[];
}

/** What a table shows: pages of rows between balances, and where there are several rows their totals. */
export async function* tablePages(
  { columns, totals: spec }: ReportSpec,
  query: OpenQuery,
  minorDigits: number,
): AsyncIterable<TablePage> {
  const balances = await query.balances();
  const totals = spec && new Totals(spec, minorDigits);
  let held: readonly RecordValue[] = balances ? [balances.opening] : [];
  let isBegun = false;
  for await (const rows of pagesOfRows(query)) {
    if (rows.length === 0) continue;
    if (isBegun) yield { rows: held, totals: [] };
    totals?.add(rows);
    held = isBegun ? rows : [...held, ...rows];
    isBegun = true;
  }
  const several = totals && totals.count > 1 ? totals.rows() : [];
  const label = columns[0]!.field;
  const last = balances ? [...held, balances.closing] : held;
  if (last.length === 0) return;
  const named = (row: RecordValue) => (row[label] ? `Total ${row[label]}` : 'Total');
  yield { rows: last, totals: several.map((row) => ({ ...row, [label]: named(row) })) };
}

/** Where a later page has a column that was left out so far, a table with it begins. */
export async function writeReport(
  { columns, none }: ReportSpec,
  pages: AsyncIterable<TablePage>,
  terminal: Terminal,
): Promise<void> {
  let table: TableWriter<RecordValue> | undefined;
  let shown: ReportColumn[] = [];
  for await (const { rows, totals } of pages) {
    const needed = columns.filter((column) => shown.includes(column) || isShown(column, rows));
    if (!table || needed.length > shown.length) {
      if (table) terminal.out(['']);
      shown = needed;
      table = new TableWriter(shown.map(asTableColumn));
    }
    terminal.out(table.write(rows, totals));
    await terminal.drained();
  }
  if (!table) terminal.err([none]);
}

function isShown(
  { field, title, isRare, isDecimal }: ReportColumn,
  rows: readonly RecordValue[],
): boolean {
  if (title === undefined || !isRare) return title !== undefined;
  const nothing = isDecimal ? /^[-0.]*$/ : /^$/;
  return rows.some((row) => !nothing.test(String(row[field] ?? '')));
}

const asTableColumn = ({
  field,
  title = '',
  isDecimal,
  text,
}: ReportColumn): Column<RecordValue> => ({
  ...cell(field, title, isDecimal),
  ...(text ? { text } : {}),
});
