/** Calls a subscriber's endpoint as the Standard Webhooks specification describes it. */
import { createHmac } from 'node:crypto';
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Outgoing, Sink } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { unansweredBy, waitAskedFor } from '../calls/answered.ts';
import { collectBody } from '../calls/collectBody.ts';
import { type CallAnswer, HttpCaller } from '../calls/HttpCaller.ts';

export interface WebhookConfig {
  url: string;
  /** Each signs: two of them while one is exchanged for another. */
  secrets: readonly string[];
  timeoutMs: number;
  headers: Record<string, string>;
}

/** Answers about what a call holds; all others are about the endpoint. */
const OF_CONTENT = new Set([400, 413, 422]);
const GONE = 410;

/**
 * One attempt for each `send`; when to try again is for others to say. The receiver drops
 * repetitions by `webhook-id`, which is the same at every attempt.
 */
export class WebhookSink implements Sink {
  readonly atOnce = limits.webhooksInFlight;
  readonly #config: WebhookConfig;
  readonly #name: string;
  readonly #runtime: Runtime;
  readonly #caller: HttpCaller;
  readonly #keys: readonly Buffer[];
  /** The address without what may be secret in it, for faults and logs. */
  readonly #endpoint: string;

  constructor(config: WebhookConfig, about: { name: string; runtime: Runtime }) {
    this.#config = config;
    this.#name = about.name;
    this.#runtime = about.runtime;
    this.#caller = new HttpCaller(config.url, about.runtime);
    this.#keys = config.secrets.map(keyOf);
    this.#endpoint = shownAddress(config.url);
  }

  async send(outgoing: Outgoing): Promise<void> {
    const body = await collectBody(outgoing);
    this.#judge(await this.#post(outgoing, body));
  }

  async close(): Promise<void> {
    this.#caller.close();
    await Promise.resolve();
  }

  async #post(outgoing: Outgoing, body: Buffer): Promise<CallAnswer> {
    const headers = Object.fromEntries(this.#headers(outgoing, body));
    const startedMs = this.#runtime.monotonic();
    try {
      return await this.#caller.post(headers, body, this.#config.timeoutMs);
    } catch (error) {
      throw this.#unreachable(error);
    } finally {
      const seconds = (this.#runtime.monotonic() - startedMs) / 1_000;
      const labels = { connector: this.#name };
      this.#runtime.metrics.observe('stockbus_webhook_seconds', seconds, labels);
    }
  }

  #headers(outgoing: Outgoing, body: Buffer): Headers {
    const headers = new Headers(this.#config.headers);
    const timestamp = String(Math.floor(this.#runtime.now() / 1_000));
    headers.set('content-type', outgoing.contentType);
    headers.set('webhook-id', outgoing.id);
    headers.set('webhook-timestamp', timestamp);
    if (this.#keys.length > 0) {
      const signatures = this.#keys.map((key) => signature(key, outgoing.id, timestamp, body));
      headers.set('webhook-signature', signatures.join(' '));
    }
    const { traceparent, tracestate } = outgoing.trace ?? {};
    if (traceparent !== undefined) headers.set('traceparent', traceparent);
    if (tracestate !== undefined) headers.set('tracestate', tracestate);
    if (!headers.has('user-agent')) headers.set('user-agent', 'Stockbus');
    return headers;
  }

  #unreachable(error: unknown): StockbusError {
    const reason = unansweredBy(error, this.#config.timeoutMs);
    const message = `connector '${this.#name}': ${this.#endpoint}: ${reason}`;
    return new StockbusError('WEBHOOK_UNREACHABLE', message, undefined, { cause: error });
  }

  #judge({ status, retryAfter }: CallAnswer): void {
    if (status >= 200 && status < 300) return;
    const message = `connector '${this.#name}': ${this.#endpoint} answered ${status}`;
    if (OF_CONTENT.has(status)) throw new StockbusError('WEBHOOK_REFUSED', message);
    if (status === GONE) throw new StockbusError('WEBHOOK_GONE', message);
    const retryAfterMs = waitAskedFor(retryAfter, this.#runtime.now(), limits.retryAfterMaxMs);
    const todo = todoFor(status);
    throw new StockbusError('WEBHOOK_FAILED', message, undefined, {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(todo === undefined ? {} : { todo }),
    });
  }
}

/** What follows the first part of a path is the secret of many a webhook (Slack, Discord, Teams), as a query may be. */
function shownAddress(url: string): string {
  const { origin, pathname } = new URL(url);
  const [, first, more] = /^(\/[^/]*)(.*)$/.exec(pathname)!;
  return `${origin}${first}${more ? '/…' : ''}`;
}

/** Where a person has to do something before it goes on. */
function todoFor(status: number): string | undefined {
  if (status < 400) return 'Set `url` to where it redirects; redirects are not followed.';
  if (status === 401 || status === 403)
    return 'Look at the credentials in `headers`, and at `secret`.';
  if (status === 404 || status === 405) return 'Look at `url`: there is nothing that takes a POST.';
  return undefined;
}

/** `whsec_<base64>` as the specification writes secrets; any other text stands for its own bytes. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8');
}

/** `v1,<base64>` over id, timestamp and body. */
function signature(key: Buffer, id: string, timestamp: string, body: Buffer): string {
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body);
  return `v1,${mac.digest('base64')}`;
}
