import { limits } from '../../limits.ts';

/** Bytes that are there for texts at first, and are added at least. */
const STEP_BYTES = 256 * 1024;
/** The bound, and one text beyond it. */
const MOST_BYTES = limits.workbookTextBytes + limits.recordBytes * 3 + STEP_BYTES;

/**
 * Texts that cells share, as bytes side by side: as strings they would take four times the memory. The bytes grow where they
 * are: copied into larger ones, they would be there three times until somebody clears them away.
 */
export class SharedTexts {
  readonly #memory = new ArrayBuffer(STEP_BYTES, { maxByteLength: MOST_BYTES });
  #bytes = Buffer.from(this.#memory);
  #ends = new Uint32Array(1_024);
  #count = 0;

  /** Bytes of all texts. */
  get size(): number {
    return this.#count === 0 ? 0 : this.#ends[this.#count - 1]!;
  }

  add(text: string): void {
    const from = this.size;
    // At most three bytes a unit.
    const wanted = from + text.length * 3;
    if (wanted > this.#bytes.length) {
      this.#memory.resize(Math.min(MOST_BYTES, wanted + STEP_BYTES));
      this.#bytes = Buffer.from(this.#memory);
    }
    if (this.#count === this.#ends.length) {
      const more = new Uint32Array(this.#ends.length * 2);
      more.set(this.#ends);
      this.#ends = more;
    }
    this.#ends[this.#count] = from + this.#bytes.write(text, from);
    this.#count += 1;
  }

  at(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.#count) return undefined;
    const from = index === 0 ? 0 : this.#ends[index - 1]!;
    return this.#bytes.toString('utf8', from, this.#ends[index]!);
  }
}
