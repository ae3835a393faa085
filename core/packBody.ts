/**
 * The text of a pack: JSON, so that an auditor reads it with the database's own functions, with entries
 * as short arrays, a line each. Whole numbers that a double holds exactly are numbers, others text. Lists
 * can be taken apart without a JSON parser too: texts in them are `quoted`, and of an entry a tab stands
 * on either side of its input, which is the only thing in it that may have further parts.
 */
import { hash } from 'node:crypto';
import type { Item, LedgerEntry, Status, ValuationMethod } from './ledger.ts';
import type { BATCH_FORMAT, TraceContext } from './message.ts';
import type { PostedDocument } from './pack.ts';
import type { StoredWritten } from './storedWritten.ts';

/** Of the body; a reader refuses another. */
export const FORMAT = 3;
/** By which rules its values were found, where the body says it (`costing`); left out they are these, the first. */
export const COSTING_RULES = 1;
/** How a hash is made, and of what. */
const HASH_RULE = 1;

export type StoredNumber = number | string;
export type StoredRoute = [
  kind: LedgerEntry['kind'],
  from: string,
  to: string,
  fromPool: string,
  toPool: string,
  status: Status,
  toStatus: Status | '',
];
/** On hand, with what is reserved of it where anything is; 0 none. */
export type StoredAfter = 0 | [onHand: StoredNumber, reserved?: StoredNumber];
/** What is left out at the end is empty. */
export type StoredEntry = [
  route: number,
  document: number,
  quantity: StoredNumber,
  value: StoredNumber,
  line: string,
  fromAfter?: StoredAfter,
  toAfter?: StoredAfter,
  input?: Record<string, unknown> | 0,
  lot?: string,
  owner?: string,
  reason?: string,
  corrects?: number,
  by?: number,
];
export type StoredBalance = [
  place: string,
  lot: string,
  status: Status,
  owner: string,
  onHand: StoredNumber,
  reserved: StoredNumber,
  version: number,
  since?: string,
  expiresOn?: string,
];
export type StoredLayer = [
  pool: string,
  at: string,
  seq: number,
  part: number,
  quantity: StoredNumber,
  value: StoredNumber,
  origin: number,
  since: string,
  lot?: string,
  owed?: string,
  rank?: string,
];
export type StoredPool = [
  pool: string,
  quantity: StoredNumber,
  value: StoredNumber,
  lastCost: StoredNumber,
  reserved: StoredNumber,
  /** 1 untouched, 2 short of many. */
  mark?: 1 | 2,
];

/** The part of a body that says what moved. */
export interface MovedPack {
  v: number;
  costing?: number;
  sku: string;
  version: number;
  /** Of its last entry. */
  seq: number;
  recordedAt: string;
  routes: StoredRoute[];
  /** Documents of the commit by their numbers, in the places that entries name, with their business time. */
  documents: [number: number, at: string][];
  entries: StoredEntry[];
}

/** `seq` of the entry at a place. */
export const seqOf = ({ seq, entries }: MovedPack, index: number): number =>
  seq - entries.length + 1 + index;

/** The same as far as it is told to others: entries that changed a balance, and what they name. */
export interface ToldPack extends MovedPack {
  /** `seq` of each entry, where they are not those that end with `seq`, without a gap. */
  seqs?: number[];
}

/**
 * Changes of stock on their way: what of the packs of a commit says what moved. `stockEvents` of
 * core/deliver makes events of it, an event for each balance that an entry changed.
 */
export interface MovedBatch extends TraceContext {
  v: typeof BATCH_FORMAT;
  source: string;
  type: 'stock.changed.v1';
  time: string;
  currency: string;
  minorDigits: number;
  /** By the numbers that packs name: document, partner, reference, source, id of the message, actor. */
  documents: Record<number, [string, string, string, string, string, string]>;
  packs: ToldPack[];
}

export interface PackBody extends MovedPack {
  latestAt: string;
  latestRank: string;
  checkpointSeq: number;
  sinceBase: [rows: number, packs: number, changed: number];
  opening: [valuation: ValuationMethod, standardCost: StoredNumber];
  item?: Record<string, unknown>;
  recost?: Record<string, unknown>;
  ahead?: string[];
  written?: StoredWritten[];
  lotsLeft?: true;
  pools: StoredPool[];
  balances: StoredBalance[];
  layers: StoredLayer[];
}

const NONE = Object.freeze({});

/** An item as far as nobody said otherwise; of it a pack holds what is other. */
export const usualItem = (sku: string): Item => ({
  sku,
  name: '',
  unit: '',
  units: NONE,
  valuation: 'fifo',
  standardCost: 0n,
  tracking: 'none',
  picking: 'fefo',
  negative: '',
  valued: true,
  weight: 0n,
  barcode: '',
  group: '',
  attributes: NONE,
  changed: NONE,
});

/** What a document says. A field that documents gain later comes last, and is left out where it is empty: no hash changes. */
export function postedText(posted: PostedDocument): string {
  const { document, partner, reference, at, source, messageId, actor, contenthash } = posted;
  return JSON.stringify([document, partner, reference, at, source, messageId, actor, contenthash]);
}

/**
 * Of what the hash of a pack covers: the hash of the pack before, its body, and the texts of the documents
 * that it names, joined by commas, with a space between. It says by which rule it was made: packs of before
 * keep theirs when another joins.
 */
export const hashOfText = (text: string | Uint8Array): string =>
  `${HASH_RULE}.${hash('sha256', text, 'base64url')}`;

export const hashPack = (before: string, body: string, documents: readonly string[]): string =>
  hashOfText(`${before} ${body} ${documents.join()}`);
