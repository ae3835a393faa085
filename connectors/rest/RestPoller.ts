import { limits } from '../../core/limits.ts';
import { parseStored } from '../../core/parseStored.ts';
import type { Poller, PollTurn } from '../../core/ports.ts';
import { requireVersion } from '../../core/requireVersion.ts';
import type { Runtime } from '../../core/runtime.ts';
import type { FoundAnswer } from '../calls/HttpCaller.ts';
import { type NextPage, nextPage } from './nextPage.ts';
import type { RestClient } from './RestClient.ts';

export interface RestFrom {
  /** Below the address of the connector; `{since}` stands for the time of the last look. */
  path: string;
  everyMs: number;
  next: NextPage | undefined;
  /** For the first look, ISO 8601. */
  start: string | undefined;
  /** So much earlier than the last look began. */
  overlapMs: number;
}

/** What is kept between two pages, and between two looks. */
interface Progress {
  v: number;
  /** Looks that came to their end. */
  looks: number;
  /** When the last of them began, by the other side's clock. */
  since?: string;
  /** Of an answer that may come to be unchanged. */
  etag?: string;
  modified?: string;
  /** Where the feed goes on. */
  cursor?: string;
  /** A look that is not at its end. */
  walk?: { began: string; next: string; page: number };
}

const FORMAT = 1;
const PROGRESS = 'progress';
const SINCE = '{since}';
/** A look of more pages goes in circles. */
const MOST_PAGES = 100_000;
const EPOCH = '1970-01-01T00:00:00Z';

/**
 * Asks an API page by page. A page is offered whole; how far it has come is kept once all of that is durable, so that after a
 * crash the same page comes again, under the same id.
 */
export class RestPoller implements Poller {
  readonly place: string;
  readonly everyMs: number;
  readonly #client: RestClient;
  readonly #from: RestFrom;
  readonly #runtime: Runtime;

  constructor(client: RestClient, from: RestFrom, about: { name: string; runtime: Runtime }) {
    const { name, runtime } = about;
    this.#client = client;
    this.#from = from;
    this.#runtime = runtime;
    this.everyMs = from.everyMs;
    this.place = `${name}: ${from.path}`;
  }

  async poll(turn: PollTurn): Promise<boolean> {
    // Nobody waits for an answer that is not taken in any more.
    const stop = (): void => this.#client.close();
    turn.signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#look(turn);
    } finally {
      turn.signal.removeEventListener('abort', stop);
    }
  }

  async #look(turn: PollTurn): Promise<boolean> {
    const kept = (await turn.state.read([PROGRESS])).get(PROGRESS);
    let progress: Progress = kept
      ? this.#here(readProgress(kept, this.place))
      : { v: FORMAT, looks: 0 };
    do {
      progress = await this.#page(progress, turn);
      await turn.state.write(new Map([[PROGRESS, JSON.stringify(progress)]]));
    } while (progress.walk && !turn.signal.aborted);
    return progress.walk !== undefined;
  }

  async close(): Promise<void> {
    this.#client.close();
  }

  /** Without addresses of an origin that the connector had before: our credentials are for the one that it has now. */
  #here({ walk, cursor, ...rest }: Progress): Progress {
    const isHere = (address: string): boolean =>
      new URL(address).origin === this.#client.base.origin;
    return {
      ...rest,
      ...(walk && isHere(walk.next) ? { walk } : {}),
      ...(cursor !== undefined && isHere(cursor) ? { cursor } : {}),
    };
  }

  /** Takes one page in, and gives how far that is. */
  async #page(progress: Progress, turn: PollTurn): Promise<Progress> {
    const { walk } = progress;
    const url = walk ? new URL(walk.next) : this.#firstUrl(progress);
    const answer = await this.#client.get(url, walk ? {} : this.#ifChanged(progress));
    const began = walk?.began ?? this.#timeOf(answer);
    if (answer.status === 304 || answer.status === 204) return this.#ended(progress, began, answer);
    if (answer.status !== 200) throw this.#client.judged(url, answer);
    const body = this.#bodyOf(url, answer);
    const page = walk?.page ?? 1;
    const next = this.#nextOf(url, answer, page);
    // Nothing came behind where the feed was.
    if (this.#isFeed && next?.href === url.href) return this.#ended(progress, began, answer);
    const key = `${progress.looks}/${page}`;
    const intakeId = (await turn.claim([key])).get(key)!;
    const place = this.#client.shownPath(url);
    const modifiedMs = Date.parse(String(answer.headers['last-modified'] ?? ''));
    await turn.offer({
      ...{ intakeId, name: nameOf(place, page), place, sizeBytes: body.byteLength },
      ...(answer.contentType === undefined ? {} : { contentType: answer.contentType }),
      ...(Number.isNaN(modifiedMs) ? {} : { modified: modifiedMs }),
      headers: answer.headers,
      body: whole(body),
    });
    if (!next) return this.#ended(progress, began, answer);
    await this.#keepPace(answer, turn.signal);
    const cursor = this.#isFeed ? { cursor: next.href } : {};
    return { ...progress, ...cursor, walk: { began, next: next.href, page: page + 1 } };
  }

  get #isFeed(): boolean {
    const { next } = this.#from;
    return next?.kind === 'cursor' && next.isKept;
  }

  #firstUrl({ since, cursor }: Progress): URL {
    if (cursor !== undefined) return new URL(cursor);
    const { path, start = EPOCH, overlapMs } = this.#from;
    const from = since === undefined ? start : isoOf(Date.parse(since) - overlapMs);
    const filled = path.replaceAll(SINCE, encodeURIComponent(from));
    return this.#client.within(filled, this.#client.base, '`path` leads');
  }

  /** Where the answer depends on no time of ours, it may say that nothing is new; of several pages the first says nothing of the others. */
  #ifChanged({ etag, modified }: Progress): Record<string, string> {
    if (this.#from.path.includes(SINCE) || this.#from.next) return {};
    if (etag !== undefined) return { 'if-none-match': etag };
    return modified === undefined ? {} : { 'if-modified-since': modified };
  }

  #bodyOf(url: URL, { body, headers }: FoundAnswer): Buffer {
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding !== 'identity') {
      const what = `answered with '${coding}', though it was asked for the plain text`;
      throw this.#client.failed('REST_FAILED', url, what);
    }
    if (body) return body;
    const what = `the page has more than ${limits.restAnswerBytes} bytes`;
    const todo = 'Ask for smaller pages in `path`.';
    throw this.#client.failed('REST_FAILED', url, what, { todo });
  }

  #nextOf(url: URL, answer: FoundAnswer, page: number): URL | undefined {
    const { next: how } = this.#from;
    const address = how && nextPage(how, answer, url);
    if (address === undefined) return undefined;
    const next = this.#client.within(address, url, 'its next page leads');
    if (this.#isFeed || (next.href !== url.href && page < MOST_PAGES)) return next;
    throw this.#client.failed('REST_FAILED', url, 'its next page is the same again');
  }

  #ended(progress: Progress, began: string, { headers }: FoundAnswer): Progress {
    const etag = headers.etag ?? progress.etag;
    const modified = headers['last-modified'] ?? progress.modified;
    const { cursor } = progress;
    return {
      ...{ v: FORMAT, looks: progress.looks + 1, since: began },
      ...(cursor === undefined ? {} : { cursor }),
      ...(etag === undefined ? {} : { etag }),
      ...(modified === undefined ? {} : { modified }),
    };
  }

  /** By the clock of the other side, which says what is new there, but never later than by ours: nothing may be left out. */
  #timeOf({ headers }: FoundAnswer): string {
    const said = Date.parse(headers.date ?? '');
    const now = this.#runtime.now();
    return isoOf(Number.isNaN(said) ? now : Math.min(said, now));
  }

  /** Nothing is left of what we may ask (RateLimit fields of the IETF draft, and the names before it). */
  async #keepPace({ headers }: FoundAnswer, signal: AbortSignal): Promise<void> {
    const { 'ratelimit-remaining': remaining, 'ratelimit-reset': reset } = headers;
    const seconds = /^\d{1,6}$/.exec(String(reset ?? ''))?.[0];
    if (remaining !== '0' || seconds === undefined) return;
    const waitMs = Math.min(parseInt(seconds, 10) * 1_000, limits.retryMaxMs);
    // Aborted: it is to stop, and goes on from here.
    await this.#runtime.sleep(waitMs, signal).catch(() => undefined);
  }
}

function readProgress(text: string, place: string): Progress {
  const progress = parseStored<Progress>(`what is kept of ${place}`, text);
  requireVersion(`what is kept of ${place}`, progress.v, FORMAT);
  return progress;
}

const isoOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const nameOf = (path: string, page: number): string =>
  `${path.split('/').findLast((part) => part !== '') ?? ''}, page ${page}`;

async function* whole(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}
