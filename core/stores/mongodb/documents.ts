/**
 * Documents as they lie in MongoDB, and the ledger's types made of them. Quantities and amounts are
 * 64-bit integers (bigint here, `long` there; declared as bigint, which is what is written). Names of
 * the user's own choosing never become field names.
 */
import type { Binary } from 'mongodb';
import type { Closing, ClosingPart } from '../../closing.ts';
import type { Commit } from '../../commit.ts';
import type { InboxRecord, IntakeTally, Location, OutboxRecord } from '../../ledger.ts';
import type { LogLine } from '../../logLine.ts';
import type { ParkedRecord } from '../../message.ts';
import type {
  AcceptedPayload,
  ControlRow,
  DeadRecord,
  DeliveryNote,
  KeptParked,
  ProducerRow,
  SeenNumbers,
  Snapshot,
  StageMember,
  StageOut,
  StageRow,
} from '../../ports.ts';
import type { RelayedEvents } from '../../relayedEvents.ts';
import { parkedWords } from '../../searchWords.ts';
import { seqText, sortedKey } from '../../sortedKey.ts';
import { messageKey, messageOfKey, nameKey, partitionBucket } from './keys.ts';

export interface Keyed {
  _id: string;
}

export interface InboxDocument extends Keyed, Omit<InboxRecord, 'source' | 'id'> {}

export interface StageRowDocument extends Keyed, StageRow {}
/** Of one that has left neither number nor body. */
export interface StageMemberDocument extends Keyed, Omit<StageMember, 'number'> {
  stage: string;
  key: string;
  number?: number;
}
export interface StageOutDocument extends Keyed, StageOut {
  stage: string;
}

/** `writes`: of a lease, how often something was written by whoever held it. */
export interface ControlDocument extends Keyed, ControlRow {
  writes?: number;
}

export interface PayloadDocument extends Keyed, AcceptedPayload {}
export interface DeliveryDocument extends Keyed, DeliveryNote {}
/** `size` is how many characters its body has. */
export interface SnapshotDocument extends Keyed, Snapshot {
  size: number;
}
export interface ProducerDocument extends Keyed, ProducerRow {}
export interface SeenDocument extends Keyed, SeenNumbers {}

export interface DeadLetterDocument extends Keyed, DeadRecord {
  body: Binary;
}

export type SourceDocument = ReturnType<typeof sourceDocument>;
export type BatchDocument = ReturnType<typeof batchDocument>;
export type ParkedDocument = ReturnType<typeof parkedDocument>;
export type LocationDocument = ReturnType<typeof locationDocument>;
export type OutboxDocument = ReturnType<typeof outboxDocument>;
export type LogDocument = ReturnType<typeof logDocument>;

/** `_id` is the closing that it goes on from, so that only one does. */
export interface ClosingDocument extends Keyed, Omit<Closing, 'before'> {}

/** `_id` is (closing, kind, month, part). */
export interface ClosingPartDocument extends Keyed, ClosingPart {}

/** A server session with which a process writes. */
export interface SessionDocument {
  _id: Binary;
  host: string;
  pid: number;
  /** Tells processes apart that had the same pid one after another. */
  process: string;
  /** Grows with every commit of the session, and with every change of the period. */
  writes?: number;
  /** Version of the period, as far as it is known here: never another than it has. */
  period?: number;
  /** Nothing is recorded at or before it any more: by this session; of the registry, by any. */
  floor?: string;
  /** Of what it committed since the last look began: the first of `seenFrom`. */
  seenFrom?: string;
  /** Of the registry: where the floor of a new session begins. And of all: the mark of the last look, which wiped `seenFrom`. */
  next?: string;
  look?: string;
}

export interface EventDocument extends Keyed, RelayedEvents {
  relayedAt: string;
}

export function inboxDocument(record: InboxRecord): InboxDocument {
  const { contenthash, intakeId, recordedAt } = record;
  return { _id: messageKey(record), contenthash, intakeId, recordedAt };
}

export const inboxFrom = ({ _id, ...record }: InboxDocument): InboxRecord => ({
  ...messageOfKey(_id),
  ...record,
});

/** Of which a message was booked. */
export const sourceDocument = (source: string) => ({ _id: nameKey(source), source });

export const batchDocumentKey = (
  of: { intakeId: string; index: number; digest: string },
  partition: number | undefined,
): string => sortedKey(partitionBucket(partition), of.intakeId, seqText(of.index), of.digest);

export function batchDocument(
  { origin, ...tally }: IntakeTally,
  { recordedAt, partition }: Pick<Commit, 'recordedAt' | 'partition'>,
) {
  const _id = batchDocumentKey({ ...tally, intakeId: origin.intakeId }, partition);
  return { _id, ...origin, ...tally, recordedAt };
}

export const parkedDocument = ({ origin, ...record }: ParkedRecord, parkedAt: string) => ({
  ...{ _id: nameKey(record.id), parkedAt },
  ...origin,
  ...record,
  words: parkedWords({ origin, ...record }),
});

export function parkedFrom(document: ParkedDocument): KeptParked {
  const { _id, words, intakeId, flow, name, ...record } = document;
  return { ...record, origin: { intakeId, flow, name } };
}

export function locationDocument({ attributes, ...rest }: Location) {
  const named = Object.entries(attributes).map(([name, value]) => ({ name, value }));
  return { _id: nameKey(rest.location), ...rest, attributes: named };
}

export function locationFrom({ _id, attributes, ...rest }: LocationDocument): Location {
  const values = attributes.map(({ name, value }) => [name, value]);
  return { ...rest, attributes: Object.fromEntries(values) };
}

export const logDocument = (line: LogLine) => ({
  _id: nameKey(line.name, line.about, seqText(line.version)),
  ...line,
});

/** `order` sorts by time of the commit, then by position within it. */
export const outboxDocument = (record: OutboxRecord, order: string, partition?: number) => ({
  ...{ _id: sortedKey(partitionBucket(partition), order), order },
  ...record,
});

export const outboxFrom = ({ _id, order, ...record }: OutboxDocument): OutboxRecord => record;

export const eventFrom = ({ _id, relayedAt, ...events }: EventDocument): RelayedEvents => events;
