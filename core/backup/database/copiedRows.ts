/**
 * What of a database goes into a backup: all that was recorded up to a moment, and nothing else. At or before it
 * nothing may be under way any more; then it does not matter how long the reading takes, and what is
 * written meanwhile. These collections are only added to. What else there is follows from them (`RebuiltRows`).
 */
import { BSON, type Collection } from 'mongodb';
import { batchesOf } from '../../stores/mongodb/batchesOf.ts';
import type { Collections } from '../../stores/mongodb/Collections.ts';
import type { LogDocument } from '../../stores/mongodb/documents.ts';
import { nameOfKey, packKey } from '../../stores/mongodb/keys.ts';
import { linesOf, type PartDocument } from '../../stores/mongodb/packDocuments.ts';
import { factsOfPacks } from './factsOfPacks.ts';

/** Documents as they lie there. */
export type Raw = Uint8Array;

export const copiedNames = [
  ...(['packs', 'documents', 'log', 'inbox', 'batches', 'parked'] as const),
  ...(['closings', 'closingParts', 'outbox'] as const),
];
export type CopiedName = (typeof copiedNames)[number];

const PARTS_AT_ONCE = 200;
/** Commits of which it is kept whether they count. */
const COMMITS_KEPT = 65_536;

/** As the driver gives what a hub reads. */
export const decoded = <Row>(raw: Raw): Row =>
  BSON.deserialize(raw, { promoteLongs: false }) as Row;

/** When a pack, or a line of a log, was recorded: a text in it cannot hold this mark. */
export function recordedIn(body: string): string {
  const start = body.indexOf(RECORDED) + RECORDED.length;
  return body.slice(start, body.indexOf('"', start));
}

const RECORDED = '"recordedAt":"';

/** Each in the order of its keys, but lines of logs in that of the logs. */
export async function copiedRows(
  all: Collections,
  until: string,
): Promise<Record<CopiedName, AsyncIterable<Raw[]>>> {
  const closings = await all.closings.find({ known: { $lte: until } }).toArray();
  const ids = new Set(closings.map(({ id }) => id));
  return {
    packs: rowsOf(all.packs, ({ body }) => recordedIn(body) <= until),
    documents: partsOf(all, until),
    log: linesUntil(all, until),
    inbox: rowsOf(all.inbox, ({ recordedAt }) => recordedAt <= until),
    batches: rowsOf(all.batches, ({ recordedAt }) => recordedAt <= until),
    parked: rowsOf(all.parked, ({ parkedAt }) => parkedAt <= until),
    closings: rowsOf(all.closings, ({ id }) => ids.has(id)),
    closingParts: rowsOf(all.closingParts, ({ closing }) => ids.has(closing)),
    outbox: rowsOf(all.outbox, ({ order }) => order.slice(0, until.length) <= until),
  };
}

async function* rowsOf<Row extends { _id: string }>(
  collection: Collection<Row>,
  isRecorded: (row: Row) => boolean,
): AsyncGenerator<Raw[]> {
  const found = collection.find({}, { raw: true }).sort({ _id: 1 });
  for await (const some of rawBatches(found)) {
    yield some.filter((raw) => isRecorded(decoded<Row>(raw)));
  }
}

const rawBatches = batchesOf as unknown as (
  found: ReturnType<Collection<never>['find']>,
  rows?: number,
) => AsyncIterable<Raw[]>;

/** A part of documents does not say when its commit was recorded; a pack of the same commit does. */
async function* partsOf({ documents, packs }: Collections, until: string): AsyncGenerator<Raw[]> {
  const commits = new Map<string, boolean>();
  const found = documents.find({}, { raw: true }).sort({ _id: 1 });
  for await (const some of rawBatches(found, PARTS_AT_ONCE)) {
    const parts = some.map((raw) => ({ raw, ...packOf(decoded<PartDocument>(raw)) }));
    if (commits.size > COMMITS_KEPT) commits.clear();
    const asked = parts.filter(({ commit, pack }) => pack !== undefined && !commits.has(commit));
    const facts = await factsOfPacks(packs, [...new Set(asked.map(({ pack }) => pack!))]);
    for (const { commit, pack } of asked) {
      const recordedAt = facts.get(pack!)?.recordedAt;
      commits.set(commit, recordedAt !== undefined && recordedAt <= until);
    }
    yield parts.filter(({ commit }) => commits.get(commit) ?? false).map(({ raw }) => raw);
  }
}

/** Of which commit it is, and the key of a pack with entries of one of its documents; none of a part without any. */
function packOf(part: PartDocument): { commit: string; pack: string | undefined } {
  const commit = nameOfKey(part._id);
  for (const [, line] of linesOf(part)) {
    const [first] = (JSON.parse(line) as unknown[])[PACKS_OF_ROW] as [string, number][];
    if (first) return { commit, pack: packKey(...first) };
  }
  return { commit, pack: undefined };
}

const PACKS_OF_ROW = 9;

/**
 * Of each log all lines up to the last that was recorded by then. Two processes may write lines of one order in
 * another order than that of their clocks: one before that, though of later, is a link of its chain.
 */
export async function* linesUntil({ log }: Collections, until: string): AsyncGenerator<Raw[]> {
  const found = log.find({}, { raw: true }).sort({ about: 1, name: 1, version: 1 });
  let last: LogDocument | undefined;
  let waiting: Raw[] = [];
  for await (const some of rawBatches(found)) {
    const recorded: Raw[] = [];
    for (const raw of some) {
      const line = decoded<LogDocument>(raw);
      if (line.about !== last?.about || line.name !== last.name) waiting = [];
      last = line;
      waiting.push(raw);
      if (recordedIn(line.body) <= until) recorded.push(...waiting.splice(0));
    }
    yield recorded;
  }
}
