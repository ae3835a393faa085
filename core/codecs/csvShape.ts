import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { rowKinds, statedColumns } from './CsvKinds.ts';
import type { KnownColumns } from './csvDelimiter.ts';
import {
  columnNameIn,
  delimiterOption,
  detectDelimiter,
  fittingDelimiter,
} from './csvDelimiter.ts';
import { columnNames, countFilled, detectEol, positions, requireColumns } from './csvHeader.ts';
import type { CsvRead } from './csvOptions.ts';
import { delimiterChar, quoteChar } from './csvOptions.ts';
import type { CsvRow, CsvSyntax } from './csvRow.ts';
import { scanRow, withoutLineEnd } from './csvRow.ts';
import { excelText } from './excelText.ts';
import { isRejectsHeader, REJECT_COLUMNS } from './rejectColumns.ts';
import type { TextBuffer } from './textBuffer.ts';
import { ENVELOPE, readsTitles } from './titleEnvelope.ts';

/** What the beginning of a CSV text shows: how the rest of it is to be read. */
export interface CsvShape {
  syntax: CsvSyntax;
  names: string[];
  /** The cells of the header where there is one. */
  header: readonly string[] | undefined;
  /** Columns at the end of the header that have no name. */
  spare: number;
  /** The payload was written by `rejects`: its last columns say why, and are no fields. */
  isRejects: boolean;
  /** Lines before the header, as they stand. */
  titles: string;
  /** A line `sep=;` names the delimiter. */
  hasSep: boolean;
  /** How the first line ends. */
  lineEnd: string;
  /** Line on which the header, or else the first row, stands. */
  line: number;
}

/** Columns of a header without those at its end that have no name; one name alone is a title. */
function countNamed(header: readonly string[]): number {
  const filled = countFilled(header);
  return filled > 1 || (filled === 1 && header.length === 2) ? filled : header.length;
}

const NO_SYNTAX: CsvSyntax = { delimiter: ',', quote: '"', eol: '\n' };

/** How a flow reads what it opens. */
export interface OpeningFlow {
  options: CsvRead;
  /** Columns without which the payload is refused. */
  required: readonly string[];
  ignores: (line: string) => boolean;
  file: string;
}

/** Reads up to the first row of data, at which it leaves the buffer. */
export class CsvOpening {
  readonly #buffer: TextBuffer;
  readonly #options: CsvRead;
  readonly #known: KnownColumns;
  readonly #ignores: (line: string) => boolean;
  readonly #file: string;
  syntax = NO_SYNTAX;

  constructor(buffer: TextBuffer, { options, required, ignores, file }: OpeningFlow) {
    this.#buffer = buffer;
    this.#options = options;
    const columns = statedColumns(options);
    const { header = columns === undefined } = options;
    const widths = rowKinds(options)?.map((kind) => kind.columns.length + 1);
    const least = widths ? Math.min(...widths) : columns?.length;
    this.#known = { columns, least, header, required };
    this.#ignores = ignores;
    this.#file = file;
  }

  async open(): Promise<CsvShape> {
    const buffer = this.#buffer;
    const quote = quoteChar(this.#options.quote);
    const eol = await this.#eol(quote);
    this.syntax = { delimiter: ',', quote, eol };
    const lineEnd = eol === '\r' ? '\r' : /\r*\n/.exec(buffer.text.slice(0, 64 * 1024))?.[0];
    let titles = '';
    for (let line = 0; line < this.#options.skip; line += 1) titles += await this.#line();
    while (this.#passesOver()) await this.#line();
    const stated = /^\ufeff*"?sep=([^\r\n])"?\r*[\r\n]/i.exec(this.#ahead())?.[1];
    if (stated !== undefined) await this.#line();
    const delimiter = this.#delimiter(stated) ?? (await this.#detected());
    this.syntax = { delimiter, quote, eol };
    const columns = await this.#columns(stated);
    const hasSep = stated !== undefined;
    return { syntax: this.syntax, ...columns, titles, hasSep, lineEnd: lineEnd ?? '\n' };
  }

  async #eol(quote: string): Promise<CsvSyntax['eol']> {
    const buffer = this.#buffer;
    await buffer.fill();
    for (;;) {
      const eol = detectEol(buffer.text, quote, buffer.ended);
      if (eol !== undefined) return eol;
      if (buffer.text.length > limits.recordBytes || !(await buffer.fill())) {
        return detectEol(buffer.text, quote, true) ?? '\n';
      }
    }
  }

  #ahead(): string {
    const { text, pos } = this.#buffer;
    const end = text.indexOf(this.syntax.eol, pos);
    return text.slice(pos, end === -1 ? text.length : end + 1);
  }

  /** Empty lines, and those that `ignore` names, are no header. */
  #passesOver(): boolean {
    const { text, pos } = this.#buffer;
    const line = withoutLineEnd(this.#ahead());
    return pos < text.length && (line === '' || this.#ignores(line));
  }

  #delimiter(stated: string | undefined): string | undefined {
    const own = delimiterChar(this.#options.delimiter);
    if (own !== undefined && stated !== undefined && own !== stated) {
      const message = `the payload says sep=${stated}, and the flow states the delimiter '${this.#options.delimiter}'`;
      const place = { file: this.#file, line: this.#buffer.line - 1 };
      const todo = 'leave out `delimiter`, or have the sender write what the flow states';
      throw new StockbusError('CSV_BAD_HEADER', message, place, { todo });
    }
    return own ?? stated;
  }

  async #detected(): Promise<string> {
    const buffer = this.#buffer;
    // Long titles may have left little of what was read.
    await buffer.ahead();
    const { text, pos: from, ended: final } = buffer;
    const sample = { text, from, final, syntax: this.syntax, ignores: this.#ignores };
    return detectDelimiter(sample, this.#known);
  }

  /** The text of one line with its end, which is passed. */
  async #line(): Promise<string> {
    const buffer = this.#buffer;
    let line = '';
    for (;;) {
      const end = buffer.text.indexOf(this.syntax.eol, buffer.pos);
      const to = end === -1 ? buffer.text.length : end + 1;
      if (line.length < limits.batchBytes) line += buffer.text.slice(buffer.pos, to);
      buffer.advance(to, end === -1 ? 0 : 1);
      if (end !== -1 || !(await buffer.fill())) return line;
    }
  }

  async #columns(
    stated: string | undefined,
  ): Promise<Omit<CsvShape, 'syntax' | 'titles' | 'hasSep' | 'lineEnd'>> {
    const { columns, header: wanted, required } = this.#known;
    const first = await this.#firstRow();
    const { line } = this.#buffer;
    const place = { file: this.#file, line };
    if (!first) throw new StockbusError('PAYLOAD_EMPTY', 'the payload has no row', place);
    const isRejects = isRejectsHeader(first.cells);
    if (wanted || isRejects) {
      this.#checkDelimiter(first, stated);
      if (first.fault) throw new StockbusError('CSV_BAD_HEADER', first.fault.message, place);
      this.#buffer.advance(first.end, first.lines);
    }
    const cells = this.syntax.quote === '"' ? first.cells.map(excelText) : first.cells;
    const own = isRejects ? cells.slice(0, -REJECT_COLUMNS.length) : cells;
    const header = wanted || isRejects ? first.cells : undefined;
    const filled = columns?.length ?? countNamed(own);
    const headed = wanted || (isRejects && columns !== undefined);
    const spare = headed && countFilled(own) <= filled ? own.length - filled : 0;
    const named = columns ?? (wanted ? own.slice(0, filled) : undefined);
    const names = named ? columnNames(named, place) : positions(own.length);
    if (names.includes(ENVELOPE) && readsTitles(this.#options.envelope))
      throw new StockbusError('CSV_BAD_HEADER', `a column is called '${ENVELOPE}'`, place);
    requireColumns(names, required, place, columns !== undefined);
    return { names, header, spare: Math.max(0, spare), isRejects, line };
  }

  /** Refuses a header that another delimiter than the one that was stated would make a good one. */
  #checkDelimiter({ cells, fault, end }: CsvRow, stated: string | undefined): void {
    const { columns, required } = this.#known;
    const has = (some: readonly string[]): boolean => {
      if (columns) return some.length === columns.length;
      const names = some.map(columnNameIn);
      return required.every((name) => names.includes(name));
    };
    const isStated = stated !== undefined || this.#options.delimiter !== 'auto';
    if (!isStated || required.length === 0 || (!fault && (columns || has(cells)))) return;
    const { text, pos, line } = this.#buffer;
    const other = fittingDelimiter(text.slice(pos, end), this.syntax, has);
    if (other === undefined) return;
    const own = delimiterOption(this.syntax.delimiter);
    const says = stated === undefined ? 'the flow says' : 'the line before it says';
    const todo =
      stated === undefined
        ? `write \`delimiter: ${delimiterOption(other)}\` under \`read: csv\`, or leave it out`
        : 'have the sender say in `sep=` what it writes';
    throw new StockbusError(
      fault ? 'CSV_BAD_HEADER' : 'CSV_MISSING_COLUMN',
      `the header is delimited by ${delimiterOption(other)}, and ${says} ${own}`,
      { file: this.#file, line },
      { todo },
    );
  }

  /** The first row that is not blank; the buffer then stands at it. */
  async #firstRow(): Promise<CsvRow | undefined> {
    const buffer = this.#buffer;
    for (;;) {
      const bounds = { final: buffer.ended, chars: limits.recordBytes };
      const row = scanRow(buffer.text, buffer.pos, this.syntax, bounds);
      if (row === 'large') {
        const message = `the first row is longer than ${limits.recordBytes} characters`;
        throw new StockbusError('PAYLOAD_TOO_LARGE', message, { file: this.#file });
      }
      if (row === 'more') {
        await buffer.fill();
        continue;
      }
      if (!row.blank) return row;
      if (row.end >= buffer.text.length && buffer.ended) return undefined;
      buffer.advance(row.end, row.lines);
    }
  }
}
