import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { JsonScanner } from './jsonScanner.ts';
import type { TextBuffer } from './textBuffer.ts';

/** One value as it stands in the text. */
export interface RawJson {
  /** All of it, or its beginning where it is larger than a record may be. */
  text: string;
  large: boolean;
  line: number;
  scanner: JsonScanner;
}

/** Of a value that is too large, as much is kept to show. */
const RAW_CHARS = 64 * 1024;
const NOT_BLANK = /[^ \t\r\n]/g;

/** Goes through JSON text value by value, holding one value at most. */
export class JsonCursor {
  readonly buffer: TextBuffer;
  #value:
    | { scanner: JsonScanner; scanned: number; head: string | undefined; line: number }
    | undefined;

  constructor(buffer: TextBuffer) {
    this.buffer = buffer;
  }

  /** The next character that is not blank, where the buffer then stands; empty at the end. */
  async peek(): Promise<string> {
    for (;;) {
      const char = this.peekNow();
      if (char !== undefined) return char;
      if (!(await this.buffer.fill())) return '';
    }
  }

  /** The same as far as the text is there; undefined where it is not. */
  peekNow(): string | undefined {
    const { buffer } = this;
    NOT_BLANK.lastIndex = buffer.pos;
    const found = NOT_BLANK.exec(buffer.text);
    buffer.advance(found ? found.index : buffer.text.length);
    return found?.[0];
  }

  /** Passes the character that `peek` gave. */
  pass(): void {
    this.buffer.advance(this.buffer.pos + 1);
  }

  /** The value that begins at the buffer's place, which moves behind it. */
  async value(): Promise<RawJson> {
    for (;;) {
      const value = this.valueNow();
      if (value !== undefined) return value;
      if (await this.buffer.fill()) continue;
      const { scanner, scanned } = this.#value!;
      if (scanner.endsHere()) return this.#end(this.buffer.pos + scanned);
      if (scanner.tooDeep) throw this.refusal('NESTING_TOO_DEEP', 'the value is nested too deep');
      throw this.refusal('JSON_SYNTAX', 'the text ends in the middle of a value');
    }
  }

  /** The same as far as the text is there; undefined where it is not: fill and call again. */
  valueNow(): RawJson | undefined {
    const { buffer } = this;
    this.#value ??= {
      scanner: new JsonScanner(),
      scanned: 0,
      head: undefined,
      line: buffer.line,
    };
    const state = this.#value;
    const end = state.scanner.scan(buffer.text, buffer.pos + state.scanned);
    if (state.scanner.broken !== undefined) {
      throw this.refusal('JSON_SYNTAX', state.scanner.broken, end);
    }
    if (end !== -1) return this.#end(end);
    state.scanned = buffer.text.length - buffer.pos;
    if (state.head !== undefined || state.scanned > limits.recordBytes) {
      state.head ??= buffer.text.slice(buffer.pos, buffer.pos + RAW_CHARS);
      buffer.advance(buffer.text.length);
      state.scanned = 0;
    }
    return undefined;
  }

  #end(end: number): RawJson {
    const { buffer } = this;
    const { head, line, scanner } = this.#value!;
    this.#value = undefined;
    const text = head ?? buffer.text.slice(buffer.pos, end);
    const large = head !== undefined || text.length > limits.recordBytes;
    buffer.advance(end);
    return { text: large ? text.slice(0, RAW_CHARS) : text, large, line, scanner };
  }

  refusal(
    code: 'JSON_SYNTAX' | 'JSON_NOT_RECORDS' | 'NESTING_TOO_DEEP',
    message: string,
    at = this.buffer.pos,
  ): StockbusError {
    return new StockbusError(code, message, { line: this.buffer.lineAt(at) });
  }
}
