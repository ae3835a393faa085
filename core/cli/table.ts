import type { RecordValue } from '../ports.ts';
import { escapeControls } from './escapeControls.ts';

export interface Column<Row> {
  title: string;
  /** Numbers stand at the right, so that their decimal marks are near each other. */
  right?: boolean;
  text(row: Row): string;
}

/** A column of records, by field. */
export const cell = (field: string, title = field, right = false): Column<RecordValue> => ({
  title,
  right,
  text: (row) => String(row[field] ?? ''),
});

/** Rows as aligned lines under a header. */
export const tableLines = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] =>
  new TableWriter(columns).write(rows);

const displayWidth = (text: string): number => [...text].length;

function pad(text: string, width: number, right: boolean): string {
  const fill = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return right ? fill + text : text + fill;
}

/**
 * Pages of rows as one table a page, with the header only once and the widths of the first page as
 * the least: a long list appears as it is read.
 */
export class TableWriter<Row> {
  readonly #columns: readonly Column<Row>[];
  #widths: number[] | undefined;
  rows = 0;

  constructor(columns: readonly Column<Row>[]) {
    this.#columns = columns;
  }

  /** `totals` stand below a rule, and are as wide as the rows. */
  write(rows: readonly Row[], totals: readonly Row[] = []): string[] {
    if (rows.length === 0) return [];
    this.rows += rows.length;
    const cells = [...rows, ...totals].map((row) =>
      this.#columns.map((column) => escapeControls(column.text(row))),
    );
    const lines = this.#widths ? cells : [this.#columns.map((column) => column.title), ...cells];
    this.#widths = this.#columns.map((_, index) =>
      lines.reduce(
        (widest, line) => Math.max(widest, displayWidth(line[index]!)),
        this.#widths?.[index] ?? 0,
      ),
    );
    const written = lines.map((line) => this.#line(line));
    if (totals.length === 0) return written;
    const width = this.#widths.reduce((sum, each) => sum + each, 2 * (this.#widths.length - 1));
    return written.toSpliced(-totals.length, 0, '─'.repeat(width));
  }

  #line(cells: readonly string[]): string {
    const padded = cells.map((cell, index) =>
      pad(cell, this.#widths![index]!, this.#columns[index]!.right ?? false),
    );
    return padded.join('  ').trimEnd();
  }
}
