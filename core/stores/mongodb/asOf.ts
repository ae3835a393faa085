/**
 * Stock and value as they were at a business date: the server sums the ledger by SKU and way, the
 * two ends of each way are added up here. By windows of SKUs, so that a page costs the entries of its
 * own SKUs and not of the whole ledger.
 */
import type { CursorPart } from '../../cursor.ts';
import { type Balance, isVirtual, type Status } from '../../ledger.ts';
import type { StockFilter, ValuationRow } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './documents.ts';
import { between, keyOf } from './keys.ts';

/** SKUs whose entries are summed at once. */
const WINDOW_SKUS = 500;

interface Moves {
  _id: {
    sku: string;
    from: string;
    to: string;
    fromPool?: string | null;
    toPool?: string | null;
    lot?: string | null;
    status: Status;
  };
  /** Long or number, as the server sums. */
  quantity: unknown;
  value: unknown;
  seq: number;
}

/** Rows of the page and at least one more, where there is one. */
export function stockAsOf(
  collections: Collections,
  filter: StockFilter & { asOf: string },
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<Balance[]> {
  const isAsked = (place: string): boolean =>
    filter.place === undefined ? !isVirtual(place) : place === filter.place;
  return byWindows(collections, filter, after, wanted, balanceKeyParts, (moves) => {
    const balances = new Map<string, Balance>();
    const add = ({ _id, seq }: Moves, place: string, quantity: bigint): void => {
      if (!isAsked(place)) return;
      const { sku, status } = _id;
      const lot = _id.lot ?? '';
      const key = keyOf(sku, place, lot, status);
      const sum = balances.get(key) ?? emptyBalance(sku, place, lot, status);
      sum.onHand += quantity;
      sum.version = Math.max(sum.version, seq);
      balances.set(key, sum);
    };
    for (const move of moves) {
      add(move, move._id.from, -bigintOf(move.quantity));
      add(move, move._id.to, bigintOf(move.quantity));
    }
    return [...balances.values()];
  });
}

export function valuationAsOf(
  collections: Collections,
  filter: { sku?: string; asOf: string },
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  return byWindows(collections, filter, after, wanted, valuationKeyParts, (moves) => {
    const pools = new Map<string, ValuationRow>();
    const add = (sku: string, pool: string, quantity: bigint, value: bigint): void => {
      if (pool === '') return;
      const key = keyOf(sku, pool);
      const sum = pools.get(key) ?? { sku, pool, quantity: 0n, value: 0n };
      sum.quantity += quantity;
      sum.value += value;
      pools.set(key, sum);
    };
    for (const { _id, quantity, value } of moves) {
      add(_id.sku, _id.fromPool ?? '', -bigintOf(quantity), -bigintOf(value));
      add(_id.sku, _id.toPool ?? '', bigintOf(quantity), bigintOf(value));
    }
    return [...pools.values()];
  });
}

export const balanceKeyParts = ({ sku, place, lot, status }: Balance): string[] => [
  sku,
  place,
  lot,
  status,
];

export const valuationKeyParts = ({ sku, pool }: ValuationRow): string[] => [sku, pool];

const emptyBalance = (sku: string, place: string, lot: string, status: Status): Balance => ({
  sku,
  place,
  lot,
  status,
  onHand: 0n,
  reserved: 0n,
  version: 0,
});

async function byWindows<Row>(
  collections: Collections,
  filter: { sku?: string; asOf: string },
  after: CursorPart[] | undefined,
  wanted: number,
  partsOf: (row: Row) => string[],
  sum: (moves: Moves[]) => Row[],
): Promise<Row[]> {
  const rows: Row[] = [];
  const start = after && keyOf(...(after as string[]));
  for await (const [first, last] of windows(collections, filter.sku, after)) {
    const moves = await movesOf(collections, first, last, filter.asOf);
    const keyed = sum(moves).map((row) => ({ row, key: Buffer.from(keyOf(...partsOf(row))) }));
    keyed.sort((one, other) => Buffer.compare(one.key, other.key));
    for (const { row, key } of keyed) {
      if (start === undefined || Buffer.compare(key, Buffer.from(start)) > 0) rows.push(row);
    }
    if (rows.length >= wanted) break;
  }
  return rows;
}

function movesOf(
  { entries }: Collections,
  first: string,
  last: string,
  asOf: string,
): Promise<Moves[]> {
  const way = { sku: '$sku', from: '$from', to: '$to', lot: '$lot', status: '$status' };
  return entries
    .aggregate<Moves>([
      { $match: { _id: between(first, last), at: { $lte: asOf } } },
      {
        $group: {
          _id: { ...way, fromPool: '$fromPool', toPool: '$toPool' },
          quantity: { $sum: '$quantity' },
          value: { $sum: '$value' },
          seq: { $max: '$seq' },
        },
      },
    ])
    .toArray();
}

/** Keys of the first and last SKU of each window, from the SKU of the cursor on. */
async function* windows(
  { heads }: Collections,
  sku: string | undefined,
  after: CursorPart[] | undefined,
): AsyncGenerator<[string, string]> {
  if (sku !== undefined) {
    yield [keyOf(sku), keyOf(sku)];
    return;
  }
  let from: { $gt: string } | { $gte: string } = { $gte: keyOf(String(after?.[0] ?? '')) };
  for (;;) {
    const found = await heads
      .find({ _id: from }, { projection: { _id: 1 } })
      .sort({ _id: 1 })
      .limit(WINDOW_SKUS)
      .toArray();
    const last = found.at(-1);
    if (!last) return;
    yield [found[0]!._id, last._id];
    from = { $gt: last._id };
  }
}
