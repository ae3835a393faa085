import Papa from 'papaparse';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { PayloadReading, ReadContext, RejectsFormat, SourceRecord } from '../ports.ts';
import { CsvFooter } from './CsvFooter.ts';
import type { CsvRead } from './csvOptions.ts';
import { charPattern, lineTest } from './csvOptions.ts';
import { CsvRecords } from './csvRecords.ts';
import { CsvRejects } from './csvRejects.ts';
import type { CsvRow, CsvSyntax, RowScan } from './csvRow.ts';
import { BYTE_ORDER_MARK, isBlankRow, scanRow, withoutLineEnd, withoutReturns } from './csvRow.ts';
import type { CsvShape } from './csvShape.ts';
import { CsvOpening } from './csvShape.ts';
import { decodeText, type ReadEncoding, trueCause } from './decodeText.ts';
import { TextEncoding } from './encodeText.ts';
import { TextBuffer } from './textBuffer.ts';

/** Text given to papaparse at once: at most so long, and about so many rows. */
const BLOCK_CHARS = 64 * 1024;
const BLOCK_ROWS = 2_000;
const SHORTEST_BLOCK = 4 * 1024;
/** Of a row that is too large, as much is kept to show. */
const RAW_CHARS = 64 * 1024;

/** Reads one payload. Clean stretches go to papaparse by the block, rows with trouble one by one. */
export class CsvReader implements PayloadReading {
  readonly #options: CsvRead;
  readonly #required: readonly string[];
  readonly #name: string;
  readonly #buffer: TextBuffer;
  readonly #ignores: (line: string) => boolean;
  #syntax: CsvSyntax = { delimiter: ',', quote: '"', eol: '\n' };
  #found: ReadEncoding | undefined;
  #shape: CsvShape | undefined;
  #records!: CsvRecords;
  #footer: CsvFooter | undefined;
  /** Finds quotes with blanks or a stray carriage return beside them: papaparse drops those. */
  #spacedQuote = /(?!)/;
  /** Finds what is no plain text outside of quotes, and would be taken for it. */
  #stray = /(?!)/;
  /** How much text papaparse is given next. */
  #block = SHORTEST_BLOCK;
  /** Inside a row that is too large and was given out as bad already. */
  #skipping = false;

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
    const { encoding, ignore } = options;
    this.#ignores = lineTest(ignore);
    const found = (of: ReadEncoding): void => {
      this.#found = of;
    };
    this.#buffer = new TextBuffer(decodeText(chunks, { encoding, ...context, found }));
  }

  rejects(): RejectsFormat {
    const stated = this.#options.encoding !== 'auto';
    const encoding = new TextEncoding(this.#found!, stated);
    return new CsvRejects(this.#shape!, this.#options, encoding, this.#records);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    try {
      await this.#begin();
      const records = this.#records;
      try {
        for (let more = true; more; ) {
          while (this.#readSome()) if (records.full) yield* records.take();
          if (records.full) yield* records.take();
          // That nothing more comes may show only now: a last row without its end is read then.
          const knewTheEnd = this.#buffer.ended;
          more = (await this.#buffer.fill()) || !knewTheEnd;
        }
      } catch (error) {
        records.release();
        yield* records.take();
        throw error;
      }
      records.end(this.#footer !== undefined);
      yield* records.take();
      this.#footer?.end(this.#buffer.line);
    } catch (error) {
      throw this.#cutShort(error);
    } finally {
      await this.#buffer.close();
    }
  }

  /** A header without its end of line, or no row at all, may only be what has come so far. */
  #cutShort(thrown: unknown): unknown {
    const error = trueCause(thrown, this.#found);
    const isFooter = error instanceof StockbusError && error.code === 'CSV_FOOTER';
    if (!(error instanceof StockbusError) || (error.ofPayload && !isFooter)) return error;
    const { ended, text, pos } = this.#buffer;
    const open =
      error.code === 'PAYLOAD_EMPTY' ||
      (isFooter && pos === text.length) ||
      !this.#endsLine(text.length);
    error.atEnd ||= ended && open;
    return error;
  }

  #endsLine(end: number): boolean {
    return this.#buffer.text[end - 1] === this.#syntax.eol;
  }

  /** Settles syntax and column names; leaves the buffer at the first row of data. */
  async #begin(): Promise<void> {
    const opening = new CsvOpening(this.#buffer, {
      options: this.#options,
      required: this.#required,
      ignores: this.#ignores,
      file: this.#name,
    });
    let shape: CsvShape;
    try {
      shape = await opening.open();
    } finally {
      this.#syntax = opening.syntax;
    }
    this.#shape = shape;
    const { quote, delimiter, eol } = shape.syntax;
    const [mark, end] = [charPattern(quote), charPattern(delimiter)];
    this.#spacedQuote = new RegExp(`${mark}(?!\\r\\n|${end})[^\\S${eol}]|\\r${mark}`);
    this.#stray = eol === '\n' ? /\r[^\r\n]/ : /\n/;
    this.#records = new CsvRecords(shape, this.#options, this.#name);
    const { footer } = this.#options;
    if (footer !== undefined && !shape.isRejects) this.#footer = new CsvFooter(footer, this.#name);
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
    const window = text.slice(pos, pos + this.#block);
    const cut = window.lastIndexOf(this.#syntax.eol) + 1;
    if (cut === 0) return this.#readRows(pos);
    const plain = this.#plainLength(window.slice(0, cut));
    // Such rows often stand together: a look at the block for each of them would cost more than it gains.
    if (plain === 0) return this.#readRows(pos + Math.min(cut, SHORTEST_BLOCK));
    return this.#readBlock(window.slice(0, plain)) || this.#readRows(pos + cut);
  }

  /** How much of a block there is before the line in which a quote needs a closer look. */
  #plainLength(block: string): number {
    const { quote, eol } = this.#syntax;
    const trouble = quote === '' ? -1 : block.search(this.#spacedQuote);
    return trouble < 0 ? block.length : block.lastIndexOf(eol, trouble) + 1;
  }

  /** Whole lines at once. False, with nothing done, when some row needs a closer look. */
  #readBlock(block: string): boolean {
    const records = this.#records;
    const { ignore, skipEnd } = this.#options;
    const isEnded = skipEnd > 0 || this.#footer !== undefined;
    const everyRow = ignore !== undefined || isEnded || records.width === undefined;
    if (everyRow || block.includes(BYTE_ORDER_MARK) || this.#stray.test(block)) return false;
    const { delimiter, quote, eol } = this.#syntax;
    const quoted = quote !== '' && block.includes(quote);
    const { data, errors } = parserOf({ delimiter, quote, eol }, !quoted).parse(
      block,
      0,
      false,
    ) as Papa.ParseResult<string[]>;
    // The text ends with a line break, after which papaparse sees one more row.
    data.pop();
    if (errors.length > 0 || (quoted && data.some((cells) => this.#needsCloserLook(cells))))
      return false;
    const lines = quoted ? countOf(block, eol) : data.length;
    const crlf = eol === '\n' && block.includes('\r');
    let line = this.#buffer.line;
    for (const cells of data) {
      const last = cells.length - 1;
      if (crlf) cells[last] = withoutReturns(cells[last]!);
      const raw = (): string => cells.join(delimiter);
      if (quoted || !isBlankRow(cells)) records.row(cells, line, raw);
      line += lines === data.length ? 1 : 1 + countOf(cells.join(''), eol);
    }
    this.#buffer.advance(this.#buffer.pos + block.length, lines);
    records.passed(block.length);
    const rowChars = block.length / Math.max(1, data.length);
    this.#block = Math.max(SHORTEST_BLOCK, Math.min(BLOCK_CHARS, rowChars * BLOCK_ROWS));
    return true;
  }

  /** Of a blank row, only the text tells whether it is quotes around nothing. */
  #needsCloserLook(cells: readonly string[]): boolean {
    return cells.length !== this.#records.width || isBlankRow(cells);
  }

  /** Row by row up to `until` or a full batch, and one row at least. False when text is missing. */
  #readRows(until: number): boolean {
    const buffer = this.#buffer;
    do {
      const row = this.#scan();
      if (row === 'more') return false;
      if (row === 'large') {
        const raw = buffer.text.slice(buffer.pos, buffer.pos + RAW_CHARS);
        const message = `the row is longer than ${limits.recordBytes} characters`;
        this.#records.bad([], { code: 'PAYLOAD_TOO_LARGE', message }, buffer.line, raw);
        this.#records.passed(raw.length);
        this.#skipping = true;
        return true;
      }
      const record = row.blank ? undefined : this.#rowRecord(row);
      const unclosed = row.fault?.code === 'CSV_OPEN_QUOTE' && buffer.ended;
      if (record && (unclosed || !this.#endsLine(row.end))) record.open = true;
      this.#records.passed(row.end - buffer.pos);
      buffer.advance(row.end, row.lines);
    } while (buffer.pos < until && !this.#records.full);
    return true;
  }

  #rowRecord(row: CsvRow): SourceRecord | undefined {
    const { text, pos, line } = this.#buffer;
    const records = this.#records;
    const raw = (): string => withoutLineEnd(text.slice(pos, row.end));
    if (records.isHeaderAgain(row, line)) return undefined;
    if (this.#options.ignore !== undefined && this.#ignores(raw())) return records.passOver(line);
    if (this.#footer?.takes(raw(), line, records.rows)) return records.passOver(line);
    if (!row.fault) return records.row(row.cells, line, raw);
    const { code, message } = row.fault;
    return records.bad(row.cells, { code, message }, line, raw(), line + row.fault.line);
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
}

/** A parser begins anew with each text; V8 forgets what it compiled for one that is gone, and that is much. */
const KEPT_PARSERS = 16;
const parsers = new Map<string, Papa.Parser>();

function parserOf({ delimiter, quote, eol }: CsvSyntax, fastMode: boolean): Papa.Parser {
  const key = JSON.stringify([delimiter, quote, eol, fastMode]);
  const known = parsers.get(key);
  if (known) return known;
  const parser = new Papa.Parser({ delimiter, newline: eol, quoteChar: quote, fastMode });
  if (parsers.size >= KEPT_PARSERS) parsers.clear();
  parsers.set(key, parser);
  return parser;
}

function countOf(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) count += 1;
  return count;
}
