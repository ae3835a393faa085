/** Calls to one bucket, each signed, and asked again where the world was wrong for a moment. */
import { createHash } from 'node:crypto';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { AwsV4Signer } from 'aws4fetch';
import { Backoff } from '../../core/backoff.ts';
import { isRetryable, StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';
import { s3Fault, saidBy } from './s3Fault.ts';

export interface S3Config {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  pathStyle: boolean | undefined;
  accessKey: string;
  secretKey: string;
  sessionToken: string | undefined;
}

export interface S3Call {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Of an object; left out: the bucket itself. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: readonly Uint8Array[];
  /** Answers that are no failures, beside 2xx; a bucket that is missing always is one. */
  expects?: readonly number[];
  /** True where the store has much to do before it can answer. */
  isLong?: boolean;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal;
}

export interface S3Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: IncomingMessage;
}

/** What those who use a bucket ask of it. */
export type S3Calls = Pick<S3Bucket, 'name' | 'open' | 'call' | 'chunks' | 'endSoon' | 'close'>;

/** A connection that was idle for so long is not used again. */
const IDLE_MS = 4_000;
/** For what is under way when a source is to stop. */
const END_MS = 2_000;
const MOST_ERROR_BYTES = 64 * 1024;

export class S3Bucket {
  /** What people call it. */
  readonly name: string;
  readonly #config: S3Config;
  readonly #runtime: Runtime;
  readonly #base: URL;
  readonly #agent: Agent;
  readonly #request: typeof request;
  /** Keys for signing are made once a day. */
  readonly #signingKeys = new Map<string, ArrayBuffer>();
  #isEnded = false;

  constructor(config: S3Config, runtime: Runtime) {
    this.#config = config;
    this.#runtime = runtime;
    this.#base = baseOf(config);
    this.name = `s3://${config.bucket}`;
    const isSecure = this.#base.protocol === 'https:';
    const options = { keepAlive: true, timeout: IDLE_MS };
    this.#agent = isSecure ? new SecureAgent(options) : new Agent(options);
    this.#request = isSecure ? secureRequest : request;
  }

  /** The answer, of which the body has not been read; whoever calls reads it, or ends it. */
  async open(call: S3Call): Promise<S3Answer> {
    const waits = { firstMs: limits.s3FirstWaitMs, maxMs: limits.s3MaxWaitMs };
    const backoff = new Backoff(this.#runtime, waits);
    for (;;) {
      try {
        return await this.#once(call);
      } catch (error) {
        const isPassing =
          error instanceof StockbusError &&
          (error.code === 'S3_UNREACHABLE' || error.code === 'S3_FAILED');
        const isOver = this.#isOver(call) || backoff.attempts >= limits.s3Attempts - 1;
        if (!isPassing || isOver) throw error;
        await backoff.wait();
      }
    }
  }

  /** The same with its body, which is small. */
  async call(call: S3Call): Promise<Omit<S3Answer, 'body'> & { body: Buffer }> {
    const waits = { firstMs: limits.s3FirstWaitMs, maxMs: limits.s3MaxWaitMs };
    const backoff = new Backoff(this.#runtime, waits);
    for (;;) {
      const answer = await this.open(call);
      try {
        const give = (): void => void answer.body.destroy(stopped());
        call.signal?.addEventListener('abort', give, { once: true });
        const body = await this.#collected(answer.body, limits.s3AnswerBytes).finally(() =>
          call.signal?.removeEventListener('abort', give),
        );
        return { ...answer, body };
      } catch (error) {
        if (!(error instanceof StockbusError) || !isRetryable(error.fault)) throw error;
        if (this.#isOver(call) || backoff.attempts >= limits.s3Attempts - 1) throw error;
        await backoff.wait();
      }
    }
  }

  /** What comes of a body; each part of it within its time, and all of it not too slowly. */
  async *chunks(body: IncomingMessage, sizeBytes = 0): AsyncGenerator<Buffer> {
    const longestMs = limits.s3AnswerMs + (sizeBytes / limits.s3SlowestBytesPerSecond) * 1_000;
    const parts = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    let waitedMs = 0;
    try {
      for (;;) {
        const sinceMs = this.#runtime.monotonic();
        const timer = this.#runtime.after(limits.s3AnswerMs, () => body.destroy(tooSlow()));
        const part = await parts.next().finally(() => timer.stop());
        if (part.done) break;
        waitedMs += this.#runtime.monotonic() - sinceMs;
        if (waitedMs > longestMs) throw tooSlow();
        yield part.value;
      }
    } catch (error) {
      throw this.#unreachable('the answer broke off', error);
    } finally {
      if (!body.readableEnded) body.destroy();
    }
    if (!body.complete) throw this.#unreachable('the answer broke off', new Error('half of it'));
  }

  /** What is under way has a moment to come to its end; then it is broken off, and nothing is asked again. */
  endSoon(): void {
    this.#runtime.after(END_MS, () => {
      this.#isEnded = true;
      this.close();
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  #isOver({ signal }: S3Call): boolean {
    return this.#isEnded || signal?.aborted === true;
  }

  async #once(call: S3Call): Promise<S3Answer> {
    const { method, key, body = [], expects = [], isLong = false } = call;
    const asked = `${method} ${this.name}${key === undefined ? '' : `/${shortened(key)}`}`;
    const url = this.#urlOf(call);
    const bytes = body.reduce((sum, part) => sum + part.byteLength, 0);
    const headers = await this.#signed(url, call, bytes);
    const sending = this.#request(url, { method, agent: this.#agent, headers });
    const answerMs = isLong ? limits.s3CopyMs : limits.s3AnswerMs;
    const longestMs = answerMs + (bytes / limits.s3SlowestBytesPerSecond) * 1_000;
    const timer = this.#runtime.after(longestMs, () => sending.destroy(tooSlow()));
    const stop = (): void => void sending.destroy(stopped());
    call.signal?.addEventListener('abort', stop, { once: true });
    let response: IncomingMessage;
    try {
      response = await new Promise<IncomingMessage>((resolve, reject) => {
        sending.once('response', resolve).on('error', reject);
        for (const part of body) sending.write(part);
        sending.end();
      });
    } catch (error) {
      throw this.#unreachable(asked, error);
    } finally {
      timer.stop();
      call.signal?.removeEventListener('abort', stop);
    }
    const { statusCode: status = 0 } = response;
    const answer = { status, headers: response.headers, body: response };
    if (status >= 200 && status < 300) return answer;
    const text = await this.#collected(response, MOST_ERROR_BYTES).catch(() => Buffer.alloc(0));
    const refusal = saidBy(status, text.toString());
    if (expects.includes(status) && refusal.code !== 'NoSuchBucket') return answer;
    const ours = new Date(this.#runtime.now()).toISOString();
    const { date: theirs } = response.headers;
    throw s3Fault(refusal, asked, { ours, theirs });
  }

  #urlOf({ key, query = {} }: S3Call): URL {
    const url = new URL(this.#base);
    if (key !== undefined) {
      if (key.split('/').some((part) => part === '.' || part === '..')) {
        throw new StockbusError('S3_REFUSED', `the name '${shortened(key)}' cannot be asked for`);
      }
      url.pathname += key.split('/').map(encoded).join('/');
    }
    const names = Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`);
    url.search = names.join('&');
    return url;
  }

  async #signed(
    url: URL,
    { method, headers = {}, body = [] }: S3Call,
    bytes: number,
  ): Promise<Record<string, string>> {
    const hash = createHash('sha256');
    for (const part of body) hash.update(part);
    const { accessKey, secretKey, sessionToken, region } = this.#config;
    const signer = new AwsV4Signer({
      ...{ method, url: url.href, service: 's3', region, cache: this.#signingKeys },
      headers: { ...headers, 'x-amz-content-sha256': hash.digest('hex') },
      ...{ accessKeyId: accessKey, secretAccessKey: secretKey },
      ...(sessionToken === undefined ? {} : { sessionToken }),
      datetime: new Date(this.#runtime.now()).toISOString().replace(/[:-]|\.\d{3}/g, ''),
    });
    const signed = await signer.sign();
    const all = Object.fromEntries(signed.headers);
    return method === 'GET' || method === 'HEAD' || method === 'DELETE'
      ? all
      : { ...all, 'content-length': String(bytes) };
  }

  async #collected(body: IncomingMessage, mostBytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of this.chunks(body, mostBytes)) {
      bytes += part.byteLength;
      if (bytes > mostBytes) {
        const message = `${this.name}: an answer has more than ${mostBytes} bytes`;
        throw new StockbusError('S3_FAILED', message);
      }
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  #unreachable(asked: string, error: unknown): StockbusError {
    if (error instanceof StockbusError) return error;
    const { code, message } = error as NodeJS.ErrnoException;
    const { host } = this.#base;
    const reason = message || code;
    return new StockbusError('S3_UNREACHABLE', `${asked} (${host}): ${reason}`, undefined, {
      cause: error,
    });
  }
}

const stopped = (): Error => new Error('the source is to stop');
const tooSlow = (): Error => new Error('it is too slow');
const shortened = (key: string): string => (key.length > 120 ? `${key.slice(0, 120)}…` : key);

/** As signatures have it: all but letters, digits and -._~ in percent. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const encodedKey = (key: string): string => key.split('/').map(encoded).join('/');

function baseOf({ endpoint, region, bucket, pathStyle }: S3Config): URL {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const path = url.pathname.replace(/\/+$/, '');
  if (pathStyle ?? endpoint !== undefined) url.pathname = `${path}/${bucket}/`;
  else {
    url.hostname = `${bucket}.${url.hostname}`;
    url.pathname = `${path}/`;
  }
  return url;
}
