import type { Collections } from './Collections.ts';
import { keyOf } from './keys.ts';

/** Heads read at once to find out where a window ends. */
const HEADS_PER_QUERY = 500;

/** SKUs one after another. */
export interface SkuWindow {
  /** Keys of the first and the last. */
  first: string;
  last: string;
  /** How many they are, and entries of theirs. */
  skus: number;
  entries: number;
}

/**
 * All SKUs from `sku` on in windows, one after another; a window ends where it has so many SKUs or
 * entries. With both ends of a range given, a page costs its own rows also on a server that sorts all
 * that it finds, and on a cluster it goes only to the shards that have them.
 */
export async function* skuWindows(
  { heads }: Collections,
  sku: string,
  most: { skus: number; entries: number },
): AsyncGenerator<SkuWindow> {
  let from: { $gt: string } | { $gte: string } = { $gte: keyOf(sku) };
  for (;;) {
    const found = await heads
      .find({ _id: from }, { projection: { seq: 1 } })
      .sort({ _id: 1 })
      .limit(HEADS_PER_QUERY)
      .toArray();
    const last = found.at(-1);
    if (!last) return;
    let first: string | undefined;
    let skus = 0;
    let entries = 0;
    for (const head of found) {
      first ??= head._id;
      skus += 1;
      entries += head.seq;
      if (skus < most.skus && entries < most.entries && head !== last) continue;
      yield { first, last: head._id, skus, entries };
      first = undefined;
      skus = 0;
      entries = 0;
    }
    from = { $gt: last._id };
  }
}
