/** Which of the objects that lie there were taken in: what tells a bucket from a queue. */
import { createHash } from 'node:crypto';
import { compareUtf8 } from '../../core/order.ts';
import type { PollState } from '../../core/ports.ts';
import { requireVersion } from '../../core/requireVersion.ts';
import type { S3Object } from './s3Listing.ts';

/** A range of names, from `from` to where the next begins, and what is remembered of it. */
interface Row {
  from: string;
  id: string;
  /** Of what lies there, fits the pattern and was taken in, when all of it had been; '' where that is not known. */
  digest: string;
}

interface Index {
  v: number;
  next: number;
  rows: [from: string, id: string, digest: string][];
}

const INDEX = 'seen';
const INDEX_FORMAT = 1;
const HASH_CHARACTERS = 12;

/** Of key and content: no two of one row are the same but by a chance of 1 in 10^18. */
const hashOf = ({ key, etag }: S3Object): string =>
  createHash('sha256').update(`${key}\0${etag}`).digest('base64').slice(0, HASH_CHARACTERS);

/**
 * The set of (key, ETag) that lie there and were taken in, in rows by ranges of names. The index says of each row what a listing
 * looks like of which all was taken in; so a look at which nothing is new reads the index alone, and one at which
 * something is reads and writes one row for each range in which it is. What lies there no more is forgotten with it: the
 * set is as large as the listing.
 *
 * A look goes through the listing once, in its order: `chunk` for so many objects as go into a row, or up to the end of a range.
 */
export class SeenObjects {
  readonly #state: PollState;
  readonly #fits: (object: S3Object) => boolean;
  readonly #pattern: string;
  #rows: Row[] = [{ from: '', id: '0', digest: '' }];
  #next = 1;
  #at = 0;
  /** Of the range at hand, as remembered, without what earlier chunks of it held; undefined: not read. */
  #rest: Set<string> | undefined;
  readonly #pending = new Map<string, string | undefined>();
  #changed = false;
  #isWhole = true;

  constructor(state: PollState, pattern: string, fits: (object: S3Object) => boolean) {
    this.#state = state;
    this.#pattern = pattern;
    this.#fits = fits;
  }

  async open(): Promise<void> {
    const kept = (await this.#state.read([INDEX])).get(INDEX);
    if (kept === undefined) return;
    const { v, next, rows } = JSON.parse(kept) as Index;
    requireVersion(INDEX, v, INDEX_FORMAT);
    this.#next = next;
    this.#rows = rows.map(([from, id, digest]) => ({ from, id, digest }));
  }

  /** True where the range at hand ends before this name. */
  isBeyond(key: string): boolean {
    const next = this.#rows[this.#at + 1];
    return next !== undefined && compareUtf8(key, next.from) >= 0;
  }

  /** True while ranges are left of which the look has not come to the end. */
  get hasMore(): boolean {
    return this.#at < this.#rows.length;
  }

  /** False where something that it came by is not taken in: it has changed since it was listed. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** What is known of these: the next objects of the range at hand, `isLast` where no others of it follow. */
  async chunk(objects: readonly S3Object[], isLast: boolean): Promise<SeenChunk> {
    const row = this.#rows[this.#at]!;
    const hashes = objects.map(hashOf);
    const fitting = objects.map(this.#fits);
    const isKnown = isLast && this.#rest === undefined && row.digest !== '';
    if (isKnown && row.digest === this.#digestOf(hashes, fitting)) {
      return { objects, seen: objects.map(() => true), hashes, fitting };
    }
    const rest = await this.#restOf(row);
    const seen = hashes.map((hash) => rest.has(hash));
    for (const hash of hashes) rest.delete(hash);
    return { objects, seen, hashes, fitting };
  }

  /** What is to be written so that what a chunk says is remembered, should the look come to no end. */
  changes(chunk: SeenChunk, isLast: boolean): Map<string, string | undefined> {
    // Behind the chunk others may follow, of which some were taken in.
    const rest = isLast ? [] : [...(this.#rest ?? [])];
    const row = this.#rows[this.#at]!;
    row.digest = '';
    this.#pending.set(`row ${row.id}`, [...seenOf(chunk), ...rest].join(''));
    this.#changed = true;
    return this.flushed();
  }

  /** The chunk is done with; `next` is the name behind it, where another of its range follows. */
  end(chunk: SeenChunk, next: string | undefined): void {
    const row = this.#rows[this.#at]!;
    if (this.#rest === undefined) {
      this.#at += 1;
      return;
    }
    const seen = seenOf(chunk);
    const isWhole = chunk.seen.every((isSeen, index) => isSeen || !chunk.fitting[index]);
    const isEmpty = next === undefined && seen.length === 0 && this.#rows.length > 1;
    this.#isWhole &&= isWhole;
    row.digest = isWhole ? this.#digestOf(chunk.hashes, chunk.fitting) : '';
    this.#changed = true;
    this.#pending.set(`row ${row.id}`, isEmpty ? undefined : seen.join(''));
    if (isEmpty) {
      this.#rows.splice(this.#at, 1);
      if (this.#at === 0) this.#rows[0]!.from = '';
    } else this.#at += 1;
    if (next === undefined) this.#rest = undefined;
    else this.#split(next);
  }

  /** What has not been written yet. */
  flushed(): Map<string, string | undefined> {
    const pending = new Map(this.#pending);
    if (this.#changed) {
      const rows: Index['rows'] = this.#rows.map(({ from, id, digest }) => [from, id, digest]);
      const index: Index = { v: INDEX_FORMAT, next: this.#next, rows };
      pending.set(INDEX, JSON.stringify(index));
    }
    this.#pending.clear();
    this.#changed = false;
    return pending;
  }

  #split(from: string): void {
    const id = this.#next.toString(36);
    this.#next += 1;
    this.#rows.splice(this.#at, 0, { from, id, digest: '' });
    this.#pending.set(`row ${id}`, [...this.#rest!].join(''));
  }

  async #restOf({ id }: Row): Promise<Set<string>> {
    if (this.#rest) return this.#rest;
    const name = `row ${id}`;
    const text = (await this.#state.read([name])).get(name) ?? '';
    const hashes = text.match(new RegExp(`.{${HASH_CHARACTERS}}`, 'g')) ?? [];
    this.#rest = new Set(hashes);
    return this.#rest;
  }

  #digestOf(hashes: readonly string[], fitting: readonly boolean[]): string {
    const hash = createHash('sha256').update(this.#pattern);
    hashes.forEach((one, index) => {
      if (fitting[index]) hash.update(one);
    });
    return hash.digest('base64').slice(0, 16);
  }
}

/** Objects in the order of their names, and which of them were taken in, as `seen` is told. */
export interface SeenChunk {
  objects: readonly S3Object[];
  seen: boolean[];
  hashes: readonly string[];
  fitting: readonly boolean[];
}

const seenOf = ({ seen, hashes }: SeenChunk): string[] => hashes.filter((_, index) => seen[index]);
