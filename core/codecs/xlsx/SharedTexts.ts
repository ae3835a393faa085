/** Bytes that are there for texts at first. */
const FIRST_BYTES = 64 * 1024;

/** Texts that cells share, as bytes side by side: as strings they would take four times the memory. */
export class SharedTexts {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
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
      const larger = Buffer.allocUnsafe(Math.max(wanted, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, from);
      this.#bytes = larger;
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
