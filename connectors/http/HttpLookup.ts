/** Asks an address for what lies at paths of it, by GET. */
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Lookup } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { isPassingStatus, unansweredBy, waitAskedFor } from '../calls/answered.ts';
import { type FoundAnswer, HttpCaller } from '../calls/HttpCaller.ts';
import { lowered } from '../calls/lowered.ts';

/** Whoever is asked does not know us, or not any more: that is no fault of any record. */
const OF_THE_HUB = new Set([401, 402, 403, 407]);
/** Of these: our credentials are not accepted, and asking again may lock them. Rights (403) are given while we wait. */
const DENIALS = new Set([401, 407]);

/** Parts of a path that lead to where they stand, or out of it. */
const STEPS_UP = /\/(\.|%2e){1,2}(\/|$)/i;

export class HttpLookup implements Lookup {
  readonly #base: URL;
  readonly #headers: Record<string, string>;
  readonly #name: string;
  readonly #runtime: Runtime;
  readonly #caller: HttpCaller;

  constructor(
    { url, headers }: { url: string; headers: Record<string, string> },
    about: { name: string; runtime: Runtime },
  ) {
    this.#base = new URL(url);
    this.#name = about.name;
    this.#runtime = about.runtime;
    this.#caller = new HttpCaller(url, about.runtime);
    const own = { accept: 'application/json', 'accept-encoding': 'identity' };
    this.#headers = { 'user-agent': 'Stockbus', ...own, ...lowered(headers) };
  }

  async find(path: string, timeoutMs: number): Promise<Uint8Array | undefined> {
    const url = this.#urlOf(path);
    return this.#judge(url, await this.#get(url, timeoutMs));
  }

  close(): void {
    this.#caller.close();
  }

  /** What a record says leads nowhere but to what lies below the address. */
  #urlOf(path: string): URL {
    const base = this.#base.pathname.replace(/\/$/, '');
    const [plain = ''] = path.split('?');
    const isPath = path.length <= limits.enrichPathCharacters && /^\/[^/\\#]/.test(`${path}x`);
    const url = URL.canParse(base + path, this.#base.origin)
      ? new URL(base + path, this.#base.origin)
      : undefined;
    const isBelow = url?.origin === this.#base.origin && url.pathname.startsWith(`${base}/`);
    if (isPath && isBelow && !path.includes('#') && !STEPS_UP.test(plain)) return url;
    const shown = JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path);
    const message = `connector '${this.#name}': ${shown} is no path below its address`;
    const todo = `Let it begin with one slash, and put what the record says into $encodeUrlComponent( ).`;
    throw new StockbusError('ENRICH_REFUSED', message, undefined, { todo });
  }

  async #get(url: URL, timeoutMs: number): Promise<FoundAnswer> {
    try {
      return await this.#caller.get(url, this.#headers, timeoutMs, limits.enrichAnswerBytes);
    } catch (error) {
      const message = this.#about(url, unansweredBy(error, timeoutMs));
      throw new StockbusError('ENRICH_FAILED', message, undefined, { cause: error });
    }
  }

  #judge(url: URL, { status, retryAfter, body }: FoundAnswer): Uint8Array | undefined {
    if (status === 404 || status === 410 || status === 204) return undefined;
    if (status >= 200 && status < 300) {
      if (body) return body;
      const most = `more than ${limits.enrichAnswerBytes} bytes`;
      throw new StockbusError('ENRICH_REFUSED', this.#about(url, `the answer has ${most}`));
    }
    const message = this.#about(url, `answered ${status}`);
    if (status >= 300 && status < 400) {
      const todo =
        'Set `url` in config/hub.yaml to where it redirects; redirects are not followed.';
      throw new StockbusError('ENRICH_FAILED', message, undefined, { todo });
    }
    if (!isPassingStatus(status) && !OF_THE_HUB.has(status))
      throw new StockbusError('ENRICH_REFUSED', message);
    const retryAfterMs = waitAskedFor(retryAfter, this.#runtime.now());
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    const code = DENIALS.has(status) ? 'ENRICH_DENIED' : 'ENRICH_FAILED';
    throw new StockbusError(code, message, undefined, options);
  }

  /** Without what stands behind the path, which may be a secret. */
  #about({ origin, pathname }: URL, what: string): string {
    return `connector '${this.#name}': ${origin}${pathname}: ${what}`;
  }
}
