import { RandomAccessReader } from 'yauzl';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';

type Read = (error: Error | null, bytes?: number) => void;

/** What is kept of an archive, as yauzl asks for it: by a few bytes, so that blocks of it are read at once. */
export class KeptReader extends RandomAccessReader {
  readonly #kept: KeptBytes;
  #block: Uint8Array = new Uint8Array(0);
  #blockAt = 0;
  /** Why reading failed, where it was not the archive that did. */
  failure: unknown;

  constructor(kept: KeptBytes) {
    super();
    this.#kept = kept;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: Read,
  ): void {
    this.#at(position, length).then(
      (bytes) => {
        buffer.set(bytes, offset);
        callback(null, bytes.byteLength);
      },
      (error: unknown) => {
        this.failure = error;
        callback(error as Error);
      },
    );
  }

  async #at(position: number, length: number): Promise<Uint8Array> {
    // Archives may say any number; beyond its end there is nothing.
    if (!Number.isSafeInteger(position) || position >= this.#kept.size) return new Uint8Array(0);
    const from = position - this.#blockAt;
    if (from >= 0 && from + length <= this.#block.byteLength)
      return this.#block.subarray(from, from + length);
    this.#block = await this.#kept.at(position, Math.max(length, limits.spoolBlockBytes));
    this.#blockAt = position;
    return this.#block.subarray(0, length);
  }
}
