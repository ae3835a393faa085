import type { InboxRecord } from '../ledger.ts';
import type { Command, ParkedRecord } from '../message.ts';
import type { Books } from '../ports.ts';
import { cancelledId, idOfRevision, statedRevision } from '../revisions.ts';

/** What the inbox has of a document that was parked. */
type Booked = Pick<InboxRecord, 'id' | 'contenthash'> & { revision: number; isCancelled: boolean };

/**
 * Whether what was parked was booked since. Of what has no message yet, because it could not be read or
 * mapped, nobody can tell.
 */
export async function isSettled(store: Books, record: ParkedRecord): Promise<boolean> {
  const { source, messageId: id } = record;
  if (record.stage !== 'apply' || source === undefined || id === undefined) return false;
  const isBooked = bookedBy(record);
  for (let revision = 1; ; revision += 1) {
    const key = idOfRevision(id, revision);
    const found = await store.inbox([key, cancelledId(key)].map((one) => ({ source, id: one })));
    const booked = found.find((one) => one.id === key);
    if (!booked) return false;
    if (isBooked({ ...booked, revision, isCancelled: found.length > 1 })) return true;
  }
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
