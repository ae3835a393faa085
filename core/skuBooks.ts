/** A SKU as it is after its packs. */
import { keyOfBalance } from './keyOfBalance.ts';
import { type Balance, type CostLayer, emptyHead } from './ledger.ts';
import { compareUtf8 } from './order.ts';
import type { PackState, SkuBooks } from './pack.ts';

/** A layer among those of its SKU; when it came follows from its entry. */
export const keyOfLayer = ({ pool, seq, part }: CostLayer): string => `${seq} ${part} ${pool}`;

/** Whether a layer says the same as another of its key. */
export const isSameLayer = (one: CostLayer, other: CostLayer): boolean =>
  one.rank === other.rank &&
  one.quantity === other.quantity &&
  one.value === other.value &&
  one.since === other.since &&
  one.origin === other.origin &&
  one.lot === other.lot &&
  one.owed === other.owed;

/** Of a SKU that was never seen. */
export const emptyBooks = (sku: string): SkuBooks => ({
  head: emptyHead(sku),
  balances: [],
  layers: [],
});

/** `packs` from one that stands alone on, in order. */
export function booksOf(packs: readonly PackState[]): SkuBooks {
  const last = packs.at(-1)!;
  const item = packs.findLast(({ hasItem }) => hasItem)?.head.item;
  const balances = lastOfEach(packs, (pack) => pack.balances, keyOfBalance);
  const layers = lastOfEach(packs, (pack) => pack.layers, keyOfLayer);
  return {
    head: last.head.item === item ? last.head : { ...last.head, item },
    balances: ordered(only(balances, isInBooks), compareBalances),
    layers: ordered(only(layers, isThere), compareLayers),
  };
}

function lastOfEach<Row>(
  packs: readonly PackState[],
  rowsOf: (pack: PackState) => Row[],
  keyOf: (row: Row) => string,
): Row[] {
  if (packs.length === 1) return rowsOf(packs[0]!);
  const rows = new Map<string, Row>();
  for (const pack of packs) for (const row of rowsOf(pack)) rows.set(keyOf(row), row);
  return [...rows.values()];
}

const isThere = ({ quantity }: CostLayer): boolean => quantity !== 0n;

/** Most often all of them. */
export const only = <Row>(rows: Row[], isOne: (row: Row) => boolean): Row[] =>
  rows.every(isOne) ? rows : rows.filter(isOne);

/** Most often they are. */
export function ordered<Row>(rows: Row[], compare: (one: Row, other: Row) => number): Row[] {
  for (let index = 1; index < rows.length; index += 1) {
    if (compare(rows[index - 1]!, rows[index]!) > 0) return rows.sort(compare);
  }
  return rows;
}

/** Whether anything was ever there, or of a lot is there, or is held. */
export const isInBooks = ({ lot, onHand, reserved, version }: Balance): boolean =>
  reserved !== 0n || (version !== 0 && (lot === '' || onHand !== 0n));

/** By (place, lot, status, owner). */
export const compareBalances = (one: Balance, other: Balance): number =>
  compareUtf8(one.place, other.place) ||
  compareUtf8(one.lot, other.lot) ||
  compareUtf8(one.status, other.status) ||
  compareUtf8(one.owner, other.owner);

/** By (pool, at, rank, seq, part). */
export const compareLayers = (one: CostLayer, other: CostLayer): number =>
  compareUtf8(one.pool, other.pool) ||
  compareUtf8(one.at, other.at) ||
  compareUtf8(one.rank, other.rank) ||
  one.seq - other.seq ||
  one.part - other.part;
