import { StockbusError } from '../errors.ts';
import type { RecordValue, RecordWriter } from '../ports.ts';
import type { CsvRead, CsvWrite } from './csvOptions.ts';
import { charPattern, csvWrite, delimiterChar } from './csvOptions.ts';

/** Text that a spreadsheet takes for a formula, also behind blanks, and numbers, which it may have. */
const FORMULA = /^\s*[=+\-@]|^[\t\r]/;
const NUMBER = /^[+-]?(\d+([.,]\d+)*|[.,]\d+)([eE][+-]?\d+)?$/;

/** Writes rows as RFC 4180 has them. */
export class CsvWriter implements RecordWriter {
  readonly #options: CsvWrite;
  readonly #delimiter: string;
  readonly #eol: string;
  readonly #needsQuotes: RegExp;
  /** Whether a field that has no column is a fault. */
  readonly #strict: boolean;
  #columns: readonly string[] | undefined;

  /**
   * Without options it writes what a payload read with `read` looked like, to be given back to its
   * sender: the same delimiter, nothing neutralised, further fields left out.
   */
  constructor(options: CsvWrite | undefined, read: CsvRead | undefined) {
    const defaults = csvWrite.read({}, [], () => undefined) as CsvWrite;
    this.#options = options ?? { ...defaults, formulas: 'keep' };
    const delimiter = options?.delimiter ?? read?.delimiter ?? ',';
    this.#delimiter = delimiterChar(delimiter) ?? ',';
    this.#eol = this.#options.eol === 'lf' ? '\n' : '\r\n';
    this.#needsQuotes = new RegExp(`["\\r\\n]|${charPattern(this.#delimiter)}|^\\s|\\s$`);
    this.#columns = options?.columns;
    this.#strict = options !== undefined && options.columns === undefined;
  }

  begin(): string {
    const mark = this.#options.bom ? '\ufeff' : '';
    return this.#columns ? mark + this.#header(this.#columns) : mark;
  }

  write(records: readonly RecordValue[]): string {
    if (records.length === 0) return '';
    let text = '';
    if (!this.#columns) {
      this.#columns = unionOfFields(records);
      text = this.#header(this.#columns);
    }
    const columns = this.#columns;
    for (const record of records) {
      if (this.#strict) this.#refuseUnknown(record, columns);
      text += this.#row(columns.map((column) => this.#cell(fieldOf(record, column))));
    }
    return text;
  }

  end(): string {
    return '';
  }

  #header(columns: readonly string[]): string {
    return this.#options.header ? this.#row(columns.map((column) => this.#cell(column))) : '';
  }

  #row(cells: readonly string[]): string {
    const line = cells.join(this.#delimiter);
    // A row of one empty cell would be a blank line, which readers pass over.
    return `${line === '' ? '""' : line}${this.#eol}`;
  }

  #cell(value: unknown): string {
    const plain = textOf(value);
    const risky = typeof value === 'string' && FORMULA.test(plain) && !NUMBER.test(plain);
    const text = risky && this.#options.formulas === 'neutralise' ? `'${plain}` : plain;
    if (this.#options.quoting === 'needed' && !this.#needsQuotes.test(text)) return text;
    return `"${text.replaceAll('"', '""')}"`;
  }

  #refuseUnknown(record: RecordValue, columns: readonly string[]): void {
    for (const field of Object.keys(record)) {
      if (columns.includes(field)) continue;
      throw new StockbusError(
        'CSV_BAD_HEADER',
        `the field '${field}' shows up after the header was written`,
        { field },
        { todo: 'list all fields under `write: csv: columns`' },
      );
    }
  }
}

function unionOfFields(records: readonly RecordValue[]): string[] {
  const fields = new Set<string>();
  for (const record of records) for (const field of Object.keys(record)) fields.add(field);
  return [...fields];
}

const fieldOf = (record: RecordValue, field: string): unknown =>
  Object.hasOwn(record, field) ? record[field] : undefined;

/** Text as it is, nothing for null, JSON for what has parts. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
