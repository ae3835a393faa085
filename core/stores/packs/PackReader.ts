import type { PackTexts } from '../../closings/ClosedBooks.ts';
import type { NamingPack } from '../../namedEntries.ts';
import type { PackKey, PackText, SkuPointer, StoredPack } from '../../pack.ts';
import type { Books } from '../../ports.ts';

/** Of which SKUs: those that were ever at a place of ours, or that wait to be costed anew. */
export interface SkusAmong {
  place?: string | undefined;
  waiting?: true | undefined;
}

/** By what packs are found. */
export interface Naming {
  kind: 'document' | 'reference' | 'partner' | 'lot' | 'return';
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
  /** As `Books.packs`; of the first SKU from the pack on that has the entry after `afterSeq`, where that is said. */
  packs(skus: readonly string[], afterSeq?: number): AsyncIterable<readonly StoredPack[]>;
  /** Packs that name something, by (sku, version) from one on; of one SKU where that is said. */
  naming(what: Naming, from: PackKey, sku?: string): AsyncIterable<NamingPack>;
}
