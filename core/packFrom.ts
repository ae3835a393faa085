/** Packs as they were written, read again. */
import type {
  Balance,
  BalanceAfter,
  CostLayer,
  CostPool,
  EntryInput,
  Item,
  LedgerEntry,
  Recost,
  SkuHead,
} from './ledger.ts';
import type { Move, PackState, PackText, PackWithDocuments, PostedDocument } from './pack.ts';
import {
  COSTING_RULES,
  FORMAT,
  hashPack,
  type MovedPack,
  type PackBody,
  postedText,
  type StoredAfter,
  type StoredBalance,
  type StoredEntry,
  type StoredLayer,
  type StoredNumber,
  type StoredPool,
  seqOf,
  type ToldPack,
  usualItem,
} from './packBody.ts';
import { rankOf } from './rankOf.ts';
import { requireVersion } from './requireVersion.ts';
import { writtenFrom } from './storedWritten.ts';

/**
 * The entries alone: what comes after them is not looked at. Throws FORMAT_UNKNOWN, and what JSON.parse
 * throws for what no Stockbus wrote.
 */
export function entriesFrom(stored: PackWithDocuments): LedgerEntry[] {
  const moved = movedOf(stored);
  const documents = moved.documents.map(([number]) => postedIn(stored, number));
  return moved.entries.map((entry, index) => ranked(entryFrom(moved, documents, entry, index)));
}

/** With where it stands among those of one instant, which few want to know. */
export function ranked(entry: LedgerEntry): LedgerEntry {
  if (entry.by === undefined) entry.rank = rankOf(entry);
  return entry;
}

/** Throws an Error where it is not there. */
export function postedIn(stored: PackWithDocuments, number: number): PostedDocument {
  const posted = stored.documentOf(number);
  if (posted) return posted;
  const { version, sku } = stored;
  throw new Error(`document ${number}, which pack ${version} of ${sku} names, is not there`);
}

/** What stands in a pack of the documents that it names. */
type Named = Omit<PostedDocument, 'at' | 'contenthash' | 'skus'>;

/** The head alone: neither entries nor balances and layers are looked at. */
export function packHead(stored: PackText): SkuHead {
  const { body } = stored;
  const start = body.indexOf(AFTER_ENTRIES);
  const said =
    body.slice(0, body.indexOf(ROUTES)) + body.slice(start, body.indexOf(BALANCES, start));
  return headFrom(known(stored, JSON.parse(`${said}}`) as PackBody), stored.hash);
}

/** Without the entries, which are not looked at. */
export function packState(stored: PackText): PackState {
  const { body } = stored;
  const state = body.slice(0, body.indexOf(ROUTES)) + body.slice(body.indexOf(AFTER_ENTRIES));
  return stateFrom(stored, known(stored, JSON.parse(state) as PackBody));
}

/** What it moved, and when that was recorded. */
export function movesOf(stored: PackText): { recordedAt: string; moves: Move[] } {
  const body = movedOf(stored);
  const moves = body.entries.map((entry, index): Move => {
    const [kind, from, to, fromPool, toPool, status, toStatus] = body.routes[entry[0]]!;
    return {
      seq: seqOf(body, index),
      at: body.documents[entry[1]]![1],
      ...{ kind, from, to, fromPool, toPool, status, toStatus: toStatus || status },
      lot: entry[8] ?? '',
      owner: entry[9] ?? '',
      quantity: BigInt(entry[2]),
      value: BigInt(entry[3]),
    };
  });
  return { recordedAt: body.recordedAt, moves };
}

/** What of a pack says what moved, as it was written. */
export const movedPart = ({ body }: PackText): string => body.slice(1, body.indexOf(AFTER_ENTRIES));

/** The hash that a pack must have after another. */
export function hashOfPack(stored: PackWithDocuments, before: string): string {
  const named = movedOf(stored).documents.map(([number]) => postedText(postedIn(stored, number)));
  return hashPack(before, stored.body, named);
}

/** What comes after the entries is not looked at. */
export const movedOf = (stored: PackText): MovedPack =>
  known(stored, JSON.parse(`${stored.body.slice(0, stored.body.indexOf(AFTER_ENTRIES))}}`));

/** In a text within JSON these marks cannot stand. */
const AFTER_ENTRIES = ',"latestAt":"';
const ROUTES = ',"routes":[';
const BALANCES = ',"balances":[';
const DOCUMENTS = ',"documents":[';
const AFTER_DOCUMENTS = '],"entries":[';

/** Numbers of the documents that a pack names, without reading all of it. */
export function namedDocuments({ body }: Pick<PackText, 'body'>): number[] {
  const from = body.indexOf(DOCUMENTS) + DOCUMENTS.length;
  const until = body.indexOf(AFTER_DOCUMENTS, from);
  const numbers: number[] = [];
  for (let at = body.indexOf('[', from); at >= 0 && at < until; at = body.indexOf('[', at + 1)) {
    numbers.push(Number.parseInt(body.slice(at + 1, body.indexOf(',', at)), 10));
  }
  return numbers;
}

function known<Body extends MovedPack>({ sku, version }: PackText, body: Body): Body {
  requireVersion(`pack ${version} of ${sku}`, body.v, FORMAT);
  const { costing = COSTING_RULES } = body;
  requireVersion(`the costing of pack ${version} of ${sku}`, costing, COSTING_RULES);
  return body;
}

const stateFrom = (
  { sku, version, isBase, hash: hashed }: PackText,
  body: PackBody,
): PackState => ({
  sku,
  version,
  isBase,
  head: headFrom(body, hashed),
  hasItem: isBase || body.item !== undefined,
  balances: body.balances.map((balance) => balanceFrom(body.sku, balance)),
  layers: body.layers.map((layer) => layerFrom(body.sku, layer)),
});

function headFrom(stored: PackBody, hashed: string): SkuHead {
  const { sku, version, seq, opening, recordedAt, latestAt, latestRank, checkpointSeq } = stored;
  const [rows, packs, changed] = stored.sinceBase;
  const head: SkuHead = {
    sku,
    version,
    seq,
    item: stored.item && itemFrom(sku, stored.item),
    opening: openingFrom(opening),
    pools: stored.pools.map(poolFrom),
    recordedAt,
    hash: hashed,
    sinceBase: { rows, packs, changed },
    latestAt,
    latestRank,
    checkpointSeq,
  };
  if (stored.recost) head.recost = recostFrom(stored.recost);
  if (stored.ahead) head.ahead = stored.ahead;
  if (stored.written) head.written = stored.written.map(writtenFrom);
  if (stored.lotsLeft) head.lotsLeft = true;
  return head;
}

/** Of items without a standard cost they are shared. */
const freeOpenings = new Map<string, SkuHead['opening']>();

function openingFrom([valuation, standardCost]: PackBody['opening']): SkuHead['opening'] {
  const known = standardCost === 0 ? freeOpenings.get(valuation) : undefined;
  if (known) return known;
  const opening = { valuation, standardCost: exact(standardCost) };
  if (standardCost === 0) freeOpenings.set(valuation, opening);
  return opening;
}

/** Most are 0, for which there is no object. */
const exact = (stored: StoredNumber): bigint => (stored === 0 ? 0n : BigInt(stored));

function itemFrom(sku: string, stored: Record<string, unknown>): Item {
  const item = Object.assign(usualItem(sku), stored as Partial<Item>);
  item.standardCost = exact(item.standardCost as unknown as StoredNumber);
  item.weight = exact(item.weight as unknown as StoredNumber);
  return item;
}

function recostFrom(stored: Record<string, unknown>): Recost {
  const shifts = stored.shifts as [number, string][];
  return {
    ...(stored as unknown as Recost),
    shifts: shifts.map(([seq, by]) => [seq, BigInt(by)]),
  };
}

function poolFrom([pool, quantity, value, lastCost, reserved, mark]: StoredPool): CostPool {
  const row: CostPool = {
    pool,
    quantity: exact(quantity),
    value: exact(value),
    lastCost: exact(lastCost),
    reserved: exact(reserved),
  };
  if (mark === 1) row.untouched = true;
  if (mark === 2) row.manyShort = true;
  return row;
}

const balanceFrom = (sku: string, stored: StoredBalance): Balance => ({
  sku,
  place: stored[0],
  lot: stored[1],
  status: stored[2],
  owner: stored[3],
  onHand: exact(stored[4]),
  reserved: exact(stored[5]),
  expiresOn: stored[8] ?? '',
  since: stored[7] ?? '',
  version: stored[6],
});

const layerFrom = (sku: string, stored: StoredLayer): CostLayer => ({
  sku,
  pool: stored[0],
  at: stored[1],
  rank: stored[10] ?? '',
  seq: stored[2],
  part: stored[3],
  // Of most layers: the same text once.
  since: stored[7] === stored[1] ? stored[1] : stored[7],
  origin: stored[6],
  lot: stored[8] ?? '',
  owed: stored[9] ?? '',
  quantity: BigInt(stored[4]),
  value: BigInt(stored[5]),
});

export function entryFrom(
  body: ToldPack,
  documents: readonly Named[],
  stored: StoredEntry,
  index: number,
): LedgerEntry {
  const [kind, from, to, fromPool, toPool, status, toStatus] = body.routes[stored[0]]!;
  const posted = documents[stored[1]]!;
  const entry: LedgerEntry = {
    sku: body.sku,
    seq: body.seqs?.[index] ?? seqOf(body, index),
    kind,
    from,
    to,
    quantity: BigInt(stored[2]),
    value: BigInt(stored[3]),
    fromPool,
    toPool,
    lot: stored[8] ?? '',
    status,
    owner: stored[9] ?? '',
    document: posted.document,
    line: stored[4],
    partner: posted.partner,
    reason: stored[10] ?? '',
    reference: posted.reference,
    at: body.documents[stored[1]]![1],
    rank: '',
    recordedAt: body.recordedAt,
    source: posted.source,
    messageId: posted.messageId,
    actor: posted.actor,
    pack: body.version,
  };
  if (toStatus) entry.toStatus = toStatus;
  if (stored[5]) entry.fromAfter = afterFrom(stored[5]);
  if (stored[6]) entry.toAfter = afterFrom(stored[6]);
  if (stored[7]) entry.input = inputFrom(stored[7]);
  if (stored[11]) entry.corrects = stored[11];
  if (stored[12]) entry.by = stored[12];
  return entry;
}

const afterFrom = ([onHand, reserved]: Exclude<StoredAfter, 0>): BalanceAfter => ({
  onHand: BigInt(onHand),
  reserved: reserved === undefined ? 0n : BigInt(reserved),
});

const AMOUNTS = ['amount', 'unitCost', 'counted', 'ofQuantity', 'extra'] as const;

function inputFrom(stored: Record<string, unknown>): EntryInput {
  const input = stored as EntryInput;
  for (const name of AMOUNTS) {
    if (input[name] !== undefined) input[name] = BigInt(input[name]);
  }
  if (input.share) input.share = input.share.map(BigInt) as [bigint, bigint, bigint];
  return input;
}
