import type { Request, Response } from 'express';
import { faultOf } from '../../errors.ts';
import { readIdentifier } from '../../identifier.ts';
import type { Runtime } from '../../runtime.ts';
import { tupleKey } from '../../tupleKey.ts';
import type { Caller } from '../auth/Caller.ts';
import type { LiveEvents } from '../events/LiveEvents.ts';
import { isKnown } from '../tagged.ts';
import { forgetBooked } from './forgetBooked.ts';
import { type CacheBounds, ReadCache } from './ReadCache.ts';

/** Addresses beyond it are read each time. */
const KEY_CHARACTERS = 2_048;

/**
 * The cache between routes and what they read: a hit is sent as the answer was, with its tag, an `Age`, and
 * `Stockbus-Cache: hit`. Callers who may see different things never share an answer.
 */
export class CachedReads {
  readonly #cache: ReadCache;
  readonly #live: LiveEvents;
  readonly #runtime: Runtime;
  readonly #visible = new WeakMap<Caller, string>();
  #state: 'new' | 'beginning' | 'following' = 'new';

  constructor(bounds: CacheBounds, live: LiveEvents, runtime: Runtime) {
    this.#cache = new ReadCache(bounds, runtime);
    this.#live = live;
    this.#runtime = runtime;
  }

  /** True where it sent the answer. Else the route reads it, and what it sends with 200 is kept. */
  sent(request: Request, response: Response, caller: Caller): boolean {
    if (request.method !== 'GET' || !this.#follows()) return false;
    const key = this.#keyOf(request, caller);
    if (key.length > KEY_CHARACTERS) return false;
    const found = this.#cache.find(key);
    if (found) {
      const { etag, headers, body, bytes } = found.answer;
      for (const [name, value] of headers) response.setHeader(name, value);
      response.setHeader('age', Math.floor(found.ageMs / 1_000));
      response.setHeader('stockbus-cache', 'hit');
      if (isKnown(request.headers['if-none-match'], etag)) response.status(304).end();
      else response.setHeader('content-length', bytes).end(body);
      return true;
    }
    this.#keepNext(key, request, response);
    return false;
  }

  /** By this process something was booked of these, and who did it was told; `undefined`: of whatever. */
  wrote(skus: ReadonlySet<string> | undefined): void {
    if (skus) this.#cache.forget(skus);
    else this.#cache.clear();
  }

  #keepNext(key: string, request: Request, response: Response): void {
    const reading = this.#cache.begin(key, skuOf(request));
    const before = new Set(response.getHeaderNames());
    response.locals.keep = (body: string | Buffer): void => {
      if (typeof body !== 'string') return;
      const headers = response
        .getHeaderNames()
        .filter((name) => !before.has(name) && name !== 'content-length')
        .map((name) => [name, String(response.getHeader(name))] as const);
      const etag = String(response.getHeader('etag'));
      reading.keep({ etag, headers, body, bytes: Buffer.byteLength(body) });
    };
    response.once('close', () => reading.leave());
  }

  /** Until it follows the events nothing is kept: what was booked in between would be missed. */
  #follows(): boolean {
    if (this.#state !== 'new') return this.#state === 'following';
    this.#state = 'beginning';
    const begun = (): void => {
      this.#state = 'following';
    };
    void (async () => {
      try {
        const { source, closing } = this.#live;
        await forgetBooked(this.#cache, source, closing, begun);
      } catch (error) {
        const { code, message } = faultOf(error);
        this.#runtime.log('warn', 'events.waits', { code, message });
        this.#state = 'new';
      }
    })();
    return false;
  }

  /** What the answer depends on beside what is booked. */
  #keyOf(request: Request, caller: Caller): string {
    let visible = this.#visible.get(caller);
    if (visible === undefined) {
      const { scopes, rows, markerKey } = caller;
      // Markers of one who sees some rows are nobody else's.
      visible = JSON.stringify([[...scopes].sort(), rows ?? null, markerKey?.toString('hex')]);
      this.#visible.set(caller, visible);
    }
    return tupleKey(request.originalUrl, request.headers.accept ?? '', visible);
  }
}

/** The one SKU that the answer is of, as the books name it. */
function skuOf(request: Request): string | undefined {
  const { searchParams } = new URL(request.originalUrl, 'http://localhost');
  const named = request.params.sku ?? searchParams.get('sku') ?? '';
  const sku = readIdentifier(String(named));
  return typeof sku === 'string' && sku !== '' ? sku : undefined;
}
