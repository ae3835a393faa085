import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';

/** What one payload may grow to. A few bytes can say that they are a terabyte. */
export class UnpackBound {
  readonly #name: string;
  /** Of an archive, whose entries may say the same bytes. */
  readonly #size: number | undefined;
  #taken = 0;
  #unpacked = 0;

  constructor(name: string, size?: number) {
    this.#name = name;
    this.#size = size;
  }

  took(bytes: number): void {
    this.#taken += bytes;
  }

  /** Throws PACKED_TOO_LARGE. */
  gave(bytes: number): void {
    this.#unpacked += bytes;
    const { unpackedBytes, unpackedRatio, unpackedFreeBytes } = limits;
    if (this.#unpacked > unpackedBytes)
      this.#refuse(`it is more than ${unpackedBytes / 2 ** 20} MiB`);
    if (this.#unpacked <= unpackedFreeBytes) return;
    const packed = this.#size ?? this.#taken;
    if (this.#unpacked > packed * unpackedRatio)
      this.#refuse(`${packed} bytes are ${this.#unpacked}, more than ${unpackedRatio} for each`);
  }

  #refuse(why: string): never {
    const error = new StockbusError('PACKED_TOO_LARGE', `unpacked, ${why}`, { file: this.#name });
    error.ofPayload = true;
    throw error;
  }
}
