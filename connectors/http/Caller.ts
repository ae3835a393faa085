import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';

export interface CallAnswer {
  status: number;
  retryAfter: string | undefined;
}

/** Nobody answered in time. */
export class TooLate extends Error {}

/** A connection that was idle for so long is not used again: many a server ends it after five seconds. */
const IDLE_MS = 4_000;

/**
 * Posts to one address, over connections that are used again. Not by `fetch`: each call of it leaves what is
 * held by weak references, which V8 takes for alive until it looks at the whole heap, so that the
 * little collections between take ten milliseconds and more.
 */
export class Caller {
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #request: typeof request;
  readonly #runtime: Runtime;

  constructor(url: string, runtime: Runtime) {
    this.#url = new URL(url);
    const isSecure = this.#url.protocol === 'https:';
    const options = { keepAlive: true, timeout: IDLE_MS };
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
    const call = this.#request(this.#url, { method: 'POST', agent: this.#agent, headers });
    let isLate = false;
    const timer = this.#runtime.after(timeoutMs, () => {
      isLate = true;
      call.destroy();
    });
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        call.once('response', resolve).on('error', reject).end(body);
      });
      await discard(response);
      return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] };
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

/** Reads the little that an answer may hold, so that the connection can be used again; of more it is ended. */
async function discard(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > limits.webhookAnswerBytes) return;
  }
}
