import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import { afterSku, firstFrom, isBefore, type KeyRange, keyOf } from './keys.ts';

/** Heads read at once: few questions for a whole list, and a second or so where they are unknown. */
const HEADS_PER_QUERY = 10_000;

/** Lists that are read side by side are near each other. */
const MOST_STRETCHES = 4;
const KEPT_MS = 60_000;

/** SKUs one after another, and all that will come to lie between them. */
export interface SkuWindow {
  range: KeyRange;
  /** How many they are, and entries of theirs, as far as is known. */
  skus: number;
  entries: number;
}

/** What a window has at most. */
export interface WindowSize {
  skus: number;
  entries: number;
}

/** Heads one after another, as they were when they were read. */
interface Stretch {
  heads: { _id: string; seq: number }[];
  range: KeyRange;
  readAt: number;
}

/**
 * All SKUs in windows that follow each other without a gap; a window ends where it has so many SKUs or
 * entries. With both ends of a range given, a page costs its own rows also on a server that looks at
 * all that it finds before it gives out any, and on a cluster it goes only to the shards that have
 * them. What is kept of the heads may be out of date: then windows are of another size, never wrong.
 */
export class SkuWindows {
  readonly #heads: Collections['heads'];
  readonly #runtime: Runtime;
  #stretches: Stretch[] = [];
  #count = { skus: 0, readAt: Number.NEGATIVE_INFINITY };

  constructor({ heads }: Collections, runtime: Runtime) {
    this.#heads = heads;
    this.#runtime = runtime;
  }

  /** From `sku` on; each window is asked for its size when the one before it was read. */
  async *from(sku: string, sizeOf: () => WindowSize): AsyncGenerator<SkuWindow> {
    let start = keyOf(sku);
    for (;;) {
      const stretch = await this.#stretchAt(start);
      yield* windowsOf(stretch, start, sizeOf);
      const next = stretch.range.$lt;
      if (next === undefined) return;
      start = next;
    }
  }

  /** How many SKUs there are, about. */
  async count(): Promise<number> {
    const now = this.#runtime.now();
    if (now - this.#count.readAt >= KEPT_MS) {
      this.#count = { skus: await this.#heads.estimatedDocumentCount(), readAt: now };
    }
    return this.#count.skus;
  }

  async #stretchAt(start: string): Promise<Stretch> {
    const now = this.#runtime.now();
    this.#stretches = this.#stretches.filter(({ readAt }) => now - readAt < KEPT_MS);
    const kept = this.#stretches.find(({ range }) => {
      return (
        !isBefore(start, range.$gte) && (range.$lt === undefined || isBefore(start, range.$lt))
      );
    });
    if (kept) return kept;
    const heads = await this.#heads
      .find({ _id: { $gte: start } }, { projection: { seq: 1 } })
      .sort({ _id: 1 })
      .limit(HEADS_PER_QUERY)
      .toArray();
    const last = heads.length < HEADS_PER_QUERY ? undefined : heads.at(-1);
    const range = { $gte: start, ...(last ? { $lt: afterSku(last._id) } : {}) };
    const stretch = { heads: heads.map(({ _id, seq }) => ({ _id, seq })), range, readAt: now };
    this.#stretches = [...this.#stretches.slice(1 - MOST_STRETCHES), stretch];
    return stretch;
  }
}

/** At least one, and the last ends where the stretch does: SKUs may have come since. */
function* windowsOf({ heads, range }: Stretch, start: string, sizeOf: () => WindowSize) {
  let most = sizeOf();
  let $gte = start;
  let skus = 0;
  let entries = 0;
  for (
    let index = firstFrom(start, heads, ({ _id }) => _id);
    index < heads.length - 1;
    index += 1
  ) {
    const { _id, seq } = heads[index]!;
    skus += 1;
    entries += seq;
    if (skus < most.skus && entries < most.entries) continue;
    const $lt = afterSku(_id);
    yield { range: { $gte, $lt }, skus, entries };
    most = sizeOf();
    $gte = $lt;
    skus = 0;
    entries = 0;
  }
  const last = heads.at(-1);
  if (last && !isBefore(last._id, $gte)) {
    skus += 1;
    entries += last.seq;
  }
  yield { range: { ...range, $gte }, skus, entries };
}
