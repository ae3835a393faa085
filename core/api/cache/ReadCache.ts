/**
 * Answers of reads, kept for a moment in this process. One that is given again was read at most `maxAgeMs` ago, whatever
 * happens; it is dropped sooner when something of its SKU was booked. No decision is made by it.
 */
import type { Runtime } from '../../runtime.ts';

export interface CacheBounds {
  maxAgeMs: number;
  entries: number;
  bytes: number;
}

export interface CachedRead {
  readonly etag: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As text: node sends it in one piece with the head. */
  readonly body: string;
  readonly bytes: number;
}

/** An answer that is being read: what is booked meanwhile may be in it or not, so it is not kept then. */
export interface OpenRead {
  keep(answer: CachedRead): void;
  /** It failed, or is no answer that is kept. */
  leave(): void;
}

interface About {
  key: string;
  /** Left out: what is booked of any SKU may change it. */
  sku: string | undefined;
  readAt: number;
}

interface Kept extends About {
  answer: CachedRead;
  bytes: number;
}

/** Of what an entry takes beside its texts, about. */
const ENTRY_BYTES = 512;
const ANY = Symbol('of any SKU');

export class ReadCache {
  readonly #bounds: CacheBounds;
  readonly #runtime: Runtime;
  /** The first was read first. */
  readonly #kept = new Map<string, Kept>();
  readonly #keysOf = new Map<string | typeof ANY, Set<string>>();
  readonly #reading = new Set<About>();
  #bytes = 0;

  constructor(bounds: CacheBounds, runtime: Runtime) {
    this.#bounds = bounds;
    this.#runtime = runtime;
  }

  find(key: string): { answer: CachedRead; ageMs: number } | undefined {
    const { metrics } = this.#runtime;
    const kept = this.#kept.get(key);
    const ageMs = kept ? this.#runtime.monotonic() - kept.readAt : 0;
    if (kept && ageMs <= this.#bounds.maxAgeMs) {
      metrics.count('stockbus_read_cache_reads_total', 1, HIT);
      return { answer: kept.answer, ageMs };
    }
    if (kept) this.#drop(kept);
    metrics.count('stockbus_read_cache_reads_total', 1, MISS);
    return undefined;
  }

  /** Said before anything of it is read. */
  begin(key: string, sku: string | undefined): OpenRead {
    const about: About = { key, sku, readAt: this.#runtime.monotonic() };
    this.#reading.add(about);
    return {
      keep: (answer) => {
        if (this.#reading.delete(about)) this.#keep(about, answer);
      },
      leave: () => void this.#reading.delete(about),
    };
  }

  /** Something of these was booked, or may have been. */
  forget(skus: ReadonlySet<string>): void {
    for (const sku of skus) this.#dropAll(this.#keysOf.get(sku));
    this.#dropAll(this.#keysOf.get(ANY));
    for (const about of this.#reading) {
      if (about.sku === undefined || skus.has(about.sku)) this.#reading.delete(about);
    }
  }

  /** Anything may have been booked. */
  clear(): void {
    this.#dropAll(this.#kept.keys());
    this.#reading.clear();
  }

  #keep(about: About, answer: CachedRead): void {
    const bytes = ENTRY_BYTES + 2 * about.key.length + answer.bytes;
    if (bytes > this.#bounds.bytes / 8) return;
    const before = this.#kept.get(about.key);
    if (before) this.#drop(before);
    this.#kept.set(about.key, { ...about, answer, bytes });
    this.#bytes += bytes;
    const named = about.sku ?? ANY;
    const keys = this.#keysOf.get(named);
    if (keys) keys.add(about.key);
    else this.#keysOf.set(named, new Set([about.key]));
    for (const oldest of this.#kept.values()) {
      if (this.#kept.size <= this.#bounds.entries && this.#bytes <= this.#bounds.bytes) return;
      this.#drop(oldest);
    }
  }

  #dropAll(keys: Iterable<string> = []): void {
    let dropped = 0;
    for (const key of [...keys]) {
      this.#drop(this.#kept.get(key)!);
      dropped += 1;
    }
    if (dropped > 0)
      this.#runtime.metrics.count('stockbus_read_cache_dropped_answers_total', dropped);
  }

  #drop({ key, sku, bytes }: Kept): void {
    this.#kept.delete(key);
    this.#bytes -= bytes;
    const named = sku ?? ANY;
    const keys = this.#keysOf.get(named)!;
    keys.delete(key);
    if (keys.size === 0) this.#keysOf.delete(named);
  }
}

const HIT = { outcome: 'hit' };
const MISS = { outcome: 'miss' };
