/** Packs and what they name, as they lie in MongoDB: written once, and never changed. */
import type { Commit } from '../../commit.ts';
import type { CommitPack, PostedDocument } from '../../pack.ts';
import type { Keyed } from './documents.ts';
import { keyOf, packKey, seqText, skuKey } from './keys.ts';

export interface PackDocument extends Keyed {
  sku: string;
  version: number;
  isBase: boolean;
  /** `seq` of its first entry; without any, of the next that there will be. */
  firstSeq: number;
  hash: string;
  body: string;
  commit: string;
  /** Parts of the commit's documents that have those it names. */
  parts: number[];
}

/** A part of the documents of a commit; the first part is there even where it has none. */
export interface PartDocument extends Keyed {
  /** Document numbers, each once. */
  numbers: string[];
  /** JSON text of `NamedDocument`s: a server takes one text in a fraction of the time of many fields. */
  text: string;
}

/** With the packs that have entries of it. */
type NamedDocument = Omit<PostedDocument, 'skus'> & { packs: [sku: string, version: number][] };

/** A SKU that has packs; also one that waits to be costed anew. */
export interface SkuDocument extends Keyed {
  sku: string;
}

/** Who reads one document of a commit reads a part, of some 20 kB. */
export const DOCUMENTS_PER_PART = 64;

export const partKey = (commit: string, part: number): string => keyOf(commit, seqText(part));

/** Where document `number` of a commit is: a part, and its place there. */
export const placeOf = (number: number): { part: number; index: number } => ({
  part: Math.floor(number / DOCUMENTS_PER_PART),
  index: number % DOCUMENTS_PER_PART,
});

export const skuDocument = ({ sku }: { sku: string }): SkuDocument => ({ _id: skuKey(sku), sku });

/** What a commit of this id adds to the ledger. */
export function ledgerDocuments(
  { packs, documents }: Commit,
  commit: string,
): { packs: PackDocument[]; parts: PartDocument[] } {
  const partsOf = new Map(packs.map((pack) => [pack.sku, new Set<number>()]));
  for (const [number, { skus }] of documents.entries()) {
    const { part } = placeOf(number);
    for (const sku of skus) partsOf.get(sku)!.add(part);
  }
  return {
    packs: packs.map((pack) => packDocument(pack, commit, [...partsOf.get(pack.sku)!])),
    parts: partDocuments(documents, new Map(packs.map((pack) => [pack.sku, pack])), commit),
  };
}

function packDocument(pack: CommitPack, commit: string, parts: number[]): PackDocument {
  const { sku, version, isBase, head, entries, hash, body } = pack;
  const firstSeq = head.seq - entries.length + 1;
  return { _id: packKey(sku, version), sku, version, isBase, firstSeq, hash, body, commit, parts };
}

function partDocuments(
  documents: readonly PostedDocument[],
  packs: ReadonlyMap<string, CommitPack>,
  commit: string,
): PartDocument[] {
  const parts: PartDocument[] = [];
  for (let from = 0; from === 0 || from < documents.length; from += DOCUMENTS_PER_PART) {
    const some = documents.slice(from, from + DOCUMENTS_PER_PART);
    const named = some.map(({ skus, ...posted }): NamedDocument => {
      return { ...posted, packs: skus.map((sku) => [sku, packs.get(sku)!.version]) };
    });
    parts.push({
      _id: partKey(commit, parts.length),
      numbers: [...new Set(some.map(({ document }) => document))],
      text: JSON.stringify(named),
    });
  }
  return parts;
}

const namedFrom = ({ text }: PartDocument): NamedDocument[] => JSON.parse(text) as NamedDocument[];

export const postedFrom = (part: PartDocument): PostedDocument[] =>
  namedFrom(part).map(({ packs, ...posted }) => ({ ...posted, skus: packs.map(([sku]) => sku) }));

/** Keys of the packs that have entries of a document. */
export const packKeysOf = (part: PartDocument, document: string): string[] =>
  namedFrom(part)
    .filter((named) => named.document === document)
    .flatMap(({ packs }) => packs.map(([sku, version]) => packKey(sku, version)));
