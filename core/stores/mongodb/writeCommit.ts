/**
 * The commands of a commit. A transaction takes its commands one after another, so they are as few as
 * can be: one or two a collection, none for what is empty. Versions come first: they meet a conflict
 * soonest.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { Commit } from '../../ledger.ts';
import {
  balanceDocument,
  entryDocument,
  headDocument,
  type LayerDocument,
  layerDocument,
  layerKey,
} from './bookDocuments.ts';
import { bulk, insert, replaceVersions, replacing, type Writing } from './bulkWrites.ts';
import type { Collections } from './Collections.ts';
import {
  batchDocument,
  inboxDocument,
  locationDocument,
  outboxDocument,
  type ParkedDocument,
  parkedDocument,
} from './documents.ts';
import { beyond, seqText } from './keys.ts';
import {
  type CheckpointDocument,
  checkpointDocument,
  type OpenOrderDocument,
  openOrderDocument,
  openOrderKey,
  periodDocument,
  periodKey,
  reservationDocument,
} from './orderDocuments.ts';
import { isDuplicateKey } from './storeError.ts';
import { unsummedDocuments } from './unsummed.ts';
import { guardPeriod } from './WriterSessions.ts';

/**
 * Writes `commit`, whose attempts have `id`. False where something has another version, or a key is
 * taken: then the transaction must be aborted.
 */
export async function writeCommit(
  to: Collections,
  commit: Commit,
  id: string,
  options: Writing,
): Promise<boolean> {
  const { tallies, inbox, recordedAt } = commit;
  const batches = tallies.map((tally) => batchDocument(tally, recordedAt, id));
  try {
    if (!(await writeVersions(to, commit, id, options))) return false;
    await insert(to.batches, batches, options);
    await insert(to.inbox, inbox.map(inboxDocument), options);
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
  await writeBooks(to, commit, id, options);
  await writeCheckpoints(to, commit, options);
  await writeRest(to, commit, options);
  const order = (index: number): string => `${recordedAt} ${id} ${seqText(index)}`;
  const events = commit.outbox.map((record, index) => outboxDocument(record, order(index)));
  await insert(to.outbox, events, options);
  return true;
}

/** Heads, reservations and the period; false where one of them has another version. */
async function writeVersions(
  to: Collections,
  commit: Commit,
  id: string,
  options: Writing,
): Promise<boolean> {
  // A commit that is named by a batch or a message needs no other mark to find it by.
  const mark = commit.tallies.length + commit.inbox.length === 0 ? { commit: id } : {};
  const heads = commit.heads.map(({ head, expectedVersion }) => ({
    document: { ...headDocument(head), ...mark },
    expectedVersion,
  }));
  if (!(await replaceVersions(to.heads, heads, options))) return false;
  const reservations = commit.reservations.map(({ reservation, expectedVersion }) => ({
    document: { ...reservationDocument(reservation), ...mark },
    expectedVersion,
  }));
  if (!(await replaceVersions(to.reservations, reservations, options))) return false;
  return holdsPeriod(to, commit, options);
}

async function holdsPeriod(
  { period, sessions }: Collections,
  { period: changed, periodVersion }: Commit,
  options: Writing,
): Promise<boolean> {
  await guardPeriod(sessions, options.session, changed !== undefined);
  if (changed) {
    const row = { document: periodDocument(changed), expectedVersion: periodVersion };
    return replaceVersions(period, [row], options);
  }
  const { session } = options;
  const found = await period.findOne({ _id: periodKey }, { session, projection: { version: 1 } });
  return (found?.version ?? 0) === periodVersion;
}

async function writeBooks(
  to: Collections,
  commit: Commit,
  id: string,
  options: Writing,
): Promise<void> {
  const { entries, balances, layers } = commit;
  await insert(to.entries, entries.map(entryDocument), options);
  await insert(to.unsummed, unsummedDocuments(`${commit.recordedAt} ${id}`, entries), options);
  await bulk(to.balances, balances.map(balanceDocument).map(replacing), options);
  const operations = layers.map((layer): AnyBulkWriteOperation<LayerDocument> => {
    if (layer.quantity === 0n) return { deleteOne: { filter: { _id: layerKey(layer) } } };
    return replacing(layerDocument(layer));
  });
  await bulk(to.layers, operations, options);
}

/** Stale ones go before new ones come, which may lie after the same moment. */
async function writeCheckpoints(to: Collections, commit: Commit, options: Writing): Promise<void> {
  const operations: AnyBulkWriteOperation<CheckpointDocument>[] = commit.staleCheckpoints.map(
    ({ sku, at }) => ({ deleteMany: { filter: { _id: beyond(sku, at) } } }),
  );
  operations.push(...commit.checkpoints.map(checkpointDocument).map(replacing));
  await bulk(to.checkpoints, operations, { ...options, ordered: true });
}

async function writeRest(to: Collections, commit: Commit, options: Writing): Promise<void> {
  const orders = commit.openOrders.map((order): AnyBulkWriteOperation<OpenOrderDocument> => {
    if (order.quantity === 0n) return { deleteOne: { filter: { _id: openOrderKey(order) } } };
    return replacing(openOrderDocument(order));
  });
  await bulk(to.openOrders, orders, options);
  const parked = commit.parked.map((record): AnyBulkWriteOperation<ParkedDocument> => {
    const { _id, ...document } = parkedDocument(record, commit.recordedAt);
    return { updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true } };
  });
  await bulk(to.parked, parked, options);
  await bulk(to.locations, commit.locations.map(locationDocument).map(replacing), options);
}
