import type { RecordValue, RecordWriter, WriterFacts } from '../ports.ts';
import type { CsvWrite } from './csvOptions.ts';
import { charPattern, delimiterChar } from './csvOptions.ts';
import { withoutFormulas } from './formulas.ts';
import { fieldOf, refuseUnknown, textOf, unionOfFields } from './tableColumns.ts';
import { textBytes } from './textBytes.ts';
import { writtenLine } from './writtenLine.ts';

/** Writes rows as RFC 4180 has them. */
export class CsvWriter implements RecordWriter {
  readonly #options: CsvWrite;
  readonly #delimiter: string;
  readonly #eol: string;
  readonly #needsQuotes: RegExp;
  /** Fields of all records, where they are known before the first. */
  readonly #fields: readonly string[];
  readonly #facts: WriterFacts;
  #columns: readonly string[] | undefined;
  #count = 0;

  /** Where it is not UTF-8 that is written. */
  readonly bytes?: NonNullable<RecordWriter['bytes']>;

  constructor(options: CsvWrite, fields: readonly string[] = [], facts: WriterFacts = {}) {
    this.#options = options;
    this.#fields = fields;
    this.#facts = facts;
    this.#delimiter = delimiterChar(options.delimiter) ?? ',';
    this.#eol = options.eol === 'lf' ? '\n' : '\r\n';
    this.#needsQuotes = new RegExp(`["\\r\\n]|${charPattern(this.#delimiter)}|^\\s|\\s$`);
    this.#columns = options.columns;
    const { encoding, replace } = options;
    if (encoding !== 'utf-8') this.bytes = textBytes(encoding, replace);
  }

  begin(): string {
    const mark = this.#options.bom ? '\ufeff' : '';
    const start = mark + this.#lines(this.#options.preamble, this.#facts);
    return this.#columns ? start + this.#header(this.#columns) : start;
  }

  write(records: readonly RecordValue[]): string {
    if (records.length === 0) return '';
    let text = '';
    if (!this.#columns) {
      this.#columns = unionOfFields(records);
      text = this.#header(this.#columns);
    }
    const columns = this.#columns;
    this.#count += records.length;
    for (const record of records) {
      if (!this.#options.columns) refuseUnknown(record, columns, 'csv');
      text += this.#row(columns.map((column) => this.#cell(fieldOf(record, column))));
    }
    return text;
  }

  /** Without a record there is a header all the same, where it is known. */
  end(): string {
    const isHeaded = this.#columns !== undefined || this.#fields.length === 0;
    const facts = { ...this.#facts, count: String(this.#count) };
    const trailer = this.#lines(this.#options.trailer, facts);
    return (isHeaded ? '' : this.#header(this.#fields)) + trailer;
  }

  #lines(lines: readonly string[], facts: WriterFacts): string {
    return lines.map((line) => writtenLine(line, facts) + this.#eol).join('');
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
    const neutral = typeof value === 'string' && this.#options.formulas === 'neutralise';
    const text = neutral ? withoutFormulas(plain, this.#delimiter) : plain;
    if (this.#options.quoting === 'needed' && !this.#needsQuotes.test(text)) return text;
    return `"${text.replaceAll('"', '""')}"`;
  }
}
