/**
 * The ledger is a chain of packs for each SKU. A pack is what one commit does to one SKU: the entries,
 * and what of the SKU is otherwise after them. (Of a SKU with very many balances and layers a commit
 * makes several: the last has the entries, those before it have more of the balances and layers.) It is appended, never changed, and the only copy: the
 * state of a SKU, its history, its events and every report follow from its packs.
 */
import type { Balance, CostLayer, LedgerEntry, SkuHead, Status } from './ledger.ts';

/** What of a SKU the store has before a pack, so that only what is new is written. */
export interface StoredBefore {
  /** Places of ours where it was. */
  places: { has(place: string): boolean };
  /** Whether it waits to be costed anew. */
  waits: boolean;
}

export interface Pack {
  sku: string;
  stored?: StoredBefore;
  /** 1, 2, 3 … of its SKU, without a gap. */
  version: number;
  /**
   * True where it stands alone: its balances and layers are all that there are (with those of the packs
   * of the same commit after it). Of any other they are those that it changed. The first pack stands alone, and then one whenever reading those since would
   * take longer than writing all.
   */
  isBase: boolean;
  /** The SKU after it; without its item where the pack does not hold it. */
  head: SkuHead;
  /** False where the item, if there is one, is as before, and stands in an earlier pack. */
  hasItem: boolean;
  entries: LedgerEntry[];
  balances: Balance[];
  /** One of quantity zero is gone. */
  layers: CostLayer[];
}

/** A pack as it is kept. */
export interface PackText {
  sku: string;
  version: number;
  isBase: boolean;
  /**
   * `1.`, the rule, and the SHA-256 over the hash of the pack before ('' for the first), the body, and the
   * texts of the documents that it names (joined by commas), with a space between, as base64url.
   */
  hash: string;
  /** All else, as JSON text; core/packFrom.ts reads and writes it. */
  body: string;
}

export type PackKey = readonly [sku: string, version: number];

/** A pack on its way into the store. What only its text says is not kept until it is there. */
export interface CommitPack extends PackText, Pick<Pack, 'entries'> {
  /** `seq` of its first entry; without any, of the next that there will be. */
  firstSeq: number;
  /** The earliest business time of its entries; '' without any. */
  firstAt: string;
  /** Whether the SKU waits to be costed anew after it; left out where that is as before. */
  waits?: boolean;
  /** Packs since the last that stood alone. */
  sinceBase: number;
  /** Numbers of the documents that it names. */
  documents: number[];
  /** Places of ours that its entries or balances are the first to name, and lots of its entries; each once. */
  places: string[];
  lots: string[];
  /** Numbers of the documents that returns among its entries, or their cancellations, refer to; each once. */
  returns: string[];
}

/** Of each SKU the first of its packs. */
export const firstOfEach = ({ packs }: { packs: readonly CommitPack[] }): CommitPack[] =>
  packs.filter(({ sku }, index) => packs[index - 1]?.sku !== sku);

/** What all entries share that one actor booked of one message. */
export interface PostedDocument {
  document: string;
  partner: string;
  reference: string;
  at: string;
  source: string;
  messageId: string;
  actor: string;
  /** Of the message, as the inbox has it; '' of what follows from a message of before, or from none. */
  contenthash: string;
  /** SKUs that have entries of it. */
  skus: string[];
}

/** What a document says of the message that caused it, and to how many packs it leads; a store may know more of it. */
export type NamedMessage = readonly [
  ...[document: string, source: string, messageId: string, contenthash: string, packs: number],
  ...more: unknown[],
];

/** What the inbox says of a message; and its number, 1, 2, 3 … without a gap, where the store counts them. */
export type BookedMessage = readonly [
  ...[source: string, messageId: string, contenthash: string, recordedAt: string],
  number?: number,
];

export interface PackWithDocuments extends PackText {
  /** What its entries name by a number; undefined where it is not there. */
  documentOf(number: number): PostedDocument | undefined;
}

/** A pack as it was read, with what the store keeps beside the text to find it by. */
export interface StoredPack extends PackWithDocuments {
  /** `seq` of its first entry; without any, of the next that there will be. */
  firstSeq: number;
  /** The earliest business time of its entries; '' without any. */
  firstAt: string;
  /** When its commit was recorded; '' where nothing keeps that but the text. */
  committedAt: string;
  /** Whether who looks for a document, for its partner, for what it refers to, for a lot, or for returns finds this pack by it. */
  isFoundBy(number: number): boolean;
  isFoundByPartner(number: number): boolean;
  isFoundByReference(number: number): boolean;
  isFoundByName(kind: 'lot' | 'return', name: string): boolean;
}

/** Where a store says that a SKU stands. */
export interface SkuPointer {
  sku: string;
  /** Of its last pack; 0 without any. */
  version: number;
  /** Whether it is among those that wait to be costed anew. */
  recosts: boolean;
  /** Places of ours by which it is found. */
  places: string[];
}

/** A pack but for its entries. */
export type PackState = Omit<Pack, 'stored' | 'entries'>;

/** What of an entry stock and value are summed from. */
export interface Move {
  seq: number;
  at: string;
  kind: LedgerEntry['kind'];
  from: string;
  to: string;
  fromPool: string;
  toPool: string;
  status: Status;
  /** The same as `status` where that stays. */
  toStatus: Status;
  lot: string;
  owner: string;
  quantity: bigint;
  value: bigint;
}

/** A SKU as it is now. */
export interface SkuBooks {
  head: SkuHead;
  /** By (place, lot, status, owner). */
  balances: Balance[];
  /** By (pool, at, rank, seq, part). */
  layers: CostLayer[];
}
