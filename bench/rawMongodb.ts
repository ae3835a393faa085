/**
 * What MongoDB takes on this machine as people write it at first: for each ledger entry of a booked run
 * the entry, its balance and a row of the inbox, in collections of their own, by one client of the bare
 * driver, in transactions of 1,000 with majority write concern. Making the documents does not count.
 *
 *   node bench/rawMongodb.ts FIXTURE BOOKED ADDRESS
 */
import { type ClientSession, MongoClient } from 'mongodb';
import type { LedgerEntry } from '../core/ledger.ts';
import { readBooks, slice } from './books.ts';
import { answer } from './child.ts';
import type { RawWriteFigures } from './rawSqlite.ts';

/** Time that the server has for any one answer. */
const ANSWER_TIMEOUT_MS = 30_000;
const TRANSACTION_ENTRIES = 1_000;

type Keyed = { _id: string };

const [fixture, booked, address] = process.argv.slice(2) as [string, string, string];
const { entries } = await readBooks(fixture, booked);
const mongo = new MongoClient(address, {
  useBigInt64: true,
  socketTimeoutMS: ANSWER_TIMEOUT_MS,
  serverSelectionTimeoutMS: ANSWER_TIMEOUT_MS,
});
try {
  answer(await writeAll());
} finally {
  await mongo.close();
}

async function writeAll(): Promise<RawWriteFigures> {
  const figures: RawWriteFigures = { written: 0, transactions: 0, ms: 0 };
  for (const name of ['entries', 'balances', 'inbox']) await mongo.db().createCollection(name);
  await mongo.db().collection('entries').createIndex({ document: 1 });
  const count = Math.ceil(entries.length / TRANSACTION_ENTRIES);
  for (let number = 0; number < count; number += 1) {
    const work = workOf(slice(entries, number, count));
    const start = performance.now();
    await mongo.withSession((session) =>
      session.withTransaction(() => write(work, session), {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
      }),
    );
    figures.ms += performance.now() - start;
    figures.transactions += 1;
    figures.written += 3 * work.entries.length;
  }
  return figures;
}

function workOf(part: readonly LedgerEntry[]) {
  return {
    entries: part.map((entry) => ({ _id: `${entry.sku} ${entry.seq}`, ...entry })),
    balances: part.map(({ sku, from, to, quantity }) => ({
      updateOne: {
        filter: { _id: `${sku} ${from} ${to}` },
        update: { $inc: { quantity } },
        upsert: true,
      },
    })),
    inbox: part.map(({ sku, seq, source, messageId, recordedAt }) => ({
      _id: `${source} ${messageId} ${sku} ${seq}`,
      recordedAt,
    })),
  };
}

async function write(work: ReturnType<typeof workOf>, session: ClientSession): Promise<void> {
  const options = { session, ordered: false };
  const database = mongo.db();
  await database.collection<Keyed>('inbox').insertMany(work.inbox, options);
  await database.collection<Keyed>('entries').insertMany(work.entries, options);
  await database.collection<Keyed>('balances').bulkWrite(work.balances, options);
}
