import type { RefusedContent } from '../intake/parkRefused.ts';
import type { InboxRecord } from '../ledger.ts';
import type { Command, ParkedRecord } from '../message.ts';
import { isOfFile } from '../parked.ts';
import type { AcceptedPayload, Books, RecordValue } from '../ports.ts';
import { cancelledId, idOfRevision, statedRevision } from '../revisions.ts';
import { timeOfId } from '../runtime.ts';
import { isObject } from '../spec.ts';
import { tupleKey } from '../tupleKey.ts';

/** What the inbox has of a document that was parked. */
type Booked = Pick<InboxRecord, 'id' | 'contenthash'> & { revision: number; isCancelled: boolean };

/** The key of a record as the flow that took it in read it, where that can be told. */
export type KeyOfRead = (
  flow: string,
  record: RecordValue,
) => Promise<{ source: string; id: string } | undefined>;

/**
 * Whether what was parked was booked since. Of what has no message yet, because it could not be mapped,
 * it is told by the key of the record, where its flow makes that of the record alone; of what could not be
 * read nobody can tell.
 */
export async function isSettled(
  store: Books,
  record: ParkedRecord,
  keyOf?: KeyOfRead,
): Promise<boolean> {
  const { source, messageId: id } = record;
  if (isOfFile(record)) return isTakenInSince(store, record);
  if (record.stage === 'intake') return keyOf !== undefined && isSentAgain(store, record, keyOf);
  if (source === undefined || id === undefined) return false;
  const isBooked = bookedBy(record);
  for (let revision = 1; ; revision += 1) {
    const key = idOfRevision(id, revision);
    const found = await store.inbox([key, cancelledId(key)].map((one) => ({ source, id: one })));
    const booked = found.find((one) => one.id === key);
    if (!booked) return false;
    if (isBooked({ ...booked, revision, isCancelled: found.length > 1 })) return true;
  }
}

/**
 * Whether a file of its name, or of its bytes, came later and was taken in, as long as that is noted. A name that has come before
 * says nothing: whoever sends all of his files under one name has sent the next one.
 */
async function isTakenInSince(
  store: Books,
  { origin: { flow, intakeId, name }, content }: ParkedRecord,
): Promise<boolean> {
  const since = timeOfId(intakeId) ?? 0;
  const isOther = (one: AcceptedPayload): boolean => one.flow === flow && one.intakeId !== intakeId;
  const isLater = (one: AcceptedPayload): boolean => (timeOfId(one.intakeId) ?? 0) >= since;
  const { sha256 } = JSON.parse(content) as RefusedContent;
  if (sha256 !== undefined) {
    const same = await store.accepted({ digest: sha256 }, LATEST);
    if (same.filter(isOther).some(isLater)) return true;
  }
  // Those of requests are those of their flows.
  if (name.startsWith('/')) return false;
  const named = await store.accepted({ name }, LATEST);
  const others = named.filter(isOther);
  return named.length < LATEST && others.length > 0 && others.every(isLater);
}

const LATEST = 20;

/** Whether each of its records was booked by a payload that came later, whatever was in it then. */
async function isSentAgain(
  store: Books,
  { origin: { flow, intakeId }, content }: ParkedRecord,
  keyOf: KeyOfRead,
): Promise<boolean> {
  const since = timeOfId(intakeId);
  const read = JSON.parse(content) as { value?: RecordValue; tooLarge?: boolean }[];
  if (since === undefined) return false;
  const keys = new Map<string, { source: string; id: string }>();
  for (const { value } of read) {
    const key = isObject(value) ? await keyOf(flow, value) : undefined;
    if (!key) return false;
    keys.set(tupleKey(key.source, key.id), key);
  }
  const booked = await store.inbox([...keys.values()]);
  const isLater = (id: string): boolean => id !== intakeId && (timeOfId(id) ?? 0) >= since;
  return [...keys.values()].every((key) =>
    booked.some((one) => one.source === key.source && one.id === key.id && isLater(one.intakeId)),
  );
}

/** What must be in the inbox: what was refused because something of it is there is not settled by that. */
function bookedBy({ faults, content }: ParkedRecord): (booked: Booked) => boolean {
  const command = (): Command => JSON.parse(content) as Command;
  const isSame = ({ contenthash }: Booked): boolean => contenthash === command().contenthash;
  switch (faults[0]?.code) {
    case 'ID_CONFLICT':
      return isSame;
    case 'DOCUMENT_CANCELLED':
      return ({ isCancelled }) => !isCancelled;
    case 'REVISION_REFUSED':
      return ({ revision }) => revision >= statedRevision(command());
    default:
      // A revision of other content may have been cancelled before this one came.
      return (booked) => !booked.isCancelled || isSame(booked);
  }
}
