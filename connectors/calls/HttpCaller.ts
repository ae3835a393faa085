import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';
import { publicOnly, refusePrivate } from './publicOnly.ts';

export interface CallAnswer {
  status: number;
  retryAfter: string | undefined;
}

/** An answer of which the body is wanted, unless it is larger than it may be. */
export interface FoundAnswer extends CallAnswer {
  contentType: string | undefined;
  headers: IncomingHttpHeaders;
  body: Buffer | undefined;
}

export interface CallerOptions {
  /** Addresses of this machine and of private networks are not called, whatever name leads there. */
  onlyPublic?: boolean;
}

/** What is sent to a path of the address. */
export interface OutgoingCall {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  headers: OutgoingHttpHeaders;
  body?: Uint8Array;
}

/** Nobody answered in time. */
export class TooLate extends Error {}

/** A connection that was idle for so long is not used again: many a server ends it after five seconds. */
const IDLE_MS = 4_000;

/**
 * Calls one address, over connections that are used again. Not by `fetch`: each call of it leaves what is
 * held by weak references, which V8 takes for alive until it looks at the whole heap, so that the
 * little collections between take ten milliseconds and more.
 */
export class HttpCaller {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #request: typeof request;
  readonly #runtime: Runtime;
  readonly #onlyPublic: boolean;

  constructor(url: string, runtime: Runtime, { onlyPublic = false }: CallerOptions = {}) {
    this.#url = new URL(url);
    const isSecure = this.#url.protocol === 'https:';
    this.#onlyPublic = onlyPublic;
    const lookup = onlyPublic ? { lookup: publicOnly } : {};
    const options = { keepAlive: true, timeout: IDLE_MS, ...lookup };
    this.#agent = isSecure ? new SecureAgent(options) : new Agent(options);
    this.#request = isSecure ? secureRequest : request;
    this.#runtime = runtime;
  }

  /** The answer, when all of it is there. Throws TooLate, and what the network says. */
  async post(
    headers: OutgoingHttpHeaders,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<CallAnswer> {
    return this.#call(this.#url, { method: 'POST', headers, body }, timeoutMs, async (response) => {
      await discard(response);
      return answerOf(response);
    });
  }

  /** The same of what lies at another path of the address, with its body where it has so many bytes at most. */
  async get(
    url: URL,
    headers: OutgoingHttpHeaders,
    timeoutMs: number,
    mostBytes: number,
  ): Promise<FoundAnswer> {
    return this.call(url, { method: 'GET', headers }, timeoutMs, mostBytes);
  }

  /** Any call, with the body of its answer where that has so many bytes at most. */
  async call(
    url: URL,
    call: OutgoingCall,
    timeoutMs: number,
    mostBytes: number,
  ): Promise<FoundAnswer> {
    return this.#call(url, call, timeoutMs, async (response) => ({
      ...answerOf(response),
      contentType: response.headers['content-type'],
      headers: response.headers,
      body: await collected(response, mostBytes),
    }));
  }

  async #call<Answer>(
    url: URL,
    { method, headers, body }: OutgoingCall,
    timeoutMs: number,
    take: (response: IncomingMessage) => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#onlyPublic) refusePrivate(url.hostname);
    const call = this.#request(url, { method, agent: this.#agent, headers });
    let isLate = false;
    const timer = this.#runtime.after(timeoutMs, () => {
      isLate = true;
      call.destroy();
    });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        call.once('response', resolve).on('error', reject).end(body);
      });
      return await take(response);
    } catch (error) {
      throw isLate ? new TooLate() : error;
    } finally {
      timer.stop();
    }
  }

  close(): void {
    this.#agent.destroy();
  }
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage): CallAnswer => ({
  status: statusCode,
  retryAfter: headers['retry-after'],
});

/** Of a body that is larger nothing, and its connection is ended. */
async function collected(
  response: IncomingMessage,
  mostBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads the little that an answer may hold, so that the connection can be used again; of more it is ended. */
async function discard(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > limits.webhookAnswerBytes) return;
  }
}
