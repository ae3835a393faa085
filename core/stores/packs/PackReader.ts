import type { PackTexts } from '../../closings/ClosedBooks.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuPointer, StoredPack } from '../../pack.ts';
import type { Page, Paged } from '../../ports.ts';

/** From where on packs of a SKU are read: one of the two. */
export type PacksFrom = { version: number } | { afterSeq: number };

/** By what packs are found. */
export interface Naming {
  kind: 'document' | 'partner' | 'lot' | 'return';
  name: string;
}

/**
 * How a store gives its packs; its lists are made of that (PackLists). What was committed before a call
 * is in the answer; packs never change, so that several calls agree without a snapshot.
 */
export interface PackReader extends PackTexts {
  /** SKUs after one, in the order of their text in UTF-8; of a place of ours those that it ever had. */
  skus(after: string | undefined, limit: number, place?: string): Promise<string[]>;
  /** Those that are there, in the order asked. */
  pointers(skus: readonly string[]): Promise<SkuPointer[]>;
  /** SKUs that wait to be costed anew, in the same order. */
  waiting(page: Page): Promise<Paged<string>>;
  /** SKUs that have packs and are not among `skus`; a page of them. */
  lostSkus(): Promise<string[]>;
  missingPacks(): Promise<number>;
  /** Of each SKU the packs from the last that stands alone on; none of one that was never seen. */
  current(skus: readonly string[]): Promise<PackText[][]>;
  /**
   * Packs of some SKUs, one after the other, each in order: of the first from a version on, or from the
   * one that has the entry after `afterSeq` (an earlier one may come before it). Some at a time.
   */
  history(skus: readonly string[], from: PacksFrom): AsyncIterable<readonly StoredPack[]>;
  /** Those of these packs that are there, in any order. */
  byKey(keys: readonly PackKey[]): Promise<StoredPack[]>;
  /** Packs that name something, by (sku, version): from one on, and of one SKU, where that is said. */
  naming(
    what: Naming,
    of: { from: PackKey | undefined; sku: string | undefined },
  ): AsyncIterable<NamingPack>;
}
