import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { PayloadReading, ReadContext, RejectsFormat, SourceRecord } from '../ports.ts';
import { lineTest } from './csvOptions.ts';
import { decodeText, type ReadEncoding, trueCause } from './decodeText.ts';
import { TextEncoding } from './encodeText.ts';
import { FixedAround } from './FixedAround.ts';
import { FixedRejects, REJECTED_LINE } from './FixedRejects.ts';
import { FixedRows } from './FixedRows.ts';
import type { FixedRead } from './fixedOptions.ts';
import { TextBuffer } from './textBuffer.ts';

/** Of a line that is too long, as much is kept to show. */
const RAW_CHARS = 64 * 1024;
/** Records given out at once. */
const BATCH = 1_000;

/** Reads one payload, a line after another. */
export class FixedReader implements PayloadReading {
  readonly #options: FixedRead;
  readonly #name: string;
  readonly #buffer: TextBuffer;
  readonly #ignores: (line: string) => boolean;
  readonly #rows: FixedRows;
  readonly #around: FixedAround;
  #found: ReadEncoding | undefined;
  #out: SourceRecord[] = [];
  #record = 0;
  #isFirst = true;
  /** Inside a line that is too long, and was given out as bad already. */
  #isSkipping = false;

  constructor(options: FixedRead, chunks: AsyncIterable<Uint8Array>, context: ReadContext) {
    this.#options = options;
    this.#name = context.name;
    this.#ignores = lineTest(options.ignore);
    this.#rows = new FixedRows(options);
    this.#around = new FixedAround(options, context.name);
    const { encoding } = options;
    const found = (of: ReadEncoding): void => {
      this.#found = of;
    };
    this.#buffer = new TextBuffer(decodeText(chunks, { encoding, ...context, found }));
  }

  rejects(): RejectsFormat {
    const encoding = new TextEncoding(this.#found!, this.#options.encoding !== 'auto');
    return new FixedRejects(this.#options, encoding);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    const buffer = this.#buffer;
    try {
      for (let more = true; more; ) {
        while (this.#line()) if (this.#out.length >= BATCH) yield this.#take();
        if (this.#out.length > 0) yield this.#take();
        const knewTheEnd = buffer.ended;
        more = (await buffer.fill()) || !knewTheEnd;
      }
      if (this.#isFirst) throw this.#nothing();
      this.#give(this.#rows.end(), true);
      if (this.#out.length > 0) yield this.#take();
      this.#around.end(buffer.line);
    } catch (thrown) {
      const error = trueCause(thrown, this.#found);
      if (error instanceof StockbusError)
        error.atEnd ||= buffer.ended && error.code !== 'FIXED_HEADER';
      throw error;
    } finally {
      await buffer.close();
    }
  }

  #take(): SourceRecord[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Reads a line of the text that is there. False when more of it is needed. */
  #line(): boolean {
    const { text, pos, ended } = this.#buffer;
    const found = text.indexOf('\n', pos);
    const end = found < 0 ? text.length : found;
    const isWhole = found >= 0 || ended;
    if (pos >= text.length) return false;
    const isLong = end - pos > limits.recordBytes;
    if (!isWhole && !isLong) return false;
    const { line } = this.#buffer;
    if (this.#isSkipping) this.#isSkipping = !isWhole;
    else if (isLong) {
      this.#tooLong(text.slice(pos, pos + RAW_CHARS), line);
      this.#isSkipping = !isWhole;
    } else this.#whole(text.slice(pos, end).replace(/\r+$/, ''), line, found < 0);
    this.#buffer.advance(found < 0 ? text.length : found + 1);
    return true;
  }

  #whole(text: string, line: number, isOpen: boolean): void {
    // What DOS writes at the end of a file says nothing either.
    if (text.trim() === '' || text === '\u001a') return;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (text.startsWith(REJECTED_LINE)) {
      if (isFirst) this.#around.ofRejects();
      return;
    }
    if (this.#around.takes(text, line, isFirst)) return;
    if (this.#ignores(text)) {
      this.#push({ value: {}, record: 0, line, passedOver: true });
      return;
    }
    this.#around.count();
    this.#give(this.#rows.take(text, line), isOpen);
  }

  #give(records: readonly Omit<SourceRecord, 'record'>[], isOpen: boolean): void {
    for (const record of records)
      this.#push({ ...record, record: 0, ...(isOpen ? { open: true } : {}) });
  }

  #push(record: SourceRecord): void {
    this.#record += 1;
    record.record = this.#record;
    const { fault, line } = record;
    if (fault) {
      const at = {
        file: this.#name,
        record: this.#record,
        ...(line === undefined ? {} : { line }),
      };
      record.fault = { ...fault, at: { ...at, ...fault.at } };
    }
    this.#out.push(record);
  }

  #tooLong(raw: string, line: number): void {
    this.#isFirst = false;
    this.#rows.lose();
    this.#around.count();
    const message = `the line is longer than ${limits.recordBytes} characters`;
    this.#push({ value: {}, record: 0, line, raw, fault: { code: 'PAYLOAD_TOO_LARGE', message } });
  }

  #nothing(): StockbusError {
    return new StockbusError('PAYLOAD_EMPTY', 'the payload has no line', { file: this.#name });
  }
}
