/** Rows of store.db as the ledger's types. Statements read integers as bigint where 64 bits count. */
import type { Checkpoint, InboxRecord, Location, OutboxRecord } from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type { Row } from './Statements.ts';

export function checkpointOfRow(row: Row): Checkpoint {
  return {
    sku: row.sku as string,
    at: row.at as string,
    seq: row.seq as number,
    afterSeq: row.after_seq as number,
    state: row.state as string,
  };
}

export function inboxOf(row: Row): InboxRecord {
  return {
    source: row.source as string,
    id: row.id as string,
    contenthash: row.contenthash as string,
    intakeId: row.intake_id as string,
    recordedAt: row.recorded_at as string,
  };
}

export const outboxOf = (row: Row): OutboxRecord => ({
  id: row.id as string,
  topic: row.topic as OutboxRecord['topic'],
  count: row.count as number,
  body: row.body as string,
});

export function parkedOfRow(row: Row): ParkedRecord {
  const record: ParkedRecord = {
    id: row.id as string,
    origin: {
      intakeId: row.intake_id as string,
      flow: row.flow as string,
      name: row.name as string,
    },
    stage: row.stage as ParkedRecord['stage'],
    faults: JSON.parse(row.faults as string) as ParkedRecord['faults'],
    record: row.record as number,
    content: row.content as string,
  };
  if (row.type !== null) record.type = row.type as NonNullable<ParkedRecord['type']>;
  if (row.source !== null) record.source = row.source as string;
  if (row.message_id !== null) record.messageId = row.message_id as string;
  return record;
}

export function locationOf(row: Row): Location {
  return {
    location: row.location as string,
    name: row.name as string,
    kind: row.kind as string,
    parent: row.parent as string,
    attributes: JSON.parse(row.attributes as string) as Location['attributes'],
  };
}
