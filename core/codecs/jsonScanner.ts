import { limits } from '../limits.ts';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const SPACE = 32;

/**
 * Finds where one JSON value ends, in text that comes in pieces, without building anything. It minds
 * strings and brackets only; whether the rest is well-formed shows when the value is parsed.
 */
export class JsonScanner {
  /** Members of all objects in the value. */
  members = 0;
  /** Set where the value is nested deeper than the bound. */
  tooDeep = false;
  /** What makes it impossible to say where the value ends. */
  broken: string | undefined;
  readonly #open: number[] = [];
  /** Levels open beyond the bound; their kind is not kept. */
  #beyond = 0;
  #inString = false;
  #escaped = false;
  #inScalar = false;

  /** Where the value ends, if that is in `text`; else -1, to be called again with what follows. */
  scan(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      if (this.#inString) {
        at = this.#string(text, at);
        if (this.broken !== undefined) return at;
        if (this.#inString) return -1;
        if (this.#depth() === 0) return at + 1;
        continue;
      }
      const code = text.charCodeAt(at);
      if (this.#inScalar && endsScalar(code)) return at;
      if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_OBJECT || code === OPEN_ARRAY) this.#enter(code);
      else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
        if (!this.#leave(code)) return at;
        if (this.#depth() === 0) return at + 1;
      } else if (code === COLON) this.members += 1;
      else if (this.#open.length === 0) this.#inScalar = true;
    }
    return -1;
  }

  /** At the end of all text: whether a number or a word ends there. */
  endsHere(): boolean {
    return this.#inScalar;
  }

  /** The index of the closing quote, or of the last character when the string goes on. */
  #string(text: string, from: number): number {
    for (let at = from; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (this.#escaped) this.#escaped = false;
      else if (code === BACKSLASH) this.#escaped = true;
      else if (code === QUOTE) {
        this.#inString = false;
        return at;
      } else if (code < SPACE) {
        this.broken = 'a string is not closed in its line';
        return at;
      }
    }
    return text.length - 1;
  }

  #depth(): number {
    return this.#open.length + this.#beyond;
  }

  #enter(code: number): void {
    if (this.#open.length < limits.nestingLevels) {
      this.#open.push(code);
    } else {
      this.tooDeep = true;
      this.#beyond += 1;
    }
  }

  #leave(code: number): boolean {
    if (this.#beyond > 0) {
      this.#beyond -= 1;
      return true;
    }
    const opened = this.#open.pop();
    if (opened === (code === CLOSE_OBJECT ? OPEN_OBJECT : OPEN_ARRAY)) return true;
    this.broken = `'${String.fromCharCode(code)}' closes what was not opened`;
    return false;
  }
}

function endsScalar(code: number): boolean {
  return (
    code === COMMA ||
    code === CLOSE_ARRAY ||
    code === CLOSE_OBJECT ||
    code === SPACE ||
    (code >= 9 && code <= 13)
  );
}
