import type { RecordValue } from '../ports.ts';
import { escapeControls } from './escapeControls.ts';
import type { Terminal } from './terminal.ts';

export interface Column<Row> {
  title: string;
  /** Numbers stand at the right, so that their decimal marks are near each other. */
  right?: boolean;
  /** Sentences, in the last column: where the table is wider than the terminal, they go on in lines of their own. */
  wraps?: boolean;
  text(row: Row): string;
}

/** A column of records, by field. */
export const cell = (field: string, title = field, right = false): Column<RecordValue> => ({
  title,
  right,
  text: (row) => String(row[field] ?? ''),
});

/** Rows as aligned lines under a header. */
export const tableLines = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  on?: TableTerminal,
): string[] => new TableWriter(columns, on).write(rows);

/** What reads the lines; files and programs have each row in one. */
export type TableTerminal = Pick<Terminal, 'attended' | 'width'>;

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
  /** Of a line; infinite where nobody looks. */
  readonly #most: number;
  #widths: number[] | undefined;
  rows = 0;

  constructor(columns: readonly Column<Row>[], on?: TableTerminal) {
    this.#columns = columns;
    this.#most = on?.attended && columns.at(-1)?.wraps ? on.width : Infinity;
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
    const written = lines.flatMap((line) => this.#line(line));
    if (totals.length === 0) return written;
    return written.toSpliced(-totals.length, 0, '─'.repeat(this.#wholeWidth));
  }

  #line(cells: readonly string[]): string[] {
    const padded = cells.map((cell, index) =>
      pad(cell, this.#widths![index]!, this.#columns[index]!.right ?? false),
    );
    const line = padded.join('  ').trimEnd();
    if (this.#wholeWidth <= this.#most) return [line];
    const text = cells.at(-1)!;
    const before = padded.slice(0, -1).join('  ');
    const indent = before.length + 2;
    if (this.#most - indent < LEAST_WIDTH) {
      const below = wrapped(text, this.#most - INDENT).map((part) => ' '.repeat(INDENT) + part);
      return [before.trimEnd(), ...below];
    }
    return wrapped(text, this.#most - indent).map((part, index) =>
      `${index === 0 ? `${before}  ` : ' '.repeat(indent)}${part}`.trimEnd(),
    );
  }

  get #wholeWidth(): number {
    return this.#widths!.reduce((sum, each) => sum + each, 2 * (this.#widths!.length - 1));
  }
}

/** With less room than this beside the other columns, sentences stand below them, so far from the left. */
const LEAST_WIDTH = 40;
const INDENT = 4;

/** Between words where it can be; at least one line. */
function wrapped(text: string, width: number): string[] {
  const lines = [''];
  for (let rest of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && displayWidth(line) + 1 + displayWidth(rest) <= width) {
      lines[lines.length - 1] = `${line} ${rest}`;
      continue;
    }
    if (line === '') lines.pop();
    for (; displayWidth(rest) > width; rest = [...rest].slice(width).join('')) {
      lines.push([...rest].slice(0, width).join(''));
    }
    lines.push(rest);
  }
  return lines;
}
