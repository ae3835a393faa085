import type { ParkedRecord } from '../../message.ts';
import type { Row } from './Statements.ts';

export function parkedOfRow(row: Row): ParkedRecord {
  const { id, intake_id, flow, name, stage, faults, record, content, type, source, message_id } =
    row;
  return {
    ...{ id, stage, record, content, faults: JSON.parse(faults as string) },
    origin: { intakeId: intake_id, flow, name },
    ...(type === null ? {} : { type }),
    ...(source === null ? {} : { source }),
    ...(message_id === null ? {} : { messageId: message_id }),
  } as ParkedRecord;
}
