/**
 * What cost pools held at a business date, as it was known at a moment. Months that lie wholly before
 * both dates are summed by the server, the two months of the dates by day here; of the two days
 * themselves the entries are read, unless a date is the last moment of its day.
 */
import type { ClientSession, Filter, MongoClient } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import type { ValuationRow } from '../../ports.ts';
import type { EntryDocument } from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { inSnapshot } from './inSnapshot.ts';
import { bigintOf } from './int64.ts';
import { between, keyOf } from './keys.ts';
import { timesOf } from './ledgerPage.ts';
import {
  type DaySum,
  dayOf,
  daySumsFrom,
  monthOf,
  type PoolSumDocument,
  type Sum,
} from './poolSums.ts';
import { rowsByWindows } from './rowsByWindows.ts';
import type { SkuWindow } from './skuWindows.ts';

const MIN_WINDOW_SKUS = 50;
const MAX_WINDOW_SKUS = 500;

const END_OF_DAY = 'T23:59:59.999Z';

/** The two dates; a clock that is not asked has none. */
interface Clocks {
  asOf?: string;
  knownAt?: string;
}

/** Where to read, all as of one moment. */
interface Reading extends Collections {
  session: ClientSession;
  window: SkuWindow;
  /** What is not in `poolSums` yet. */
  waiting: readonly DaySum[];
  /** How many SKUs there are, about. */
  allSkus: number;
}

export const valuationParts = ({ sku, pool }: ValuationRow): string[] => [sku, pool];

/** Rows of the page and at least one more, where there is one. */
export async function valuationAsOf(
  client: MongoClient,
  collections: Collections,
  { sku, ...clocks }: Clocks & { sku?: string },
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  const skus = Math.min(Math.max(wanted, MIN_WINDOW_SKUS), MAX_WINDOW_SKUS);
  const page = { sku, after, rows: wanted, most: { skus, entries: Number.POSITIVE_INFINITY } };
  const allSkus = await collections.heads.estimatedDocumentCount();
  return inSnapshot(client, async (session) => {
    const unsummed = await collections.unsummed.find({}, { session }).toArray();
    const bySku = Map.groupBy(unsummed.flatMap(daySumsFrom), (sum) => sum.sku);
    const keyed = Array.from(bySku, ([of, sums]) => ({ key: Buffer.from(keyOf(of)), sums }));
    return rowsByWindows(collections, page, valuationParts, (window) => {
      const [first, last] = [Buffer.from(window.first), Buffer.from(window.last)];
      const waiting = keyed
        .filter(({ key }) => key.compare(first) >= 0 && key.compare(last) <= 0)
        .flatMap(({ sums }) => sums);
      return valuationOf({ ...collections, session, window, waiting, allSkus }, clocks);
    });
  });
}

async function valuationOf(reading: Reading, clocks: Clocks): Promise<ValuationRow[]> {
  const rows = new Rows();
  const cut = { at: 0, recordedAt: 0 };
  const addDay = (sum: DaySum): void => {
    const happened = side(sum.at, clocks.asOf);
    const learnt = side(sum.recordedAt, clocks.knownAt);
    if (happened === 'after' || learnt === 'after') return;
    if (happened === 'on') cut.at += 1;
    else if (learnt === 'on') cut.recordedAt += 1;
    else rows.add(sum, sum);
  };
  for (const { _id, ...sum } of await wholeMonths(reading, clocks)) rows.add(_id, sum);
  for (const { sku, pool, days, ...month } of await edgeMonths(reading, clocks)) {
    for (const [name, sum] of Object.entries(days)) {
      const at = `${month.at}-${name.slice(0, 2)}`;
      addDay({ sku, pool, at, recordedAt: `${month.recordedAt}-${name.slice(2)}`, ...sum });
    }
  }
  reading.waiting.forEach(addDay);
  const { first, last, skus, entries } = reading.window;
  const all = [{ _id: between(first, last) }, ...timesOf(clocks)];
  // Days that are cut are read of all SKUs, and these SKUs may have fewer entries altogether.
  if (((cut.at + cut.recordedAt) * reading.allSkus) / skus > entries) {
    const counted = new Rows();
    counted.move(await movesOf(reading, all));
    return counted.rows();
  }
  for (const cutDay of cutDays(cut, clocks)) rows.move(await movesOf(reading, [...cutDay, ...all]));
  return rows.rows();
}

/** Entries of the business day that a date cuts, and the others of the day of recording. */
function cutDays(
  cut: { at: number; recordedAt: number },
  { asOf, knownAt }: Clocks,
): Filter<EntryDocument>[][] {
  const days: Filter<EntryDocument>[][] = [];
  const isCut = asOf !== undefined && side(dayOf(asOf), asOf) === 'on';
  if (isCut && cut.at > 0) days.push([{ at: { $gte: dayOf(asOf), $lte: asOf } }]);
  if (knownAt !== undefined && cut.recordedAt > 0) {
    const learnt = { recordedAt: { $gte: dayOf(knownAt), $lte: knownAt } };
    days.push(isCut ? [learnt, { at: { $lt: dayOf(asOf) } }] : [learnt]);
  }
  return days;
}

/** Where a day lies to a date; `on` only where the date cuts it. */
function side(day: string, date: string | undefined): 'before' | 'on' | 'after' {
  if (date === undefined || day < dayOf(date)) return 'before';
  if (day > dayOf(date)) return 'after';
  return date.endsWith(END_OF_DAY) ? 'before' : 'on';
}

function wholeMonths(
  { poolSums, session, window }: Reading,
  { asOf, knownAt }: Clocks,
): Promise<({ _id: Pool } & Sum)[]> {
  const before: Filter<PoolSumDocument>[] = [{ _id: between(window.first, window.last) }];
  if (asOf !== undefined) before.push({ at: { $lt: monthOf(asOf) } });
  if (knownAt !== undefined) before.push({ recordedAt: { $lt: monthOf(knownAt) } });
  const sums = { quantity: { $sum: '$quantity' }, value: { $sum: '$value' } };
  return poolSums
    .aggregate<{ _id: Pool } & Sum>(
      [{ $match: { $and: before } }, { $group: { _id: { sku: '$sku', pool: '$pool' }, ...sums } }],
      { session },
    )
    .toArray();
}

async function edgeMonths(
  { poolSums, session, window }: Reading,
  { asOf, knownAt }: Clocks,
): Promise<PoolSumDocument[]> {
  const upTo: Filter<PoolSumDocument>[] = [{ _id: between(window.first, window.last) }];
  const edges: Filter<PoolSumDocument>[] = [];
  if (asOf !== undefined) {
    upTo.push({ at: { $lte: monthOf(asOf) } });
    edges.push({ at: monthOf(asOf) });
  }
  if (knownAt !== undefined) {
    upTo.push({ recordedAt: { $lte: monthOf(knownAt) } });
    edges.push({ recordedAt: monthOf(knownAt) });
  }
  if (edges.length === 0) return [];
  return poolSums.find({ $and: [...upTo, { $or: edges }] }, { session }).toArray();
}

interface Moves extends Sum {
  _id: { sku: string; fromPool?: string | null; toPool?: string | null };
}

/** The narrowest of `times` first: it decides the index on servers that take the first that fits. */
/** The narrowest of `filters` comes first: some servers use the index of the first that has one. */
function movesOf(
  { entries, session }: Reading,
  filters: Filter<EntryDocument>[],
): Promise<Moves[]> {
  const way = { sku: '$sku', fromPool: '$fromPool', toPool: '$toPool' };
  const sums = { quantity: { $sum: '$quantity' }, value: { $sum: '$value' } };
  return entries
    .aggregate<Moves>([{ $match: { $and: filters } }, { $group: { _id: way, ...sums } }], {
      session,
    })
    .toArray();
}

interface Pool {
  sku: string;
  pool: string;
}

/** Sums by pool. */
class Rows {
  readonly #rows = new Map<string, ValuationRow>();

  /** Amounts as they were read. */
  add({ sku, pool }: Pool, { quantity, value }: Sum): void {
    this.#add(sku, pool, bigintOf(quantity), bigintOf(value));
  }

  move(moves: readonly Moves[]): void {
    for (const { _id, quantity, value } of moves) {
      this.#add(_id.sku, _id.fromPool ?? '', -bigintOf(quantity), -bigintOf(value));
      this.#add(_id.sku, _id.toPool ?? '', bigintOf(quantity), bigintOf(value));
    }
  }

  rows(): ValuationRow[] {
    return [...this.#rows.values()];
  }

  #add(sku: string, pool: string, quantity: bigint, value: bigint): void {
    if (pool === '') return;
    const key = keyOf(sku, pool);
    const row = this.#rows.get(key);
    if (row) {
      row.quantity += quantity;
      row.value += value;
    } else this.#rows.set(key, { sku, pool, quantity, value });
  }
}
