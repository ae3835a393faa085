/** Packs and what they name, as they lie in MongoDB: written once, and never changed. */
import { bucketOf } from '../../bucketOf.ts';
import type { Commit } from '../../commit.ts';
import { namesIn } from '../../namesIn.ts';
import type { CommitPack, NamedMessage, PackText, PostedDocument } from '../../pack.ts';
import { quoted } from '../../quoted.ts';
import { sortedKey } from '../../sortedKey.ts';
import type { Naming } from '../packs/PackReader.ts';
import type { Keyed } from './documents.ts';
import { bucketOfKey, ofBuckets, packKey, skuKey } from './keys.ts';

/** Lots and returns are left out where there are none. */
export interface PackDocument
  extends Keyed,
    PackText,
    Pick<CommitPack, 'firstSeq' | 'firstAt'>,
    Partial<Pick<CommitPack, 'lots' | 'returns'>> {
  commit: string;
  /** Buckets of the parts of the commit's documents that have those it names. */
  parts: string[];
}

/** Those documents of a commit whose numbers share a bucket. A commit without any has one empty part. */
export interface PartDocument extends Keyed {
  /** Document numbers, each once. */
  numbers: string[];
  /** Of its documents, each once; left out where there is none. */
  partners?: string[];
  /** What its documents refer to, likewise. */
  references?: string[];
  /** JSON text of `NamedRow`s, a line each: a server takes one text in a fraction of the time of many fields. */
  text: string;
}

/** A document by its number in the commit, with the packs that have entries of it; a tab is before them. */
type NamedRow = [
  number: number,
  ...posted: [document: string, partner: string, reference: string, at: string],
  ...message: [source: string, messageId: string, actor: string, contenthash: string],
  packs: [sku: string, version: number][],
];

/** A SKU that has packs; also one that waits to be costed anew. */
export interface SkuDocument extends Keyed {
  sku: string;
  /** Those of ours that it ever had. */
  places?: string[];
}

/** Beyond so many documents a commit has a part for each bucket, else for each first digit of buckets. */
const DOCUMENTS_BY_DIGIT = 1_024;

export const partKey = (bucket: string, commit: string): string => sortedKey(bucket, commit);

/** Where parts are that have a document. */
export const bucketsOfDocument = (document: string) => ofBuckets(bucketOf(document)[0]!);

function bucketIn({ documents }: Commit): (document: string) => string {
  if (documents.length > DOCUMENTS_BY_DIGIT) return bucketOf;
  return (document) => bucketOf(document)[0]!;
}

/** A part that a commit of this id has in any case. */
export function firstPartKey(commit: Commit, id: string): string {
  const [first] = commit.documents;
  return partKey(first ? bucketIn(commit)(first.document) : bucketOf(id), id);
}

export const skuDocument = (sku: string): SkuDocument => ({ _id: skuKey(sku), sku });

/** What a commit of this id adds to the ledger. */
export function ledgerDocuments(commit: Commit, id: string) {
  const { packs, documents } = commit;
  const bucket = bucketIn(commit);
  const buckets = documents.map(({ document }) => bucket(document));
  const versions = new Map(packs.map(({ sku, version }) => [sku, version]));
  const numbersOf = Map.groupBy(documents.keys(), (number) => buckets[number]!);
  const parts = Array.from(numbersOf, ([at, own]): PartDocument => {
    const posted = own.map((number) => documents[number]!);
    const partners = namesIn(posted, ({ partner }) => partner);
    const references = namesIn(posted, ({ reference }) => reference);
    return {
      ...{ _id: partKey(at, id), numbers: namesIn(posted, ({ document }) => document) },
      ...(partners.length > 0 && { partners }),
      ...(references.length > 0 && { references }),
      text: `[${own.map((number) => rowText(number, documents[number]!, versions)).join(',\n')}]`,
    };
  });
  if (parts.length === 0) parts.push({ _id: firstPartKey(commit, id), numbers: [], text: '[]' });
  const packDocuments = packs.map((pack): PackDocument => {
    const { sku, version, isBase, firstSeq, firstAt, hash, body, lots, returns } = pack;
    return {
      ...{ _id: packKey(sku, version), sku, version, isBase, firstSeq, firstAt },
      ...{ hash, body, commit: id, parts: namesIn(pack.documents, (number) => buckets[number]!) },
      ...(lots.length > 0 && { lots }),
      ...(returns.length > 0 && { returns }),
    };
  });
  return { packs: packDocuments, parts };
}

function rowText(
  number: number,
  posted: PostedDocument,
  versions: ReadonlyMap<string, number>,
): string {
  const { document, partner, reference, at, source, messageId, actor, contenthash, skus } = posted;
  const said = [document, partner, reference, at, source, messageId, actor, contenthash];
  const texts = said.map(quoted).join();
  const packs = skus.map((sku) => `[${quoted(sku)},${versions.get(sku)}]`).join();
  return `[${number},${texts},\t[${packs}]]`;
}

/** A document with the packs that whoever looks for its number finds. */
export interface FiledDocument {
  posted: PostedDocument;
  packs: NamedRow[9];
  /** Whether its partner leads to it, and what it refers to. */
  isPartners: boolean;
  isReferences: boolean;
}

/** The text of each row of a part; a number of its document in the commit is before the first comma. */
const rowsOf = ({ text }: PartDocument): string[] =>
  text.length <= 2 ? [] : text.slice(1, -1).split(',\n');

/** Documents of a part by their numbers in the commit, each as the text of its row. */
export const linesOf = (part: PartDocument): [number, string][] =>
  rowsOf(part).map((row) => [Number.parseInt(row.slice(1, row.indexOf(',')), 10), row]);

/** Of a part only the documents of some SKUs, which are given as `quoted`. */
export function partOfSkus(part: PartDocument, skus: ReadonlySet<string>): PartDocument {
  const { numbers, partners = [], references = [], ...rest } = part;
  const asked: string[] = [];
  const names = new Set<string>();
  for (const row of rowsOf(part)) {
    const texts = row.match(QUOTED) ?? [];
    if (!texts.some((text, index) => index >= FIRST_SKU && skus.has(text))) continue;
    asked.push(row);
    names.add(texts[0]!).add(texts[1]!).add(texts[2]!);
  }
  const named = (all: readonly string[]): string[] => all.filter((name) => names.has(quoted(name)));
  const text = `[${asked.join(',\n')}]`;
  const lists = {
    numbers: named(numbers),
    partners: named(partners),
    references: named(references),
  };
  return { ...rest, ...lists, text };
}

/** Texts of a row: eight of its document, then its SKUs. */
const QUOTED = /"[^"]*"/g;
const FIRST_SKU = 8;

export function filedFrom(part: PartDocument, line: string): FiledDocument {
  const row = JSON.parse(line) as NamedRow;
  const posted = postedFrom(row);
  const { document, partner, reference } = posted;
  const isFound =
    part.numbers.includes(document) && bucketOf(document).startsWith(bucketOfKey(part._id));
  const isPartners = part.partners?.includes(partner) ?? false;
  const isReferences = part.references?.includes(reference) ?? false;
  return { posted, packs: isFound ? row[9] : [], isPartners, isReferences };
}

function postedFrom(row: NamedRow): PostedDocument {
  const [, document, partner, reference, at, source, messageId, actor, contenthash, packs] = row;
  const skus = packs.map(([sku]) => sku);
  return { document, partner, reference, at, source, messageId, actor, contenthash, skus };
}

export const messagesIn = ({ text }: PartDocument): NamedMessage[] =>
  (JSON.parse(text) as NamedRow[]).map((row) => [row[1], row[5], row[6], row[8], row[9].length]);

/** A pack that names what was looked for, with the document by which it does. */
export interface NamedPack {
  sku: string;
  version: number;
  document?: [number: number, posted: PostedDocument];
}

/** Of the fields of a row, those by which documents are looked for. */
const FIELDS = { document: 1, partner: 2, reference: 3 } as const;

/** What the documents of a part refer to, each once. */
export const referencesIn = ({ text }: Pick<PartDocument, 'text'>): string[] =>
  namesIn(JSON.parse(text) as NamedRow[], (row) => row[FIELDS.reference]);

/** Packs with entries of the documents of this number, of this partner, or that refer to this. */
export function packsNaming(
  { text }: PartDocument,
  { name }: Naming,
  kind: keyof typeof FIELDS,
): NamedPack[] {
  const rows = JSON.parse(text) as NamedRow[];
  return rows.flatMap((row): NamedPack[] => {
    if (name !== row[FIELDS[kind]]) return [];
    const posted = postedFrom(row);
    return row[9].map(([sku, version]) => ({ sku, version, document: [row[0], posted] }));
  });
}
