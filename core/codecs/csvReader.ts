import Papa from 'papaparse';
import type { Code, Fault } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ReadContext, RecordValue, SourceRecord } from '../ports.ts';
import { columnNames, detectDelimiter, detectEol, positions, requireColumns } from './csvHeader.ts';
import type { CsvRead } from './csvOptions.ts';
import { charPattern, delimiterChar, quoteChar } from './csvOptions.ts';
import type { CsvRow, CsvSyntax, RowScan } from './csvRow.ts';
import { isBlankRow, scanRow } from './csvRow.ts';
import { decodeText } from './decodeText.ts';
import type { MakeValue } from './rowValue.ts';
import { valueMaker } from './rowValue.ts';
import { TextBuffer } from './textBuffer.ts';

/** Text given to papaparse at once. */
const BLOCK_CHARS = 64 * 1024;
/** Of a row that is too large, as much is kept to show. */
const RAW_CHARS = 64 * 1024;

/** Reads one payload. Clean stretches go to papaparse by the block, rows with trouble one by one. */
export class CsvReader {
  readonly #options: CsvRead;
  readonly #required: readonly string[];
  readonly #name: string;
  readonly #buffer: TextBuffer;
  #syntax: CsvSyntax = { delimiter: ',', quote: '"', eol: '\n' };
  #names: string[] = [];
  #make: MakeValue = () => ({});
  /** Finds quotes with blanks or a stray carriage return beside them: papaparse drops those. */
  #spacedQuote = /(?!)/;
  #record = 0;
  /** Inside a row that is too large and was given out as bad already. */
  #skipping = false;
  #out: SourceRecord[] = [];

  /** A payload without one of the columns `required` is refused. */
  constructor(
    options: CsvRead,
    required: readonly string[],
    chunks: AsyncIterable<Uint8Array>,
    context: ReadContext,
  ) {
    this.#options = options;
    this.#required = required;
    this.#name = context.name;
    const { encoding } = options;
    this.#buffer = new TextBuffer(decodeText(chunks, { encoding, ...context }));
  }

  async *batches(): AsyncGenerator<SourceRecord[]> {
    try {
      await this.#begin();
      do {
        while (this.#readSome()) yield* this.#takeBatches();
        yield* this.#takeBatches();
      } while (await this.#buffer.fill());
    } catch (error) {
      throw this.#cutShort(error);
    } finally {
      await this.#buffer.close();
    }
  }

  /** A header without its end of line, or no row at all, may only be what has come so far. */
  #cutShort(error: unknown): unknown {
    if (!(error instanceof StockbusError)) return error;
    const { ended, text } = this.#buffer;
    const open = error.code === 'PAYLOAD_EMPTY' || !this.#endsLine(text.length);
    error.atEnd ||= ended && open;
    return error;
  }

  #endsLine(end: number): boolean {
    return this.#buffer.text[end - 1] === this.#syntax.eol;
  }

  *#takeBatches(): Generator<SourceRecord[]> {
    const ready = this.#out;
    this.#out = [];
    for (let from = 0; from < ready.length; from += limits.batchRecords) {
      yield ready.slice(from, from + limits.batchRecords);
    }
  }

  /** Settles syntax and column names; leaves the buffer at the first row of data. */
  async #begin(): Promise<void> {
    const buffer = this.#buffer;
    const options = this.#options;
    await buffer.fill();
    const quote = quoteChar(options.quote);
    const eol = detectEol(buffer.text, quote);
    this.#syntax = { delimiter: ',', quote, eol };
    for (let line = 0; line < options.skip; line += 1) await this.#skipLine();
    const stated = /^sep=(.)\r?\n/i.exec(buffer.text.slice(buffer.pos, buffer.pos + 8))?.[1];
    if (stated !== undefined) await this.#skipLine();
    const delimiter =
      delimiterChar(options.delimiter) ??
      stated ??
      detectDelimiter(buffer.text, buffer.pos, this.#syntax, buffer.ended);
    this.#syntax = { delimiter, quote, eol };
    const [mark, end] = [charPattern(quote), charPattern(delimiter)];
    this.#spacedQuote = new RegExp(`${mark}(?!\\r\\n|${end})[^\\S${eol}]|\\r${mark}`);
    this.#names = await this.#columns();
    this.#make = valueMaker(this.#names);
  }

  async #skipLine(): Promise<void> {
    const buffer = this.#buffer;
    for (;;) {
      const end = buffer.text.indexOf(this.#syntax.eol, buffer.pos);
      if (end !== -1) return buffer.advance(end + 1, 1);
      buffer.advance(buffer.text.length, 0);
      if (!(await buffer.fill())) return;
    }
  }

  async #columns(): Promise<string[]> {
    const { columns, header = columns === undefined } = this.#options;
    const first = await this.#firstRow();
    const place = { file: this.#name, line: this.#buffer.line };
    if (!first) throw new StockbusError('PAYLOAD_EMPTY', 'the payload has no row', place);
    if (header) {
      if (first.fault) throw new StockbusError('CSV_BAD_HEADER', first.fault.message, place);
      this.#buffer.advance(first.end, first.lines);
    }
    const named = columns ?? (header ? first.cells : undefined);
    const names = named ? columnNames(named, place) : positions(first.cells.length);
    requireColumns(names, this.#required, place, columns !== undefined);
    return names;
  }

  /** The first row that is not blank; the buffer then stands at it. */
  async #firstRow(): Promise<CsvRow | undefined> {
    const buffer = this.#buffer;
    for (;;) {
      const row = this.#scan();
      if (row === 'large') {
        const message = `the first row is longer than ${limits.recordBytes} characters`;
        throw new StockbusError('PAYLOAD_TOO_LARGE', message, { file: this.#name });
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

  #scan(): RowScan {
    const { text, pos, ended } = this.#buffer;
    return scanRow(text, pos, this.#syntax, { final: ended, chars: limits.recordBytes });
  }

  /** Reads on within the text that is there. False when more of it is needed. */
  #readSome(): boolean {
    const { text, pos } = this.#buffer;
    if (pos >= text.length) return false;
    if (this.#skipping) return this.#skipRow();
    const window = text.slice(pos, pos + BLOCK_CHARS);
    const cut = window.lastIndexOf(this.#syntax.eol) + 1;
    if (cut > 0 && this.#readBlock(window.slice(0, cut))) return true;
    return this.#readRows(pos + cut);
  }

  /** Whole lines at once. False, with nothing done, when some row needs a closer look. */
  #readBlock(block: string): boolean {
    const { delimiter, quote, eol } = this.#syntax;
    const quoted = quote !== '' && block.includes(quote);
    if (quoted && this.#spacedQuote.test(block)) return false;
    const config = { delimiter, newline: eol, quoteChar: quote, fastMode: !quoted };
    const { data, errors } = new Papa.Parser(config).parse(block, 0, false) as Papa.ParseResult<
      string[]
    >;
    // The text ends with a line break, after which papaparse sees one more row.
    data.pop();
    if (errors.length > 0 || (quoted && data.some((cells) => this.#needsCloserLook(cells))))
      return false;
    const lines = quoted ? countOf(block, eol) : data.length;
    const crlf = eol === '\n' && block.includes('\r');
    let line = this.#buffer.line;
    for (const cells of data) {
      const last = cells.length - 1;
      if (crlf && cells[last]!.endsWith('\r')) cells[last] = cells[last]!.slice(0, -1);
      if (quoted || !isBlankRow(cells)) this.#addRow(cells, line);
      line += lines === data.length ? 1 : 1 + countOf(cells.join(''), eol);
    }
    this.#buffer.advance(this.#buffer.pos + block.length, lines);
    return true;
  }

  /** Of a blank row, only the text tells whether it is quotes around nothing. */
  #needsCloserLook(cells: readonly string[]): boolean {
    return cells.length !== this.#names.length || isBlankRow(cells);
  }

  /** Row by row up to `until`, and one row at least. False when more text is needed first. */
  #readRows(until: number): boolean {
    const buffer = this.#buffer;
    do {
      const row = this.#scan();
      if (row === 'more') return false;
      if (row === 'large') {
        const raw = buffer.text.slice(buffer.pos, buffer.pos + RAW_CHARS);
        const message = `the row is longer than ${limits.recordBytes} characters`;
        this.#addBad([], { code: 'PAYLOAD_TOO_LARGE', message }, buffer.line, raw);
        this.#skipping = true;
        return true;
      }
      const raw = (): string => buffer.text.slice(buffer.pos, row.end).replace(/\r?\n$|\r$/, '');
      if (row.fault) {
        const { code, message, line } = row.fault;
        this.#addBad(row.cells, { code, message }, buffer.line, raw(), buffer.line + line);
      } else if (!row.blank) {
        this.#addRow(row.cells, buffer.line, raw);
      }
      const unclosed = row.fault?.code === 'CSV_OPEN_QUOTE' && buffer.ended;
      const last = this.#out.at(-1);
      if (last && !row.blank && (unclosed || !this.#endsLine(row.end))) last.open = true;
      buffer.advance(row.end, row.lines);
    } while (buffer.pos < until);
    return true;
  }

  #skipRow(): boolean {
    const buffer = this.#buffer;
    const end = buffer.text.indexOf(this.#syntax.eol, buffer.pos);
    if (end === -1) {
      buffer.advance(buffer.text.length, 0);
      return false;
    }
    buffer.advance(end + 1, 1);
    this.#skipping = false;
    return true;
  }

  #addRow(cells: string[], line: number, raw?: () => string): void {
    const count = this.#names.length;
    const trimmed = this.#options.trim ? cells.map((cell) => cell.trim()) : cells;
    if (cells.length === count) {
      this.#record += 1;
      this.#out.push({ value: this.#make(trimmed), record: this.#record, line });
      return;
    }
    const message = `the row has ${cells.length} cells where ${count} are expected`;
    const text = raw ? raw() : cells.join(this.#syntax.delimiter);
    this.#addBad(trimmed, { code: 'CSV_RAGGED_ROW', message }, line, text);
  }

  /** The value has every column, empty where the row has none, so that bad rows too have one shape. */
  #addBad(
    cells: readonly string[],
    trouble: { code: Code; message: string },
    line: number,
    raw: string,
    faultLine = line,
  ): void {
    this.#record += 1;
    const fault: Fault = { ...trouble, at: { record: this.#record, line: faultLine } };
    const value: RecordValue = this.#make(this.#names.map((_, index) => cells[index] ?? ''));
    this.#out.push({ value, record: this.#record, line, fault, raw });
  }
}

function countOf(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) count += 1;
  return count;
}
