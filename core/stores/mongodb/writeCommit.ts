/**
 * The commands of a commit. A transaction takes its commands one after another, so they are as few as
 * can be: one or two a collection, none for what is empty. What can meet a conflict comes first.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Commit } from '../../commit.ts';
import { type LogHead, lineAfter, noLines } from '../../logLine.ts';
import { logOf } from '../../logOf.ts';
import { firstOfEach } from '../../pack.ts';
import { seqText } from '../../sortedKey.ts';
import { bulk, deleting, insert, replaceVersions, replacing, type Writing } from './bulkWrites.ts';
import type { Collections } from './Collections.ts';
import {
  batchDocument,
  inboxDocument,
  locationDocument,
  logDocument,
  outboxDocument,
  type ParkedDocument,
  parkedDocument,
  sourceDocument,
} from './documents.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { after, nameKey, packKey, skuKey, under } from './keys.ts';
import {
  type CheckpointDocument,
  checkpointDocument,
  openOrderDocument,
  openOrderKey,
  reservationDocument,
} from './orderDocuments.ts';
import { ledgerDocuments, type SkuDocument, skuDocument } from './packDocuments.ts';
import { seenDocument } from './producersInDatabase.ts';
import { isDuplicateKey } from './storeError.ts';
import type { WriterSessions } from './WriterSessions.ts';

/** A commit on its way; all of its attempts have one id. */
interface Attempt {
  to: Collections;
  known: KnownPacks;
  sessions: WriterSessions;
  commit: Commit;
  id: string;
  options: Writing;
}

/** False where something has another version, or a key is taken: then the transaction must be aborted. */
export async function writeCommit(attempt: Attempt): Promise<boolean> {
  const { to, known, sessions, commit, id, options } = attempt;
  const { tallies, inbox, recordedAt, partition } = commit;
  try {
    if (!(await sessions.guardPeriod(options.session, commit))) return false;
    if (!(await writeLedger(attempt))) return false;
    const reservations = commit.reservations.map(({ reservation, expectedVersion }) => {
      return { document: reservationDocument(reservation), expectedVersion };
    });
    if (!(await replaceVersions(to.reservations, reservations, options))) return false;
    await writeLog(to, commit, options);
    const batches = tallies.map((tally) => batchDocument(tally, commit));
    await insert(to.batches, batches, options);
    const seen = (commit.seen ?? []).map((row) => {
      return { document: seenDocument(row), expectedVersion: row.version - 1 };
    });
    if (!(await replaceVersions(to.seenNumbers, seen, options))) return false;
    await insert(to.inbox, inbox.map(inboxDocument), options);
    const isNew = ({ source }: { source: string }): boolean => !known.sources.has(source);
    const sources = new Set(inbox.filter(isNew).map(({ source }) => source));
    await bulk(to.sources, Array.from(sources, sourceDocument).map(replacing), options);
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  await writeRecosts(attempt);
  await writeCheckpoints(to, commit, options);
  await writeRest(to, commit, options);
  const outbox = commit.outbox.map((record, index) => {
    return outboxDocument(record, `${recordedAt} ${id} ${seqText(index)}`, partition);
  });
  await insert(to.outbox, outbox, options);
  return true;
}

/** Whoever is too late meets a pack of its own key, whoever is too early misses the one before. */
async function writeLedger({ to, known, commit, id, options }: Attempt): Promise<boolean> {
  const before = firstOfEach(commit)
    .filter(({ sku, version }) => version - 1 > known.of(sku).version)
    .map(({ sku, version }) => packKey(sku, version - 1));
  if (before.length > 0) {
    const { session } = options;
    const there = await to.packs.countDocuments({ _id: { $in: before } }, { session });
    if (there !== before.length) return false;
  }
  const { packs, parts } = ledgerDocuments(commit, id);
  await insert(to.packs, packs, options);
  const isNew = ({ version }: { version: number }): boolean => version === 1;
  const news = commit.packs.filter(isNew);
  const listed = news.map(({ sku, places }) => ({ ...skuDocument(sku), places }));
  await insert(to.skus, listed, options);
  const moved = commit.packs.flatMap((pack): AnyBulkWriteOperation<SkuDocument>[] => {
    if (isNew(pack) || pack.places.length === 0) return [];
    const update = { $addToSet: { places: { $each: pack.places } } };
    return [{ updateOne: { filter: { _id: skuKey(pack.sku) }, update } }];
  });
  await bulk(to.skus, moved, options);
  await insert(to.documents, parts, options);
  return true;
}

/** Of what a log says its last line is looked for, in one command; whoever is too late meets a line of its own key. */
async function writeLog({ log }: Collections, commit: Commit, options: Writing): Promise<void> {
  const said = logOf(commit);
  if (said.length === 0) return;
  const $or = said.map(({ about, name }) => ({ _id: under(nameKey(name, about)) }));
  const heads = { $group: { _id: { $concat: ['$about', ' ', '$name'] }, last: LAST_LINE } };
  const found = log.aggregate([{ $match: { $or } }, heads], { session: options.session });
  const last = new Map<string, LogHead>();
  for await (const { _id, last: head } of found) last.set(_id, head);
  const lines = said.map((text) => {
    return logDocument(lineAfter(last.get(`${text.about} ${text.name}`) ?? noLines, text));
  });
  await insert(log, lines, options);
}

const LAST_LINE = {
  $top: { sortBy: { version: -1 }, output: { version: '$version', hash: '$hash' } },
};

async function writeRecosts({ to, commit, options }: Attempt): Promise<void> {
  const operations = firstOfEach(commit).flatMap(
    ({ sku, waits }): AnyBulkWriteOperation<SkuDocument>[] => {
      if (waits === undefined) return [];
      return [waits ? replacing(skuDocument(sku)) : deleting(skuKey(sku))];
    },
  );
  await bulk(to.recosts, operations, options);
}

/** Stale ones go before new ones come, which may lie after the same moment. */
async function writeCheckpoints(to: Collections, commit: Commit, options: Writing): Promise<void> {
  const operations = commit.staleCheckpoints.map(
    ({ sku, at }): AnyBulkWriteOperation<CheckpointDocument> => {
      const _id = { $gte: after(nameKey(sku, at)), $lt: after(skuKey(sku)) };
      return { deleteMany: { filter: { _id } } };
    },
  );
  operations.push(...commit.checkpoints.map(checkpointDocument).map(replacing));
  await bulk(to.checkpoints, operations, { ...options, ordered: true });
}

async function writeRest(to: Collections, commit: Commit, options: Writing): Promise<void> {
  const orders = commit.openOrders.map((order) =>
    order.quantity === 0n && order.changed === ''
      ? deleting(openOrderKey(order))
      : replacing(openOrderDocument(order)),
  );
  await bulk(to.openOrders, orders, options);
  const parked = commit.parked.map((record): AnyBulkWriteOperation<ParkedDocument> => {
    const { _id, ...document } = parkedDocument(record, commit.recordedAt);
    return { updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true } };
  });
  await bulk(to.parked, parked, options);
  await bulk(to.locations, commit.locations.map(locationDocument).map(replacing), options);
}
