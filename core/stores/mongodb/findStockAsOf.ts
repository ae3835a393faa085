/**
 * Stock as it was at a business date or as it was known at a moment: the server sums the ledger by
 * SKU and way, the two ends of each way are added up here.
 */
import type { Filter } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import { type Balance, isOutside, type Status } from '../../ledger.ts';
import type { StockFilter } from '../../ports.ts';
import type { EntryDocument } from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { timesOf } from './findLedgerPage.ts';
import { bigintOf } from './int64.ts';
import { type KeyRange, keyOf } from './keys.ts';
import { type ByWindows, rowsByWindows } from './rowsByWindows.ts';

interface Way {
  sku: string;
  from: string;
  to: string;
  lot?: string | null;
  status: Status;
  toStatus?: Status | null;
  owner?: string | null;
}

interface Moves {
  _id: Way;
  /** Long or number, as the server sums. */
  quantity: unknown;
  seq: number;
}

export const balanceParts = ({ sku, place, lot, status, owner }: Balance): string[] => [
  sku,
  place,
  lot,
  status,
  owner,
];

/** Rows of the page and at least one more, where there is one. */
export function findStockAsOf(
  collections: Collections,
  by: ByWindows,
  filter: StockFilter,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<Balance[]> {
  const { sku, place } = filter;
  const isAsked = (end: string): boolean => (place === undefined ? !isOutside(end) : end === place);
  const page = { sku, after, rows: wanted };
  return rowsByWindows(by, page, balanceParts, async ({ range }) => {
    const balances = new Map<string, Balance>();
    for (const { _id: way, quantity, seq } of await movesOf(collections, range, filter)) {
      const ends = [
        { place: way.from, status: way.status, onHand: -bigintOf(quantity) },
        { place: way.to, status: way.toStatus ?? way.status, onHand: bigintOf(quantity) },
      ];
      for (const end of ends) {
        if (isAsked(end.place)) add(balances, { ...balanceAt(way, end), version: seq });
      }
    }
    return [...balances.values()];
  });
}

type End = Pick<Balance, 'place' | 'status' | 'onHand'>;

const balanceAt = ({ sku, lot, owner }: Way, end: End): Omit<Balance, 'version'> => ({
  sku,
  lot: lot ?? '',
  owner: owner ?? '',
  reserved: 0n,
  expiresOn: '',
  since: '',
  ...end,
});

function add(balances: Map<string, Balance>, balance: Balance): void {
  const key = keyOf(...balanceParts(balance));
  const sum = balances.get(key);
  if (sum) {
    sum.onHand += balance.onHand;
    sum.version = Math.max(sum.version, balance.version);
  } else balances.set(key, balance);
}

function movesOf({ entries }: Collections, range: KeyRange, filter: StockFilter): Promise<Moves[]> {
  const { place, asOf, knownAt } = filter;
  const ends: Filter<EntryDocument>[] =
    place === undefined ? [] : [{ $or: [{ from: place }, { to: place }] }];
  const times = timesOf({
    ...(asOf === undefined ? {} : { asOf }),
    ...(knownAt === undefined ? {} : { knownAt }),
  });
  // A value that moves alone is no stock.
  const moved: Filter<EntryDocument> = {
    _id: range,
    quantity: { $gt: 0n },
  };
  const way = { sku: '$sku', from: '$from', to: '$to', lot: '$lot', owner: '$owner' };
  return entries
    .aggregate<Moves>([
      { $match: { $and: [moved, ...ends, ...times] } },
      {
        $group: {
          _id: { ...way, status: '$status', toStatus: '$toStatus' },
          quantity: { $sum: '$quantity' },
          seq: { $max: '$seq' },
        },
      },
    ])
    .toArray();
}
