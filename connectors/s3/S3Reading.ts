/** One object as it is read: the same content from its first byte to its last, whatever breaks meanwhile. */
import { Backoff } from '../../core/backoff.ts';
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { S3Answer, S3Calls } from './S3Bucket.ts';
import { plainEtag, type S3Object } from './s3Listing.ts';

export class S3Reading {
  readonly #bucket: S3Calls;
  readonly #object: S3Object;
  readonly #backoff: Backoff;
  #answer: S3Answer | undefined;

  constructor(bucket: S3Calls, object: S3Object, runtime: Runtime) {
    this.#bucket = bucket;
    this.#object = object;
    const waits = { firstMs: limits.s3FirstWaitMs, maxMs: limits.s3MaxWaitMs };
    this.#backoff = new Backoff(runtime, waits);
  }

  /** False where it is not there any more as it was listed. */
  async begin(): Promise<boolean> {
    const answer = await this.#ask(0);
    if (answer) this.#answer = answer;
    return answer !== undefined;
  }

  /** All of it, once. Where the answer breaks off, it goes on behind the last byte that came. */
  async *body(): AsyncGenerator<Uint8Array> {
    const { key, sizeBytes } = this.#object;
    let answer = this.#answer;
    let at = 0;
    for (;;) {
      if (!answer) {
        const message = `'${key}' in ${this.#bucket.name} was overwritten or removed while it was read`;
        throw new StockbusError('S3_OBJECT_CHANGED', message);
      }
      const before = at;
      try {
        for await (const chunk of this.#bucket.chunks(answer.body, sizeBytes - at)) {
          at += chunk.byteLength;
          yield chunk;
        }
        if (at >= sizeBytes) break;
        throw new StockbusError('S3_UNREACHABLE', `'${key}' came with ${at} of ${sizeBytes} bytes`);
      } catch (error) {
        // A few bytes now and then are no progress: so it would go on for ever.
        if (at - before >= limits.s3AheadBytes) this.#backoff.reset();
        if (this.#backoff.attempts >= limits.s3Attempts - 1) throw error;
        await this.#backoff.wait();
        answer = await this.#ask(at);
      }
    }
    if (at === sizeBytes) return;
    const message = `'${key}' in ${this.#bucket.name} has ${at} bytes, and was listed with ${sizeBytes}`;
    throw new StockbusError('S3_OBJECT_CHANGED', message);
  }

  /** All of a small one. */
  async whole(): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for await (const part of this.body()) parts.push(part);
    return Buffer.concat(parts);
  }

  /** What was begun and is not wanted. */
  end(): void {
    this.#answer?.body.destroy();
  }

  async #ask(at: number): Promise<S3Answer | undefined> {
    const { key, etag } = this.#object;
    const range = at === 0 ? {} : { range: `bytes=${at}-` };
    const headers = { 'if-match': `"${etag}"`, ...range };
    const answer = await this.#bucket.open({
      ...{ method: 'GET', key, headers },
      expects: [404, 412],
    });
    if (answer.status === 404 || answer.status === 412) return undefined;
    const { etag: given, 'content-range': ranged } = answer.headers;
    const isOther = given !== undefined && plainEtag(given) !== etag;
    const isElsewhere = at > 0 && !ranged?.startsWith(`bytes ${at}-`);
    if (!isOther && !isElsewhere) return answer;
    answer.body.destroy();
    if (isOther) return undefined;
    throw new StockbusError('S3_FAILED', `${this.#bucket.name} gave no part of '${key}'`);
  }
}
