import type { PackTexts } from '../../closings/ClosedBooks.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuPointer, StoredPack } from '../../pack.ts';
import type { Books } from '../../ports.ts';

/** From where on packs of a SKU are read: one of the two. */
export type PacksFrom = { version: number } | { afterSeq: number };

/** Of which SKUs: those that were ever at a place of ours, or that wait to be costed anew. */
export interface SkusAmong {
  place?: string | undefined;
  waiting?: true | undefined;
}

/** By what packs are found. */
export interface Naming {
  kind: 'document' | 'partner' | 'lot' | 'return';
  name: string;
}

/**
 * How a store gives its packs; its lists are made of that (PackLists). What was committed before a call
 * is in the answer; packs never change, so that several calls agree without a snapshot.
 */
export interface PackReader extends PackTexts, Pick<Books, 'packsByKey' | 'lostSkus'> {
  /** SKUs after one, in the order of their text in UTF-8. */
  skus(after: string | undefined, limit: number, among: SkusAmong): Promise<string[]>;
  /** Those that are there, in the order asked. */
  pointersTo(skus: readonly string[]): Promise<SkuPointer[]>;
  /** Of each SKU the packs from the last that stands alone on; none of one that was never seen. */
  current(skus: readonly string[]): Promise<PackText[][]>;
  /**
   * Packs of some SKUs, one after the other, each in order: of the first from a version on, or from the
   * one that has the entry after `afterSeq` (an earlier one may come before it). Some at a time.
   */
  history(skus: readonly string[], from: PacksFrom): AsyncIterable<readonly StoredPack[]>;
  /** Packs that name something, by (sku, version): from one on, and of one SKU, where that is said. */
  naming(
    what: Naming,
    of: { from: PackKey | undefined; sku: string | undefined },
  ): AsyncIterable<NamingPack>;
}
