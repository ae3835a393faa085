import { MAX_INT64 } from './decimal.ts';
import { StockbusError } from './errors.ts';
import { quoted } from './quoted.ts';

const FIRST_BYTES = 64 * 1024;
/** Of a longer buffer another takes the place. */
const KEPT_BYTES = 1024 * 1024;
/** Of a character of a text. */
const MOST_BYTES = 3;
/** Of a number that a double holds exactly, with its sign and a comma. */
const NUMBER_BYTES = 18;
const BILLION = 1_000_000_000;

const codeOf = (character: string): number => character.charCodeAt(0);
const [COMMA, QUOTE, MINUS, ZERO] = [codeOf(','), codeOf('"'), codeOf('-'), codeOf('0')];
/** Of ASCII. */
const CODES = 128;
/** Characters that stand in a quoted text as themselves. */
const isPlain = Uint8Array.from({ length: CODES }, (_, code) =>
  /[\w .:/#@-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/**
 * Where a JSON text is written value by value, in UTF-8, with a comma wherever one must stand. The buffer is used
 * again for one text after another, so that no piece of them is an object of its own.
 */
export class JsonBuffer {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  #isAscii = true;
  /** Whether a comma is to come before the next value. */
  #isAfterValue = false;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
    this.#isAscii = true;
    this.#isAfterValue = false;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** From a byte to another, which begin characters. */
  text(from: number, until: number): string {
    return this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', from, until);
  }

  /** All of it, until more is written. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** What is no value of a list or an object, as it stands. */
  plain(text: string): this {
    this.#write(text);
    this.#isAfterValue = false;
    return this;
  }

  /** A value that is JSON already. */
  json(text: string): this {
    this.#begin(0);
    this.#write(text);
    return this;
  }

  open(bracket: '[' | '{'): this {
    this.json(bracket);
    this.#isAfterValue = false;
    return this;
  }

  close(bracket: ']' | '}'): this {
    this.#write(bracket);
    this.#isAfterValue = true;
    return this;
  }

  /** Name of the field whose value comes next. */
  key(name: string): this {
    return this.string(name).plain(':');
  }

  /** The next value stands in a line of its own. */
  line(): this {
    return this.#isAfterValue ? this.plain(',\n') : this;
  }

  list<Row>(rows: readonly Row[], write: (row: Row) => void): this {
    this.open('[');
    for (let index = 0; index < rows.length; index += 1) write(rows[index]!);
    return this.close(']');
  }

  /** As `quoted` has it, or somebody else who leaves a plain text as it is. */
  string(text: string, written: (text: string) => string = quoted): this {
    const { length } = text;
    this.#begin(length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at] = QUOTE;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= CODES || isPlain[code] === 0) {
        this.#write(written(text));
        return this;
      }
      at += 1;
      bytes[at] = code;
    }
    bytes[at + 1] = QUOTE;
    this.#length = at + 2;
    return this;
  }

  /** A whole number, as text where a double does not hold it exactly. Throws STOCK_OUT_OF_RANGE. */
  exact(number: bigint): this {
    const double = Number(number);
    if (Number.isSafeInteger(double)) return this.number(double);
    if (number <= MAX_INT64 && number >= -MAX_INT64) return this.json(`"${number}"`);
    throw new StockbusError('STOCK_OUT_OF_RANGE', 'a quantity or value exceeds 64 bits', {
      field: 'quantity',
    });
  }

  /** A whole number that a double holds exactly. */
  number(number: number): this {
    this.#begin(NUMBER_BYTES);
    if (number < 0) this.#byte(MINUS);
    const size = Math.abs(number);
    if (size < BILLION) {
      this.#digits(size, digitsIn(size));
      return this;
    }
    const low = size % BILLION;
    const high = (size - low) / BILLION;
    this.#digits(high, digitsIn(high));
    this.#digits(low, 9);
    return this;
  }

  /** The last of so many digits, of a number below a billion. */
  #digits(number: number, count: number): void {
    let rest = number | 0;
    const end = this.#length + count;
    for (let at = end - 1; at >= this.#length; at -= 1) {
      const next = (rest / 10) | 0;
      this.#bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length = end;
  }

  /** Of a value of at most so many bytes. */
  #begin(bytes: number): void {
    this.#makeRoom(bytes + 1);
    if (this.#isAfterValue) this.#byte(COMMA);
    this.#isAfterValue = true;
  }

  /** There must be room for it. */
  #byte(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #write(text: string): void {
    const { length } = text;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    const start = this.#length;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= CODES) {
        this.#writeWide(text);
        return;
      }
      bytes[start + index] = code;
    }
    this.#length = start + length;
  }

  #writeWide(text: string): void {
    this.#makeRoom(text.length * MOST_BYTES);
    this.#isAscii = false;
    this.#length += this.#bytes.write(text, this.#length);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(needed * 2);
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}

/** In a number below a billion. */
function digitsIn(number: number): number {
  let count = 1;
  for (let least = 10; number >= least; least *= 10) count += 1;
  return count;
}
