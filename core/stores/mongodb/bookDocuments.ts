/**
 * Heads, entries, balances and layers as they lie in MongoDB. Text that an entry lacks is left out,
 * which saves a quarter of the ledger's bytes.
 */
import {
  type Balance,
  type CostLayer,
  type CostPool,
  emptyHead,
  type Item,
  inputFrom,
  inputText,
  type LedgerEntry,
  type Recost,
  type SkuHead,
} from '../../ledger.ts';
import type { BalanceKey } from '../../ports.ts';
import { type Keyed, type Marked, type NamedTexts, namedFrom, namedOf } from './documents.ts';
import { bigintOf, int64 } from './int64.ts';
import { keyOf, seqText } from './keys.ts';

export interface HeadDocument
  extends Keyed,
    Omit<SkuHead, 'item' | 'recost'>,
    Partial<Pick<Marked, 'commit'>> {
  item?: Omit<Item, 'units' | 'attributes'> & { units: NamedTexts; attributes: NamedTexts };
  recost?: Omit<Recost, 'shifts'> & { shifts: { seq: number; by: bigint }[] };
}

/** Text that an entry may lack. */
const NO_TEXTS = {
  fromPool: '',
  toPool: '',
  lot: '',
  owner: '',
  line: '',
  partner: '',
  reason: '',
  reference: '',
};
type OptionalText = keyof typeof NO_TEXTS;
const OPTIONAL_TEXTS = Object.keys(NO_TEXTS) as OptionalText[];

export type EntryDocument = Keyed &
  Omit<LedgerEntry, OptionalText | 'input'> &
  Partial<Pick<LedgerEntry, OptionalText>> & { input?: string };

export interface BalanceDocument extends Keyed, Balance {}
export interface LayerDocument extends Keyed, CostLayer {}

export function headDocument(head: SkuHead): HeadDocument {
  const { item, recost, opening, ...rest } = head;
  const document: HeadDocument = {
    _id: keyOf(head.sku),
    ...rest,
    opening: { ...opening, standardCost: int64(opening.standardCost) },
    pools: head.pools.map((pool) => poolWith(pool, int64)),
  };
  if (item) {
    document.item = {
      ...item,
      standardCost: int64(item.standardCost),
      weight: int64(item.weight),
      units: namedOf(item.units),
      attributes: namedOf(item.attributes),
    };
  }
  if (recost) {
    const shifts = recost.shifts.map(([seq, by]) => ({ seq, by: int64(by) }));
    document.recost = { ...recost, shifts };
  }
  return document;
}

const poolWith = (pool: CostPool, amountOf: (amount: bigint) => bigint): CostPool => ({
  pool: pool.pool,
  quantity: amountOf(pool.quantity),
  value: amountOf(pool.value),
  lastCost: amountOf(pool.lastCost),
  reserved: amountOf(pool.reserved),
  ...(pool.untouched ? { untouched: true } : {}),
});

export function headFrom(sku: string, document: HeadDocument | undefined): SkuHead {
  if (!document) return emptyHead(sku);
  const { _id, commit, item, recost, opening, pools, ...rest } = document;
  const head: SkuHead = {
    ...rest,
    item: item && {
      ...item,
      standardCost: bigintOf(item.standardCost),
      weight: bigintOf(item.weight),
      units: namedFrom(item.units),
      attributes: namedFrom(item.attributes),
    },
    opening: { ...opening, standardCost: bigintOf(opening.standardCost) },
    pools: pools.map((pool) => poolWith(pool, bigintOf)),
  };
  if (recost) {
    const shifts = recost.shifts.map(({ seq, by }): [number, bigint] => [seq, bigintOf(by)]);
    head.recost = { ...recost, shifts };
  }
  return head;
}

export function entryDocument(entry: LedgerEntry): EntryDocument {
  const { sku, seq, kind, from, to, status, at, recordedAt, source, messageId, hash } = entry;
  const document: EntryDocument = {
    _id: keyOf(sku, seqText(seq)),
    sku,
    seq,
    kind,
    from,
    to,
    quantity: int64(entry.quantity),
    value: int64(entry.value),
    status,
    document: entry.document,
    at,
    recordedAt,
    source,
    messageId,
    hash,
  };
  for (const name of OPTIONAL_TEXTS) if (entry[name]) document[name] = entry[name];
  if (entry.toStatus !== undefined) document.toStatus = entry.toStatus;
  if (entry.input !== undefined) document.input = inputText(entry.input);
  if (entry.corrects !== undefined) document.corrects = entry.corrects;
  if (entry.by !== undefined) document.by = entry.by;
  return document;
}

export function entryFrom({ _id, input, ...stored }: EntryDocument): LedgerEntry {
  const amounts = { quantity: bigintOf(stored.quantity), value: bigintOf(stored.value) };
  const entry: LedgerEntry = { ...NO_TEXTS, ...stored, ...amounts };
  const stated = input === undefined ? undefined : inputFrom(input);
  if (stated) entry.input = stated;
  return entry;
}

export const balanceKey = ({ sku, place, lot, status, owner }: BalanceKey): string =>
  keyOf(sku, place, lot, status, owner);

export function balanceDocument(balance: Balance): BalanceDocument {
  const amounts = { onHand: int64(balance.onHand), reserved: int64(balance.reserved) };
  return { _id: balanceKey(balance), ...balance, ...amounts };
}

export function balanceFrom({ _id, ...balance }: BalanceDocument): Balance {
  const { onHand, reserved } = balance;
  return { ...balance, onHand: bigintOf(onHand), reserved: bigintOf(reserved) };
}

export type LayerKey = Pick<CostLayer, 'sku' | 'pool' | 'at' | 'seq' | 'part'>;

export const layerKey = ({ sku, pool, at, seq, part }: LayerKey): string =>
  keyOf(sku, pool, at, seqText(seq), seqText(part));

export function layerDocument(layer: CostLayer): LayerDocument {
  const amounts = { quantity: int64(layer.quantity), value: int64(layer.value) };
  return { _id: layerKey(layer), ...layer, ...amounts };
}

export function layerFrom({ _id, ...layer }: LayerDocument): CostLayer {
  return { ...layer, quantity: bigintOf(layer.quantity), value: bigintOf(layer.value) };
}
