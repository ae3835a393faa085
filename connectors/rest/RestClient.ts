import type { OutgoingHttpHeaders } from 'node:http';
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';
import { unansweredBy, waitAskedFor } from '../calls/answered.ts';
import { type FoundAnswer, HttpCaller, type OutgoingCall } from '../calls/HttpCaller.ts';
import { lowered } from '../calls/lowered.ts';
import { PrivateAddress } from '../calls/publicOnly.ts';
import { AccessTokens, type ClientCredentials } from './AccessTokens.ts';

export interface RestConfig {
  /** Paths of flows lie below it. */
  url: string;
  headers: Readonly<Record<string, string>>;
  oauth2: ClientCredentials | undefined;
  timeoutMs: number;
  /** This machine and private networks may be called. */
  allowsPrivate: boolean;
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/**
 * Calls a partner's API as who we are there. Credentials go to its origin alone: a redirect or a next page that leads
 * elsewhere is not followed.
 */
export class RestClient {
  readonly base: URL;
  readonly #config: RestConfig;
  readonly #name: string;
  readonly #runtime: Runtime;
  readonly #caller: HttpCaller;
  readonly #tokens: AccessTokens | undefined;

  constructor(config: RestConfig, { name, runtime }: { name: string; runtime: Runtime }) {
    this.base = new URL(config.url.replace(/\/?$/, '/'));
    this.#config = config;
    this.#name = name;
    this.#runtime = runtime;
    const onlyPublic = !config.allowsPrivate;
    this.#caller = new HttpCaller(config.url, runtime, { onlyPublic });
    const { oauth2, timeoutMs } = config;
    this.#tokens = oauth2 && new AccessTokens(oauth2, { name, runtime, timeoutMs, onlyPublic });
  }

  /** Follows redirects within the origin. Any answer but one that redirects or denies is the caller's to judge. */
  async get(url: URL, headers: OutgoingHttpHeaders): Promise<FoundAnswer> {
    let at = url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
      const answer = await this.call(at, { method: 'GET', headers });
      if (!REDIRECTS.has(answer.status)) return answer;
      at = this.within(answer.headers.location ?? '', at, 'it redirects');
    }
    throw this.failed('REST_FAILED', url, `redirects more than ${MOST_REDIRECTS} times`);
  }

  /** One call, and one more with another token where ours is not taken any more. Throws REST_UNREACHABLE and REST_DENIED. */
  async call(url: URL, call: OutgoingCall): Promise<FoundAnswer> {
    const first = await this.#authorized(url, call);
    const isOld = first.answer.status === 401 && first.token !== undefined;
    if (isOld) this.#tokens?.forget(first.token!);
    const { answer } = isOld ? await this.#authorized(url, call) : first;
    const { status } = answer;
    if (status !== 401 && status !== 407) return answer;
    throw this.failed('REST_DENIED', url, `answered ${status}`);
  }

  /** An address that an answer named; throws where it is of another origin. */
  within(address: string, from: URL, what: string): URL {
    const url =
      address !== '' && URL.canParse(address, from.href) ? new URL(address, from) : undefined;
    if (url?.origin === this.base.origin) return url;
    const where = url ? `to ${url.origin}, where our credentials do not go` : 'to no address';
    const todo = 'Where that is meant, set `url` of the connector to it.';
    throw this.failed('REST_FAILED', from, `${what} ${where}`, { todo });
  }

  /** The path without that of our address and without any query: either may be a secret. */
  shownPath({ pathname }: URL): string {
    const base = this.base.pathname;
    if (base === '/') return pathname;
    return pathname.startsWith(base) ? `/…/${pathname.slice(base.length)}` : '/…';
  }

  failed(
    code: 'REST_FAILED' | 'REST_DENIED' | 'REST_UNREACHABLE' | 'REST_REFUSED',
    url: URL,
    what: string,
    more: { todo?: string; retryAfterMs?: number; cause?: unknown } = {},
  ): StockbusError {
    const place = url.origin + this.shownPath(url);
    const message = `connector '${this.#name}': ${place}: ${what}`;
    return new StockbusError(code, message, undefined, more);
  }

  /** What an answer says that is none of success. */
  judged(url: URL, { status, retryAfter }: FoundAnswer): StockbusError {
    const retryAfterMs = waitAskedFor(retryAfter, this.#runtime.now(), limits.retryAfterMaxMs);
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    return this.failed(
      status === 403 ? 'REST_DENIED' : 'REST_FAILED',
      url,
      `answered ${status}`,
      wait,
    );
  }

  close(): void {
    this.#caller.close();
    this.#tokens?.close();
  }

  async #authorized(
    url: URL,
    { headers, ...call }: OutgoingCall,
  ): Promise<{ answer: FoundAnswer; token: string | undefined }> {
    const { timeoutMs } = this.#config;
    const token = await this.#tokens?.get();
    const all = {
      ...{ 'user-agent': 'Stockbus', 'accept-encoding': 'identity' },
      ...lowered(this.#config.headers),
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    try {
      const sent = { ...call, headers: all };
      return {
        answer: await this.#caller.call(url, sent, timeoutMs, limits.restAnswerBytes),
        token,
      };
    } catch (cause) {
      const todo = 'Where that is meant, set `private: true` in the connector.';
      const more = cause instanceof PrivateAddress ? { cause, todo } : { cause };
      throw this.failed('REST_UNREACHABLE', url, unansweredBy(cause, timeoutMs), more);
    }
  }
}
