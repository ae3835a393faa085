import { deepEqual, equal } from 'node:assert/strict';
import { MongoClient } from 'mongodb';
import type { LedgerEntry } from '../../../core/ledger.ts';
import type { Store } from '../../../core/ports.ts';
import { rowsOf } from '../../../core/rowsOf.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { collectionsOf } from '../../../core/stores/mongodb/Collections.ts';
import { SumFolder } from '../../../core/stores/mongodb/SumFolder.ts';
import { partOf } from '../../../core/stores/mongodb/unsummed.ts';
import { WriterSessions } from '../../../core/stores/mongodb/WriterSessions.ts';
import { commitOf, entryOf, headOf } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

/** The second begins as the first does. */
const SKUS = ['A', 'A\t1', '螺'];
const ENTRIES = 600;
const HOUR_MS = 3_600_000;
const FIRST = Date.parse('2024-11-20T00:00:00.000Z');

const hoursOn = (hours: number): string => new Date(FIRST + hours * HOUR_MS).toISOString();

/** One entry every five hours, learnt a little later, each seventh up to seven weeks late. */
const entries: LedgerEntry[] = SKUS.flatMap((sku, place) =>
  Array.from({ length: ENTRIES }, (_, index) => {
    const late = index % 7 === 3 ? (index * 37) % 1_200 : 0;
    const arrives = index % 2 === 0;
    return entryOf(sku, index + 1, {
      quantity: BigInt(1 + ((index * 7) % 11)),
      value: BigInt(((index * 13) % 29) - 9),
      fromPool: arrives ? '' : 'main',
      toPool: arrives ? 'main' : index % 3 === 0 ? 'east' : '',
      at: hoursOn(index * 5 + place - late),
      recordedAt: hoursOn(index * 5 + place + 0.5),
    });
  }),
);

function expected(of: LedgerEntry[], asOf: string | undefined, knownAt: string | undefined) {
  const rows = new Map<string, { sku: string; pool: string; quantity: bigint; value: bigint }>();
  const add = (sku: string, pool: string, quantity: bigint, value: bigint): void => {
    if (pool === '') return;
    const row = rows.get(`${sku} ${pool}`) ?? { sku, pool, quantity: 0n, value: 0n };
    rows.set(`${sku} ${pool}`, row);
    row.quantity += quantity;
    row.value += value;
  };
  for (const { sku, at, recordedAt, fromPool, toPool, quantity, value } of of) {
    if ((asOf !== undefined && at > asOf) || (knownAt !== undefined && recordedAt > knownAt))
      continue;
    add(sku, fromPool, -quantity, -value);
    add(sku, toPool, quantity, value);
  }
  return new Set(rows.values());
}

const until = (seq: number): LedgerEntry[] => entries.filter((entry) => entry.seq <= seq);

const dates = [
  undefined,
  '2024-11-30T23:59:59.999Z',
  '2024-12-31T22:59:59.999Z',
  '2025-01-01T00:00:00.000Z',
  '2025-01-17T23:59:59.999Z',
  '2025-01-17T11:30:00.000Z',
];

async function expectEveryDate(store: Store, of: LedgerEntry[], limit = 100): Promise<void> {
  for (const asOf of dates) {
    for (const knownAt of dates) {
      if (asOf === undefined && knownAt === undefined) continue;
      const filter = { ...(asOf ? { asOf } : {}), ...(knownAt ? { knownAt } : {}) };
      const rows = await Array.fromAsync(rowsOf((page) => store.valuation(filter, page), limit));
      deepEqual(new Set(rows), expected(of, asOf, knownAt), `${asOf} ${knownAt}`);
      const one = await store.valuation({ ...filter, sku: SKUS[0]! }, { limit });
      const ofOne = [...expected(of, asOf, knownAt)].filter(({ sku }) => sku === SKUS[0]);
      deepEqual(new Set(one.rows), new Set(ofOne), `${asOf} ${knownAt} of one SKU`);
    }
  }
}

/** The sums that make a valuation quick, before and after they are folded by month. */
export function describeMongodbSums(place: StorePlace): void {
  describe('sums of pools', function () {
    this.timeout(120_000);
    const at = storeOfTest(place);
    let client: MongoClient;
    beforeEach(async () => {
      client = await MongoClient.connect(at.address);
    });
    afterEach(() => client.close());

    const collections = () => collectionsOf(client.db());

    async function commitEntries(from: number, upTo: number): Promise<void> {
      const some = entries.filter(({ seq }) => seq > from && seq <= upTo);
      const heads = SKUS.map((sku) => ({
        head: headOf(sku, upTo),
        expectedVersion: from,
      }));
      const commit = commitOf({ recordedAt: hoursOn(upTo * 5), heads, entries: some });
      equal((await at.store.commit(commit)).outcome, 'committed');
    }

    /** Folds whatever waits, so many documents at once, until so many sums are to be written. */
    async function fold(documents: number, sumsPerFold = 5_000): Promise<void> {
      const sessions = new WriterSessions(client, collections());
      const most = { entries: 1, documents, sumsPerFold };
      const folder = new SumFolder(client, collections(), sessions, systemRuntime(), most);
      await folder.foldAll();
      await sessions.forget();
    }

    it('tell the value at any two dates, folded or not', async () => {
      await commitEntries(0, 250);
      await expectNothingFolded();
      await expectEveryDate(at.store, until(250));
      await fold(1);
      equal(await collections().unsummed.countDocuments(), 0);
      const folded = await collections().daySums.countDocuments();
      equal(await collections().monthSums.countDocuments(), 6);
      await commitEntries(250, 500);
      await expectEveryDate(at.store, until(500));
      await commitEntries(500, ENTRIES);
      await Promise.all([fold(10), fold(10)]);
      equal(await collections().unsummed.countDocuments(), 0);
      equal((await collections().daySums.countDocuments()) > folded, true);
      equal(await collections().monthSums.countDocuments(), 6);
      await expectEveryDate(at.store, entries);
    });

    it('are folded by several transactions where they are many', async () => {
      for (let seq = 0; seq < 250; seq += 50) await commitEntries(seq, seq + 50);
      await fold(4_000, 2);
      equal(await collections().unsummed.countDocuments(), 0);
      await expectEveryDate(at.store, until(250));
    });

    it('are read page by page of SKUs that have moved in the same months', async () => {
      const many = Array.from({ length: 150 }, (_, index) => `S${index}`);
      const heads = [...SKUS, ...many].map((sku) => ({
        head: headOf(sku, 1, { seq: 1 }),
        expectedVersion: 0,
      }));
      const of = [...until(1), ...many.map((sku) => ({ ...until(1)[0]!, sku }))];
      const commit = commitOf({ recordedAt: hoursOn(5), heads, entries: of });
      equal((await at.store.commit(commit)).outcome, 'committed');
      await expectEveryDate(at.store, of, 70);
      await fold(4_000);
      await expectEveryDate(at.store, of, 70);
    });

    async function expectNothingFolded(): Promise<void> {
      equal(await collections().daySums.countDocuments(), 0);
      equal(await collections().unsummed.countDocuments(), new Set(SKUS.map(partOf)).size);
    }
  });
}
