import { incompleteBytes, joinBytes, wordAt } from './byteChunks.ts';

const LINE_FEED = 0x0a;

/** The first word that only UTF-8 explains, and its line. */
export interface Utf8Word {
  bytes: Uint8Array;
  line: number;
}

/**
 * Looks over the bytes of a text in a single-byte encoding for those of UTF-8: letters of such an
 * encoding hardly ever stand as its sequences want them, and never all of them do.
 */
export class Utf8Watch {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #held: Uint8Array = new Uint8Array(0);
  #isUtf8 = true;
  #line = 1;
  #first: Utf8Word | undefined;

  push(chunk: Uint8Array): void {
    if (!this.#isUtf8) return;
    const bytes = joinBytes(this.#held, chunk);
    const complete = bytes.length - incompleteBytes(bytes, 'utf-8');
    const whole = bytes.subarray(0, complete);
    this.#held = bytes.slice(complete);
    this.#isUtf8 = this.#decodes(whole);
    if (this.#isUtf8 && !this.#first) this.#look(whole);
  }

  /** Where all bytes beyond ASCII that have come make characters of UTF-8, the first of them. */
  get found(): Utf8Word | undefined {
    return this.#isUtf8 ? this.#first : undefined;
  }

  /** As `found`, once no more comes: a character that is cut short is none. */
  get foundAtEnd(): Utf8Word | undefined {
    return this.#held.length === 0 ? this.found : undefined;
  }

  #decodes(bytes: Uint8Array): boolean {
    try {
      this.#decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  }

  #look(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (byte === LINE_FEED) this.#line += 1;
      if (byte < 0x80) continue;
      this.#first = { bytes: wordAt(bytes, at, 'utf-8'), line: this.#line };
      return;
    }
  }
}
