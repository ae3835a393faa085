import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Compressed at once: single rows would take more time and more bytes. */
const BLOCK_BYTES = 64 * 1024;

/** Bytes that come one by one and wait for their time, compressed. */
export class HeldBytes {
  readonly #packed: Uint8Array[] = [];
  #plain: Uint8Array[] = [];
  #plainBytes = 0;

  add(bytes: Uint8Array): void {
    this.#plain.push(bytes);
    this.#plainBytes += bytes.byteLength;
    if (this.#plainBytes < BLOCK_BYTES) return;
    this.#packed.push(deflateRawSync(Buffer.concat(this.#plain)));
    this.#plain = [];
    this.#plainBytes = 0;
  }

  *blocks(): Generator<Uint8Array> {
    for (const block of this.#packed) yield inflateRawSync(block);
    yield Buffer.concat(this.#plain);
  }
}
