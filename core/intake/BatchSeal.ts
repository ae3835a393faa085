import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * By what a process knows a batch that it took in itself, all of it, so that it need not look at each command
 * again. The key is made when the process starts, is the same in its threads, and is written nowhere: whoever
 * can write to the broker cannot make a seal, and what another process took in is looked at.
 */
export class BatchSeal {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** `digest` is of the text of its only part. */
  of(digest: string): string {
    return this.#mac(digest).toString('base64url');
  }

  fits(seal: unknown, digest: string): boolean {
    if (typeof seal !== 'string') return false;
    const [given, made] = [Buffer.from(seal, 'base64url'), this.#mac(digest)];
    return given.length === made.length && timingSafeEqual(given, made);
  }

  #mac(digest: string): Buffer {
    return createHmac('sha256', this.#key).update(digest).digest();
  }
}
