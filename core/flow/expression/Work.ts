/**
 * How much one evaluation does and makes. It is counted, not timed, so that the same record is taken or
 * refused alike on any machine and on any day.
 */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Scope } from '../../ports.ts';

/** About what the platform takes for them besides the characters of texts. */
const VALUE_BYTES = 16;
const OBJECT_BYTES = 64;
/** Of a list or an object that is counted anew each time. */
const SMALL_BYTES = 512;
/** Bytes that are moved as fast as one step is made. */
const BYTES_PER_STEP = 64;

export class Work {
  #scope: Scope | undefined;
  #steps = 0;
  #bound = 0;
  /** Set where the work cannot give way, and is to be left to the library when it takes long. */
  #isAtOnce = false;
  #open = 0;
  #made = 0;
  #sizes = new Map<object, { bytes: number; levels: number }>();

  begin(scope: Scope, isAtOnce = false): void {
    this.#scope = scope;
    this.#isAtOnce = isAtOnce;
    this.#steps = 0;
    this.#bound = limits.expressionSteps;
    this.#open = 0;
    this.#made = 0;
    this.#forget();
  }

  /** What this evaluation did so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Branches that were left behind by a fault stop at their next step. */
  end(): void {
    this.#bound = -1;
    this.#scope = undefined;
    this.#forget();
  }

  #forget(): void {
    if (this.#sizes.size > 0) this.#sizes = new Map();
  }

  enter(): void {
    this.#open += 1;
    if (this.#open > limits.expressionOpen) {
      throw runaway(`waits for more than ${limits.expressionOpen} evaluations inside each other`);
    }
    this.charge(1);
  }

  leave(): void {
    this.#open -= 1;
  }

  charge(steps: number): void {
    this.#steps += steps;
    if (this.#steps > this.#bound) this.#raiseBound();
  }

  /** For going once through a text, or through the entries of a list or an object. */
  goneThrough(value: unknown): void {
    this.charge(Math.floor(shallowBytes(value) / BYTES_PER_STEP));
  }

  /** For going through a value with all that is in it. */
  goneThroughAll(value: unknown): void {
    this.charge(Math.floor(this.sizeOf(value) / BYTES_PER_STEP));
  }

  /** For a value that was not there before. */
  made(value: unknown): void {
    this.sizeOf(value);
    const bytes = shallowBytes(value);
    this.charge(Math.floor(bytes / BYTES_PER_STEP));
    this.#made += bytes;
    if (this.#isAtOnce && this.#made > limits.expressionMadeBytesAtOnce) throw tooMuchAtOnce;
    if (this.#made <= limits.expressionMadeBytes) return;
    throw runaway(`makes texts and lists of more than ${limits.expressionMadeBytes} bytes in all`);
  }

  /** Bytes of a value, where what is in it twice counts twice. Throws when they are too many. */
  sizeOf(value: unknown): number {
    if (typeof value === 'string') return this.text(value.length);
    return typeof value === 'object' ? this.#size(value).bytes : VALUE_BYTES;
  }

  /** Throws when a text is, or would be, too long. */
  text(characters: number): number {
    if (characters <= limits.expressionCharacters) return characters;
    throw runaway(`makes a text of more than ${limits.expressionCharacters} characters`);
  }

  /** How a number or a date is to be written. */
  picture(value: unknown): void {
    if (typeof value !== 'string' || value.length <= limits.pictureCharacters) return;
    throw runaway(`writes by a picture of more than ${limits.pictureCharacters} characters`);
  }

  /** The bound grows with the record: a large one may take more. */
  #raiseBound(): void {
    if (this.#isAtOnce) throw tooMuchAtOnce;
    const bound = this.#scope
      ? limits.expressionSteps +
        limits.expressionStepsPerByte *
          bytesOf([...new Set([this.#scope.value, this.#scope.source, this.#scope.outer])])
      : 0;
    if (this.#steps > bound) throw runaway(`takes more than ${bound} steps over this record`);
    this.#bound = bound;
  }

  #size(value: object | null): { bytes: number; levels: number } {
    if (value === null || isFunction(value)) return { bytes: VALUE_BYTES, levels: 0 };
    const known = this.#sizes.size > 0 ? this.#sizes.get(value) : undefined;
    if (known) return known;
    let bytes = OBJECT_BYTES;
    let levels = 0;
    for (const part of Array.isArray(value) ? value : Object.values(value)) {
      bytes += VALUE_BYTES;
      if (typeof part === 'string') bytes += part.length;
      else if (typeof part === 'object' && part !== null) {
        const inner = this.#size(part);
        bytes += inner.bytes;
        levels = Math.max(levels, inner.levels);
      }
      if (bytes > limits.expressionBytes) {
        throw runaway(`makes a value of more than ${limits.expressionBytes} bytes`);
      }
    }
    if (levels >= limits.expressionLevels) {
      throw runaway(`makes a value of more than ${limits.expressionLevels} levels`);
    }
    const size = { bytes, levels: levels + 1 };
    // What is small and has nothing in it is sooner counted than looked up.
    if (levels > 0 || bytes > SMALL_BYTES) this.#sizes.set(value, size);
    return size;
  }
}

/** Thrown where it shall go on in the library, which gives way. No record has it as its fault. */
export const tooMuchAtOnce = new Error('the expression takes long');

const isFunction = (value: object): boolean =>
  '_jsonata_lambda' in value || '_jsonata_function' in value;

export const runaway = (what: string): StockbusError =>
  new StockbusError('EXPR_RUNAWAY', `the expression ${what}`);

function shallowBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || isFunction(value)) return 0;
  const entries = Array.isArray(value) ? value.length : Object.keys(value).length;
  return OBJECT_BYTES + VALUE_BYTES * entries;
}

/** Characters of a record, about as it came. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let bytes = 1;
  for (const part of Array.isArray(value) ? value : Object.values(value)) bytes += bytesOf(part);
  return bytes;
}
