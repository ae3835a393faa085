import type { Fault } from '../errors.ts';
import { faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  PayloadReading,
  ReadContext,
  RecordValue,
  RejectsFormat,
  SourceRecord,
} from '../ports.ts';
import { decodeText, type ReadEncoding, trueCause } from './decodeText.ts';
import { ElementReader } from './ElementReader.ts';
import { elementPieces } from './elementPieces.ts';
import { TextEncoding } from './encodeText.ts';
import { linesBeforeFault } from './linesBeforeFault.ts';
import { TextBuffer } from './textBuffer.ts';
import { XmlEnvelope } from './XmlEnvelope.ts';
import { localName } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';
import { XmlRejects } from './xmlRejects.ts';
import type { KindOfElement, RawXml } from './xmlScanner.ts';
import { XmlScanner } from './xmlScanner.ts';

const DECLARED = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/;

/** Reads one payload, record element by record element. */
export class XmlReader implements PayloadReading {
  readonly #options: XmlRead;
  readonly #name: string;
  readonly #passedOver: ReadContext['passedOver'];
  readonly #buffer: TextBuffer;
  readonly #scanner: XmlScanner;
  /** Names of the elements that are records; none where the document is one. */
  readonly #records: readonly string[];
  readonly #envelope: XmlEnvelope | undefined;
  #found: ReadEncoding | undefined;
  #record = 0;
  #out: SourceRecord[] = [];
  #outChars = 0;

  constructor(options: XmlRead, chunks: AsyncIterable<Uint8Array>, context: ReadContext) {
    this.#options = options;
    this.#name = context.name;
    this.#passedOver = context.passedOver;
    const declared = (start: string): string | undefined => DECLARED.exec(start)?.[1];
    const { encoding } = options;
    const found = (of: ReadEncoding): void => {
      this.#found = of;
    };
    const decoding = { encoding, ...context, declared, found };
    this.#buffer = new TextBuffer(decodeText(chunks, decoding));
    const { record, records, envelope, doctype } = options;
    this.#records = records ?? (record === undefined ? [] : [record]);
    if (envelope.length > 0) this.#envelope = new XmlEnvelope(options, context.name);
    const mayHaveDoctype = doctype === 'ignore';
    this.#scanner = new XmlScanner(this.#buffer, this.#kinds(), mayHaveDoctype);
  }

  rejects(): RejectsFormat {
    const encoding = new TextEncoding(this.#found!, this.#options.encoding !== 'auto');
    const around = { ...this.#scanner.surroundings, envelope: this.#envelope?.text ?? '' };
    return new XmlRejects(around, this.#options, encoding);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    let failure: unknown;
    try {
      let whole: RawXml | undefined;
      for (;;) {
        const raw = await this.#scanner.next();
        if (!raw) break;
        const { around } = this.#scanner;
        if (raw.kind === 'record') this.#envelope?.end(around);
        if (raw.kind === 'envelope') this.#envelope?.add(raw, around);
        else if (this.#records.length === 0) whole = raw;
        else for (const _ of this.#add(raw)) yield [];
        if (this.#batchIsReady()) yield this.#take();
      }
      if (whole) for (const _ of this.#addDocument(whole)) yield [];
      else if (this.#record === 0) throw this.#noRecords();
      for (const [name, count] of this.#scanner.passedOver) this.#passedOver?.(name, count);
    } catch (error) {
      failure = this.#located(error);
    } finally {
      await this.#buffer.close();
    }
    if (this.#out.length > 0) yield this.#take();
    if (failure !== undefined) throw failure;
  }

  /** What an element is, by its name and depth. */
  #kinds(): KindOfElement {
    const { root } = this.#options;
    const envelope = this.#envelope;
    const isWhole = this.#records.length === 0;
    return (name, depth, parent) => {
      if (depth === 1 && root !== undefined && !isCalled(name, root)) throw this.#wrongRoot(name);
      if (isWhole ? depth === 1 : this.#recordName(name) !== undefined) return 'record';
      return depth > 1 && envelope?.takes(name, parent) ? 'envelope' : undefined;
    };
  }

  /** The name of a record as the flow has it. */
  #recordName(name: string): string | undefined {
    for (const record of this.#records) if (isCalled(name, record)) return record;
    return undefined;
  }

  #wrongRoot(name: string): StockbusError {
    const message = `the root element is <${name}>, and the flow reads documents of <${this.#options.root}>`;
    return new StockbusError('XML_WRONG_ROOT', message, { line: this.#buffer.line });
  }

  #batchIsReady(): boolean {
    return this.#out.length >= limits.batchRecords || this.#outChars >= limits.batchBytes;
  }

  #take(): SourceRecord[] {
    const out = this.#out;
    this.#out = [];
    this.#outChars = 0;
    return out;
  }

  #located(thrown: unknown): unknown {
    const error = trueCause(thrown, this.#found);
    if (error instanceof StockbusError && !error.ofPayload) {
      error.fault.at = { file: this.#name, record: this.#record + 1, ...error.fault.at };
      error.atEnd ||= this.#buffer.starved;
    }
    return error;
  }

  #noRecords(): StockbusError {
    const names = this.#records.map((name) => `<${name}>`).join(' or ');
    const message = `the document has no element ${names}`;
    return new StockbusError('XML_NO_RECORDS', message);
  }

  /** The whole document is given out only once it has proved well-formed to its end. */
  #addDocument(raw: RawXml): Generator<void> {
    if (raw.large) {
      const message = `the document is longer than ${limits.recordBytes} characters`;
      const todo = 'name the element that repeats as `record`, so that they are read one by one';
      throw new StockbusError('PAYLOAD_TOO_LARGE', message, {}, { todo });
    }
    return this.#add(raw);
  }

  /** Pauses where others should get their turn. */
  *#add(raw: RawXml): Generator<void> {
    this.#record += 1;
    const record = this.#record;
    const { value, fault } = yield* this.#parsed(raw);
    const read: SourceRecord = { value, record, line: raw.line };
    if (this.#options.records && !fault) value['#element'] = this.#recordName(raw.name);
    if (this.#envelope && !fault)
      value['#envelope'] = this.#envelope.valueIn(this.#scanner.surroundings);
    if (fault) {
      read.fault = { ...fault, at: { record, line: raw.line, ...fault.at } };
      read.raw = raw.text;
    }
    this.#out.push(read);
    this.#outChars += raw.text.length;
  }

  *#parsed(raw: RawXml): Generator<void, { value: RecordValue; fault?: Fault }> {
    if (raw.large) {
      const message = `the element is longer than ${limits.recordBytes} characters`;
      return { value: {}, fault: { code: 'PAYLOAD_TOO_LARGE', message } };
    }
    if (raw.fault !== undefined) {
      const { message, line } = raw.fault;
      return { value: {}, fault: { code: 'XML_SYNTAX', message, at: { line } } };
    }
    try {
      const reader = new ElementReader(this.#options, raw.prefixes);
      for (const piece of elementPieces(raw.text)) {
        reader.add(piece);
        if (piece.left > 0) yield;
      }
      return { value: reader.value };
    } catch (error) {
      const fault = faultOf(error);
      const before = fault.code === 'XML_SYNTAX' ? linesBeforeFault(raw.text) : 0;
      return { value: {}, fault: { ...fault, at: { line: raw.line + before, ...fault.at } } };
    }
  }
}

/** A name with a prefix is that alone; one without has any. */
const isCalled = (name: string, wanted: string): boolean =>
  wanted.includes(':') ? name === wanted : localName(name) === wanted;
