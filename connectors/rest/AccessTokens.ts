/** Access tokens by client credentials (RFC 6749, §4.4): asked for once, and used until shortly before they end. */
import { StockbusError } from '../../core/errors.ts';
import type { Runtime } from '../../core/runtime.ts';
import { unansweredBy } from '../calls/answered.ts';
import { type FoundAnswer, HttpCaller } from '../calls/HttpCaller.ts';
import { parsedJson, pointedAt, textAt } from './jsonPointer.ts';

export interface ClientCredentials {
  /** Where tokens are given. */
  url: string;
  id: string;
  secret: string;
  scope: string | undefined;
  audience: string | undefined;
  /** How the client says who it is: in the header (as RFC 6749 has it first), or in the body. */
  by: 'header' | 'body';
}

interface Token {
  text: string;
  untilMs: number;
}

/** A token is not used any more so long before its end. */
const SPARE_MS = 60_000;
/** Where it is not said for how long one is good. */
const UNSAID_MS = 300_000;
const MOST_BYTES = 64 * 1024;

export class AccessTokens {
  readonly #client: ClientCredentials;
  readonly #about: { name: string; runtime: Runtime; timeoutMs: number };
  readonly #caller: HttpCaller;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;

  constructor(
    client: ClientCredentials,
    about: { name: string; runtime: Runtime; timeoutMs: number; onlyPublic: boolean },
  ) {
    this.#client = client;
    this.#about = about;
    this.#caller = new HttpCaller(client.url, about.runtime, { onlyPublic: about.onlyPublic });
  }

  /** Throws REST_DENIED where none is given to us, and REST_UNREACHABLE. */
  async get(): Promise<string> {
    const { runtime } = this.#about;
    if (this.#token && runtime.monotonic() < this.#token.untilMs) return this.#token.text;
    // All that need one wait for one answer.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    this.#token = await this.#asking;
    return this.#token.text;
  }

  /** The other side does not take it any more. */
  forget(text: string): void {
    if (this.#token?.text === text) this.#token = undefined;
  }

  close(): void {
    this.#caller.close();
  }

  async #ask(): Promise<Token> {
    const { runtime, timeoutMs } = this.#about;
    const { url, id, secret, scope, audience, by } = this.#client;
    const form = new URLSearchParams({ grant_type: 'client_credentials' });
    if (scope !== undefined) form.set('scope', scope);
    if (audience !== undefined) form.set('audience', audience);
    if (by === 'body') form.set('client_id', id);
    if (by === 'body') form.set('client_secret', secret);
    const headers = {
      ...{ accept: 'application/json', 'user-agent': 'Stockbus' },
      'content-type': 'application/x-www-form-urlencoded',
      ...(by === 'header' ? { authorization: basicOf(id, secret) } : {}),
    };
    const call = { method: 'POST' as const, headers, body: Buffer.from(form.toString()) };
    const answer = await this.#caller
      .call(new URL(url), call, timeoutMs, MOST_BYTES)
      .catch((error: unknown) => {
        const message = this.#said(unansweredBy(error, timeoutMs));
        throw new StockbusError('REST_UNREACHABLE', message, undefined, { cause: error });
      });
    return this.#read(answer, runtime.monotonic());
  }

  #read({ status, body }: FoundAnswer, nowMs: number): Token {
    if (status >= 500 || status === 429)
      throw new StockbusError('REST_UNREACHABLE', this.#said(`answered ${status}`));
    const given = parsedJson(body);
    const text = pointedAt(given, '/access_token');
    if (status !== 200 || typeof text !== 'string' || !/^[\x21-\x7e]+$/.test(text)) {
      const said = textAt(given, '/error')?.slice(0, 60) ?? '';
      const todo = 'Look at `oauth2` of the connector: address, id, secret, scope.';
      const message = this.#said(`answered ${status} ${said} and gave no token`);
      throw new StockbusError('REST_DENIED', message, undefined, { todo });
    }
    const seconds = /^\d{1,9}$/.exec(textAt(given, '/expires_in') ?? '')?.[0];
    const lastsMs = seconds === undefined ? UNSAID_MS : parseInt(seconds, 10) * 1_000;
    return { text, untilMs: nowMs + Math.max(lastsMs - SPARE_MS, lastsMs / 2) };
  }

  #said(what: string): string {
    const { origin, pathname } = new URL(this.#client.url);
    return `connector '${this.#about.name}': ${origin}${pathname}: ${what}`;
  }
}

/** RFC 6749, §2.3.1: both parts are encoded as those of a form. */
function basicOf(id: string, secret: string): string {
  const encoded = (part: string): string => new URLSearchParams([['', part]]).toString().slice(1);
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString('base64')}`;
}
