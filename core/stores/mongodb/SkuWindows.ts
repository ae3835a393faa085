import { compareUtf8 } from '../../order.ts';
import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import { afterSku, firstFrom, type KeyRange, keyOf, ofSku } from './keys.ts';
import type { WindowBounds } from './WindowSize.ts';

/** Heads read at once: enough for a page, and few questions for whoever reads on. */
const HEADS_PER_QUERY = { first: 1_000, next: 10_000 };

/** Lists that are read side by side are near each other. */
const MOST_STRETCHES = 4;
const KEPT_MS = 60_000;

/** Behind the last SKU any number may come, and windows know nothing of them. */
const END_KEPT_MS = 2_000;

/** SKUs one after another, and all that will come to lie between them. */
export interface SkuWindow {
  range: KeyRange;
  /** How many they are, and entries of theirs, as far as is known. */
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
  readonly #runtime: Pick<Runtime, 'now'>;
  readonly #perQuery: { first: number; next: number };
  #stretches: Stretch[] = [];
  #count = { skus: 0, readAt: Number.NEGATIVE_INFINITY };

  constructor(
    { heads }: Pick<Collections, 'heads'>,
    runtime: Pick<Runtime, 'now'>,
    perQuery = HEADS_PER_QUERY,
  ) {
    this.#heads = heads;
    this.#runtime = runtime;
    this.#perQuery = perQuery;
  }

  /** From `sku` on; each window is asked for its size when the one before it was read. */
  async *from(sku: string, sizeOf: () => WindowBounds): AsyncGenerator<SkuWindow> {
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

  /** Of one SKU. */
  async of(sku: string): Promise<SkuWindow> {
    const head = await this.#heads.findOne({ _id: keyOf(sku) }, { projection: { seq: 1 } });
    return { range: ofSku(sku), skus: 1, entries: head?.seq ?? 0 };
  }

  async #stretchAt(start: string): Promise<Stretch> {
    const now = this.#runtime.now();
    const fresh = this.#stretches.filter(({ readAt, range }) => {
      return now - readAt < (range.$lt === undefined ? END_KEPT_MS : KEPT_MS);
    });
    const kept = fresh.find(({ range }) => {
      return (
        compareUtf8(start, range.$gte) >= 0 &&
        (range.$lt === undefined || compareUtf8(start, range.$lt) < 0)
      );
    });
    const readsOn = fresh.some(({ range }) => range.$lt === start);
    const stretch = kept ?? (await this.#read(start, readsOn, now));
    const others = fresh.filter((other) => other !== stretch);
    this.#stretches = [...others.slice(1 - MOST_STRETCHES), stretch];
    return stretch;
  }

  async #read(start: string, readsOn: boolean, readAt: number): Promise<Stretch> {
    const most = readsOn ? this.#perQuery.next : this.#perQuery.first;
    const heads = await this.#heads
      .find({ _id: { $gte: start } }, { projection: { seq: 1 } })
      .sort({ _id: 1 })
      .limit(most)
      .toArray();
    const last = heads.length < most ? undefined : heads.at(-1);
    const range = { $gte: start, ...(last ? { $lt: afterSku(last._id) } : {}) };
    return { heads: heads.map(({ _id, seq }) => ({ _id, seq })), range, readAt };
  }
}

/** At least one, and the last ends where the stretch does: SKUs may have come since. */
function* windowsOf({ heads, range }: Stretch, start: string, sizeOf: () => WindowBounds) {
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
  if (last && compareUtf8(last._id, $gte) >= 0) {
    skus += 1;
    entries += last.seq;
  }
  yield { range: { ...range, $gte }, skus, entries };
}
