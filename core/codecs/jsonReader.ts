import type { Fault } from '../errors.ts';
import { faultOf, nearestName, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  PayloadReading,
  ReadContext,
  RecordValue,
  RejectsFormat,
  SourceRecord,
} from '../ports.ts';
import { isObject } from '../spec.ts';
import { decodeText, type ReadEncoding, trueCause } from './decodeText.ts';
import { TextEncoding } from './encodeText.ts';
import { looksLike, shownChar } from './foreignFormat.ts';
import { JsonEnvelope } from './JsonEnvelope.ts';
import { JsonMembers } from './JsonMembers.ts';
import type { RawJson } from './jsonCursor.ts';
import { JsonCursor } from './jsonCursor.ts';
import type { JsonRead } from './jsonOptions.ts';
import { JsonRejects } from './jsonRejects.ts';
import { JsonScanner } from './jsonScanner.ts';
import { parseJson } from './jsonValue.ts';
import { withoutRejectFields } from './rejectColumns.ts';
import { TextBuffer } from './textBuffer.ts';

const LINES_NAME = /\.(ndjson|jsonl)$/i;
const RAW_CHARS = 64 * 1024;
/** Names beside what is sought, of which the nearest is told. */
const NAMES_KEPT = 50;
/** How a value can begin that is neither an object nor an array. */
const BEGINS_VALUE = /^(?:"|-?\d|(?:true|false|null)(?!\w))/;
const LONGEST_WORD = 'false '.length;

/** Reads one payload, record by record. */
export class JsonReader implements PayloadReading {
  readonly #options: JsonRead;
  readonly #name: string;
  readonly #buffer: TextBuffer;
  readonly #cursor: JsonCursor;
  readonly #envelope: JsonEnvelope | undefined;
  /** Where the records are, once that is known. */
  #path: string | undefined;
  #found: ReadEncoding | undefined;
  #isLines = false;
  #record = 0;
  #out: SourceRecord[] = [];
  #outChars = 0;

  constructor(options: JsonRead, chunks: AsyncIterable<Uint8Array>, context: ReadContext) {
    this.#options = options;
    this.#name = context.name;
    const { encoding, envelope, records } = options;
    if (typeof records === 'string') this.#path = records;
    if (envelope.length > 0)
      this.#envelope = new JsonEnvelope(envelope, this.#path?.split('.') ?? [], context.name);
    const found = (of: ReadEncoding): void => {
      this.#found = of;
    };
    this.#buffer = new TextBuffer(decodeText(chunks, { encoding, ...context, found }));
    this.#cursor = new JsonCursor(this.#buffer);
  }

  rejects(): RejectsFormat {
    const { encoding } = this.#options;
    const format = this.#isLines ? 'lines' : 'array';
    const stated = new TextEncoding(this.#found!, encoding !== 'auto');
    const written = { format, records: this.#path, indent: 0 } as const;
    return new JsonRejects(written, stated, this.#envelope?.texts);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    let failure: unknown;
    try {
      for await (const _ of this.#read()) yield this.#take();
    } catch (error) {
      failure = this.#located(error);
    } finally {
      await this.#buffer.close();
    }
    if (this.#out.length > 0) yield this.#take();
    if (failure !== undefined) throw failure;
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

  /** Pauses whenever a batch is ready. */
  async *#read(): AsyncGenerator<void> {
    const first = await this.#cursor.peek();
    if (first === '') throw new StockbusError('PAYLOAD_EMPTY', 'the payload holds no JSON');
    this.#refuseForeign(first);
    this.#isLines = this.#readsLines(first);
    if (this.#isLines) {
      yield* this.#lines();
    } else if (this.#path !== undefined) {
      yield* this.#within(this.#path.split('.'));
    } else if (Array.isArray(this.#options.records) && first === '{') {
      yield* this.#anyOf(this.#options.records);
    } else {
      yield* first === '[' ? this.#array() : this.#document();
    }
    if ((await this.#cursor.peek()) !== '') {
      const todo = 'write `format: lines` if every line is a document of its own';
      const at = { line: this.#buffer.line };
      throw new StockbusError('JSON_SYNTAX', 'text follows the end of the document', at, { todo });
    }
  }

  /** Text that does not even begin as JSON: it says what it looks like instead. */
  #refuseForeign(first: string): void {
    const { text, pos, ended } = this.#buffer;
    const start = text.slice(pos, pos + LONGEST_WORD);
    if (first === '{' || first === '[' || BEGINS_VALUE.test(start)) return;
    if (!ended && text.length - pos < LONGEST_WORD) return;
    const stands = `${shownChar(start)} stands where JSON is expected`;
    const at = { line: this.#buffer.line };
    throw new StockbusError('JSON_SYNTAX', `${stands}${looksLike(text.slice(pos))}`, at, {
      todo: 'have the sender write JSON, or give `read` the format that comes',
    });
  }

  /** Lines, where one document ends with its first line and another begins on the next. */
  #readsLines(first: string): boolean {
    const { format, records } = this.#options;
    if (format !== 'auto') return format === 'lines';
    if (records !== undefined) return false;
    if (LINES_NAME.test(this.#name)) return true;
    const { text, pos } = this.#buffer;
    return first === '{' && /^\{[^\n]*\}[ \t\r]*\n\s*\{/.test(text.slice(pos));
  }

  #batchIsReady(): boolean {
    return this.#out.length >= limits.batchRecords || this.#outChars >= limits.batchBytes;
  }

  async *#lines(): AsyncGenerator<void> {
    const buffer = this.#buffer;
    let skipping = false;
    for (;;) {
      const found = buffer.text.indexOf('\n', buffer.pos);
      const end = found === -1 ? buffer.text.length : found;
      const large = end - buffer.pos > limits.recordBytes;
      const whole = found !== -1 || buffer.ended;
      if (!skipping && (whole || large))
        this.#addLine(buffer.text.slice(buffer.pos, end), large, found !== -1);
      if (whole) {
        skipping = false;
        buffer.advance(Math.min(end + 1, buffer.text.length), 1);
      } else if (skipping || large) {
        skipping = true;
        buffer.advance(end, 0);
      }
      if (this.#batchIsReady()) yield;
      if (whole && buffer.pos < buffer.text.length) continue;
      if (whole && found === -1) return;
      if (!(await buffer.fill()) && buffer.pos >= buffer.text.length) return;
    }
  }

  #addLine(line: string, large: boolean, ended: boolean): void {
    // Exports that were joined have a byte order mark before the first line of each.
    const whole = (line.startsWith('\ufeff') ? line.slice(1) : line).replace(/\r$/, '');
    if (!/[^ \t\r]/.test(whole)) return;
    const scanner = new JsonScanner();
    if (!large) scanner.scan(whole, 0);
    const text = large ? whole.slice(0, RAW_CHARS) : whole;
    this.#add({ text, large, line: this.#buffer.line, scanner });
    // Without its end of line it may go on; an object that is closed cannot.
    const last = this.#out.at(-1)!;
    if (!ended && last.fault) last.open = true;
  }

  /** A document that is one record: given out only when nothing follows it. */
  async *#document(): AsyncGenerator<void> {
    const cursor = this.#cursor;
    const raw = await cursor.value();
    if (raw.large) {
      const message = `the document is longer than ${limits.recordBytes} characters`;
      const todo = 'point `records` at the array of records, so that they are read one by one';
      throw new StockbusError('PAYLOAD_TOO_LARGE', message, {}, { todo });
    }
    if ((await cursor.peek()) !== '') return;
    const value = parsePlaced(raw);
    if (!isObject(value))
      throw cursor.refusal('JSON_NOT_RECORDS', `the document is ${kindOf(value)}`);
    this.#record = 1;
    this.#out.push({ value: withoutRejectFields(value), record: 1, line: raw.line });
    yield;
  }

  /** The elements of the array at which the cursor stands, which moves behind it. */
  async *#array(): AsyncGenerator<void> {
    const cursor = this.#cursor;
    cursor.pass();
    if ((await cursor.peek()) === ']') return cursor.pass();
    for (;;) {
      const start = cursor.peekNow() ?? (await cursor.peek());
      if (start === ',' || start === ']') {
        throw cursor.refusal('JSON_SYNTAX', `'${start}' stands where a value is expected`);
      }
      this.#add(cursor.valueNow() ?? (await cursor.value()));
      if (this.#batchIsReady()) yield;
      const after = cursor.peekNow() ?? (await cursor.peek());
      if (after !== ',' && after !== ']') {
        const what = after === '' ? 'the text ends' : `'${after}' stands`;
        throw cursor.refusal('JSON_SYNTAX', `${what} where ',' or ']' is expected`);
      }
      cursor.pass();
      if (after === ']') return;
    }
  }

  /** What lies at `path`, and then the rest of the objects around it, so that a torn end shows. */
  async *#within(path: readonly string[], outer: readonly string[] = []): AsyncGenerator<void> {
    const cursor = this.#cursor;
    const start = await cursor.peek();
    const [name, ...inner] = path;
    if (name === undefined) {
      if (start === '[') yield* this.#array();
      else if (start === '{') this.#add(await cursor.value());
      else throw cursor.refusal('JSON_NOT_RECORDS', `at '${this.#path}' are no records`);
      return;
    }
    let found = false;
    const beside: string[] = [];
    if (start === '{') {
      cursor.pass();
      for (let more = (await cursor.peek()) !== '}'; more; more = await this.#hasNextMember()) {
        const key = await this.#memberName();
        if (key !== name) {
          if (beside.length < NAMES_KEPT) beside.push(key);
          await this.#beside([...outer, key]);
          continue;
        }
        if (found) {
          throw new StockbusError('JSON_DUPLICATE_KEY', `the key '${name}' occurs twice`, {
            line: this.#buffer.line,
          });
        }
        found = true;
        yield* this.#within(inner, [...outer, name]);
      }
      cursor.pass();
    }
    if (!found) {
      const near = nearestName(name, beside);
      const there = near === undefined ? '' : ` (the nearest is '${near}')`;
      const message = `there is no '${name}'${there} as \`records: ${this.#path}\` says`;
      throw cursor.refusal('JSON_NOT_RECORDS', message);
    }
  }

  /** What lies at the first member of these names, or the object itself where it has none. */
  async *#anyOf(names: readonly string[]): AsyncGenerator<void> {
    const cursor = this.#cursor;
    const members = new JsonMembers(this.#buffer.line);
    cursor.pass();
    for (let more = (await cursor.peek()) !== '}'; more; more = await this.#hasNextMember()) {
      const name = await this.#memberName();
      const isOne = names.includes(name);
      if (isOne && this.#path === undefined) {
        this.#path = name;
        yield* this.#within([]);
      } else if (isOne) {
        throw cursor.refusal('JSON_NOT_RECORDS', `both '${this.#path}' and '${name}' are there`);
      } else {
        const raw = await cursor.value();
        if (this.#path === undefined) members.add(name, raw);
      }
    }
    cursor.pass();
    if (this.#path !== undefined || (await cursor.peek()) !== '') return;
    this.#add(members.raw());
    yield;
  }

  /** A member beside those that lead to the records. */
  async #beside(path: readonly string[]): Promise<void> {
    const raw = await this.#cursor.value();
    if (!this.#envelope?.takes(path)) return;
    const value = raw.large ? undefined : parsePlaced(raw);
    this.#envelope.add({ path, value, ...raw });
  }

  async #memberName(): Promise<string> {
    const cursor = this.#cursor;
    if ((await cursor.peek()) !== '"') throw cursor.refusal('JSON_SYNTAX', 'a member has no name');
    const raw = await cursor.value();
    const name = parsePlaced(raw) as string;
    if ((await cursor.peek()) !== ':') throw cursor.refusal('JSON_SYNTAX', "':' is missing");
    cursor.pass();
    await cursor.peek();
    return name;
  }

  /** Passes a comma; leaves a closing brace where it is. */
  async #hasNextMember(): Promise<boolean> {
    const cursor = this.#cursor;
    const char = await cursor.peek();
    if (char === '}') return false;
    if (char !== ',') throw cursor.refusal('JSON_SYNTAX', "',' or '}' is missing after a member");
    cursor.pass();
    return true;
  }

  #add(raw: RawJson): void {
    this.#record += 1;
    const record = this.#record;
    const { value, fault, text = raw.text } = this.#parsed(raw);
    const read: SourceRecord = { value, record, line: raw.line };
    if (fault) {
      read.fault = { ...fault, at: { record, line: raw.line, ...fault.at } };
      read.raw = text;
    }
    this.#out.push(read);
    this.#outChars += raw.text.length;
  }

  #withEnvelope(parsed: Parsed): Parsed {
    if (!this.#envelope) return parsed;
    const { value } = parsed;
    if (Object.hasOwn(value, '#envelope')) {
      const message = "the record has a member '#envelope' itself";
      throw new StockbusError('JSON_DUPLICATE_KEY', message);
    }
    value['#envelope'] = this.#envelope.value;
    return parsed;
  }

  #parsed(raw: RawJson): Parsed {
    if (raw.large) {
      const message = `the record is longer than ${limits.recordBytes} characters`;
      return { value: {}, fault: { code: 'PAYLOAD_TOO_LARGE', message } };
    }
    try {
      const value = parsePlaced(raw);
      if (isObject(value)) return this.#withEnvelope(corrected(value));
      const message = `the record is ${kindOf(value)}, not an object`;
      return { value: {}, fault: { code: 'JSON_NOT_RECORDS', message } };
    } catch (error) {
      return { value: {}, fault: faultOf(error) };
    }
  }
}

/** A fault tells its line within the value; here it becomes that of the payload. */
function parsePlaced(raw: RawJson): unknown {
  try {
    return parseJson(raw.text, raw.scanner);
  } catch (error) {
    if (error instanceof StockbusError) {
      const { at } = error.fault;
      error.fault.at = { ...at, line: raw.line + (at?.line ?? 1) - 1 };
    }
    throw error;
  }
}

/** `text`: as it first came, where that is not how it stands here. */
interface Parsed {
  value: RecordValue;
  fault?: Fault;
  text?: string;
}

/** A record of a file of rejects, without its reason; one that could not be read must be corrected. */
function corrected(value: RecordValue): Parsed {
  const own = withoutRejectFields(value);
  if (own === value || value._raw === '' || Object.keys(own).length > 0) return { value: own };
  const message = 'the record was rejected, and nothing of it is corrected yet';
  return { value: own, fault: { code: 'JSON_NOT_RECORDS', message }, text: String(value._raw) };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}
