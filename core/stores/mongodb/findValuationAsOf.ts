/**
 * What cost pools held at a business date, as it was known at a moment. Months that lie wholly before
 * both dates are added up, then the days of those months that a date cuts; of the two days that are
 * cut the entries are read, unless a date is the last moment of its day.
 */
import type { ClientSession, Filter, MongoClient } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import type { ValuationRow } from '../../ports.ts';
import type { EntryDocument } from './bookDocuments.ts';
import { Clock } from './Clock.ts';
import type { Collections } from './Collections.ts';
import type { PoolSumDocument } from './documents.ts';
import { timesOf } from './findLedgerPage.ts';
import { inSnapshot } from './inSnapshot.ts';
import { bigintOf } from './int64.ts';
import { keyOf, prefixed } from './keys.ts';
import { eachSum, monthsKey } from './PoolSums.ts';
import { type ByWindows, rowsByWindows } from './rowsByWindows.ts';
import type { SkuWindow } from './SkuWindows.ts';
import { type DaySum, dayOf, type Sum } from './unsummed.ts';
import type { WaitingSums } from './WaitingSums.ts';

/** Documents that are rather asked for by their keys than by the range that they lie in. */
const FEW = 50;

/** The two dates; a clock that is not asked has none. */
interface Dates {
  asOf?: string;
  knownAt?: string;
}

/** Where to read, all as of one moment. */
interface Reading extends Collections {
  session: ClientSession;
  window: SkuWindow;
  /** What is not in the sums of months and days yet. */
  waiting: readonly DaySum[];
  happened: Clock;
  learnt: Clock;
}

/** What pages of the past have in common. */
export interface PastReading extends ByWindows {
  client: MongoClient;
  collections: Collections;
  waitingSums: WaitingSums;
}

export const valuationParts = ({ sku, pool }: ValuationRow): string[] => [sku, pool];

/** Rows of the page and at least one more, where there is one. */
export async function findValuationAsOf(
  { client, collections, waitingSums, ...by }: PastReading,
  { sku, ...dates }: Dates & { sku?: string },
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<ValuationRow[]> {
  const page = { sku, after, rows: wanted };
  const clocks = { happened: new Clock(dates.asOf), learnt: new Clock(dates.knownAt) };
  return inSnapshot(client, async (session) => {
    const waitingIn =
      sku === undefined ? await waitingSums.ofAll(session) : await waitingSums.ofSku(sku, session);
    return rowsByWindows(by, page, valuationParts, (window) => {
      const waiting = waitingIn(window.range);
      const reading = { ...collections, ...clocks, session, window, waiting };
      return valuationOf(reading, dates, () => by.windows.count());
    });
  });
}

async function valuationOf(
  reading: Reading,
  dates: Dates,
  countSkus: () => Promise<number>,
): Promise<ValuationRow[]> {
  const { happened, learnt } = reading;
  const rows = new Rows();
  const cut = { at: 0, recordedAt: 0 };
  const addDay = (of: Pool, at: string, recordedAt: string, sum: () => Sum): void => {
    const isAt = happened.side(at);
    const isRecordedAt = learnt.side(recordedAt);
    if (isAt === 'after' || isRecordedAt === 'after') return;
    if (isAt === 'on') cut.at += 1;
    else if (isRecordedAt === 'on') cut.recordedAt += 1;
    else rows.add(of, sum());
  };
  const cutMonths = await addMonths(reading, rows);
  for (const document of await daysOf(reading, cutMonths)) {
    eachSum(document, (at, recordedAt, quantity, value) => {
      addDay(document, at, recordedAt, () => amounts(quantity, value));
    });
  }
  for (const sum of reading.waiting) addDay(sum, sum.at, sum.recordedAt, () => sum);
  if (cut.at + cut.recordedAt === 0) return rows.rows();
  const { range, skus, entries } = reading.window;
  const all = [{ _id: range }, ...timesOf(dates)];
  // Days that are cut are read of all SKUs, and these SKUs may have fewer entries altogether.
  if (((cut.at + cut.recordedAt) * (await countSkus())) / Math.max(skus, 1) > entries) {
    const counted = new Rows();
    counted.move(await movesOf(reading, all));
    return counted.rows();
  }
  for (const cutDay of cutDays(cut, dates, happened))
    rows.move(await movesOf(reading, [...cutDay, ...all]));
  return rows.rows();
}

/** Adds the months before both dates; gives keys of `daySums` by the months that a date cuts. */
async function addMonths(
  { monthSums, session, window, happened, learnt }: Reading,
  rows: Rows,
): Promise<Map<string, string[]>> {
  const cut = new Map<string, string[]>();
  for (const document of await monthSums.find({ _id: window.range }, { session }).toArray()) {
    const { sku, pool } = document;
    const before: Sum = { quantity: 0n, value: 0n };
    let moved = false;
    eachSum(document, (at, recordedAt, quantity, value) => {
      const isAt = happened.side(at);
      const isRecordedAt = learnt.side(recordedAt);
      if (isAt === 'after' || isRecordedAt === 'after') return;
      if (isAt === 'before' && isRecordedAt === 'before') {
        before.quantity += BigInt(quantity);
        before.value += BigInt(value);
        moved = true;
        return;
      }
      const months = monthsKey(at, recordedAt);
      const keys = cut.get(months);
      const key = keyOf(at, recordedAt, sku, pool);
      if (keys) keys.push(key);
      else cut.set(months, [key]);
    });
    if (moved) rows.add(document, before);
  }
  return cut;
}

async function daysOf(
  { daySums, session, window }: Reading,
  cutMonths: ReadonlyMap<string, string[]>,
): Promise<PoolSumDocument[]> {
  const found: PoolSumDocument[] = [];
  const single: string[] = [];
  for (const [months, keys] of cutMonths) {
    if (keys.length <= FEW) single.push(...keys);
    else {
      const _id = prefixed(months, window.range);
      found.push(...(await daySums.find({ _id }, { session }).toArray()));
    }
  }
  if (single.length > 0) {
    found.push(...(await daySums.find({ _id: { $in: single } }, { session }).toArray()));
  }
  return found;
}

const amounts = (quantity: string, value: string): Sum => ({
  quantity: BigInt(quantity),
  value: BigInt(value),
});

/** Entries of the business day that a date cuts, and the others of the day of recording. */
function cutDays(
  cut: { at: number; recordedAt: number },
  { asOf, knownAt }: Dates,
  happened: Clock,
): Filter<EntryDocument>[][] {
  const days: Filter<EntryDocument>[][] = [];
  const isCut = asOf !== undefined && !happened.endsDay;
  if (isCut && cut.at > 0) days.push([{ at: { $gte: dayOf(asOf), $lte: asOf } }]);
  if (knownAt !== undefined && cut.recordedAt > 0) {
    const learnt = { recordedAt: { $gte: dayOf(knownAt), $lte: knownAt } };
    days.push(isCut ? [learnt, { at: { $lt: dayOf(asOf) } }] : [learnt]);
  }
  return days;
}

interface Moves extends Sum {
  _id: { sku: string; fromPool?: string | null; toPool?: string | null };
}

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

  add({ sku, pool }: Pool, { quantity, value }: Sum): void {
    this.#add(sku, pool, quantity, value);
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
