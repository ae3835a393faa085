/**
 * What MongoDB takes on this machine: the documents of a booked run by `insertMany` and `bulkWrite` of
 * the bare driver, in transactions of the same size with majority write concern, from as many clients
 * as the hub has apply loops. Clients have SKUs of their own, so that none waits for another. Making
 * the documents does not count.
 *
 *   node bench/rawMongodb.ts BOOKED ADDRESS TRANSACTIONS CLIENTS
 */
import { type ClientSession, type Document, MongoClient } from 'mongodb';
import {
  balanceDocument,
  entryDocument,
  headDocument,
} from '../core/stores/mongodb/bookDocuments.ts';
import { inboxDocument, outboxDocument } from '../core/stores/mongodb/documents.ts';
import { type BookedTransaction, readBooks, transactionsOf } from './books.ts';
import { answer } from './child.ts';
import type { RawWriteFigures } from './rawSqlite.ts';

/** Time that the server has for any one answer. */
const ANSWER_TIMEOUT_MS = 30_000;

const [booked, address, count, clientCount] = process.argv.slice(2) as string[] as [
  string,
  string,
  string,
  string,
];
const clients = Number(clientCount);
const books = await readBooks(booked);
const figures = await Promise.all(Array.from({ length: clients }, (_, client) => write(client)));
const total: RawWriteFigures = {
  written: figures.reduce((sum, { written }) => sum + written, 0),
  transactions: figures.reduce((sum, { transactions }) => sum + transactions, 0),
  ms: Math.max(...figures.map(({ ms }) => ms)),
};
answer(total);

async function write(client: number): Promise<RawWriteFigures> {
  const mongo = new MongoClient(address!, {
    useBigInt64: true,
    socketTimeoutMS: ANSWER_TIMEOUT_MS,
    serverSelectionTimeoutMS: ANSWER_TIMEOUT_MS,
  });
  const result: RawWriteFigures = { written: 0, transactions: 0, ms: 0 };
  const seen = new Set<unknown>();
  try {
    const database = mongo.db();
    await database.collection('entries').createIndex({ document: 1 });
    await database.collection('outbox').createIndex({ order: 1 });
    for (const transaction of transactionsOf(books, Number(count), { client, clients })) {
      const work = workOf(transaction, result.transactions, seen);
      const start = performance.now();
      await mongo.withSession((session) =>
        session.withTransaction(() => writeAll(mongo, work, session), {
          readConcern: { level: 'snapshot' },
          writeConcern: { w: 'majority' },
        }),
      );
      result.ms += performance.now() - start;
      result.transactions += 1;
      for (const { rows } of work) result.written += rows.length;
    }
  } finally {
    await mongo.close();
  }
  return result;
}

interface Work {
  collection: string;
  kind: 'insert' | 'replace';
  rows: Document[];
}

/** Versions are those of this run: the server skips a document that does not change. */
function workOf(transaction: BookedTransaction, version: number, seen: Set<unknown>): Work[] {
  const { entries, inbox, outbox } = transaction;
  const heads = transaction.heads.map((head) => ({ ...headDocument(head), version }));
  const balances = transaction.balances.map((balance) => ({
    ...balanceDocument(balance),
    version,
  }));
  const events = outbox.map((record) => outboxDocument(record, `${version} ${record.id}`));
  const insert = (collection: string, rows: Document[]): Work => ({
    collection,
    kind: 'insert',
    rows,
  });
  const replace = (collection: string, rows: Document[]): Work => ({
    collection,
    kind: 'replace',
    rows,
  });
  const work = [
    insert(
      'heads',
      heads.filter(({ _id }) => !seen.has(_id)),
    ),
    replace(
      'heads',
      heads.filter(({ _id }) => seen.has(_id)),
    ),
    insert('inbox', inbox.map(inboxDocument)),
    insert('entries', entries.map(entryDocument)),
    replace('balances', balances),
    insert('outbox', events),
  ];
  for (const { _id } of heads) seen.add(_id);
  return work.filter(({ rows }) => rows.length > 0);
}

async function writeAll(mongo: MongoClient, work: readonly Work[], session: ClientSession) {
  const options = { session, ordered: false };
  for (const { collection, kind, rows } of work) {
    const to = mongo.db().collection(collection);
    if (kind === 'insert') await to.insertMany(rows, options);
    else {
      const operations = rows.map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id }, replacement, upsert: true },
      }));
      await to.bulkWrite(operations, options);
    }
  }
}
