import { type Fault, StockbusError } from '../errors.ts';
import type { PayloadFormat } from '../flow/compiledFlow.ts';
import type { LeavingRecord, Payload, SourceRecord, StageOut } from '../ports.ts';
import { leavingFrom, leavingText } from './leavingBatch.ts';

/** A record that left a stage, as the leg behind it reads it: what it was read as, and what became of it so far. */
export interface LeftRecord extends SourceRecord {
  left: LeavingRecord;
}

/** What left a stage, as a payload for the leg behind it: the same each time it is made. */
export function leavingPayload({ id, body }: StageOut, flow: string): Payload {
  const records = leavingFrom(body, `what left a stage of ${flow}`);
  const [first] = records;
  if (!first)
    throw new StockbusError('STORE_CORRUPT', `nothing is in what left a stage of ${flow}`);
  const { origin, actor, trace, flow: other } = first;
  return {
    origin: { intakeId: id, flow: other ?? flow, name: origin.name },
    actor,
    ...(trace ? { trace } : {}),
    body: bytesOf(body),
  };
}

/** The same, of which the leg behind refuses too much: each of its records is parked as a whole, for nobody sends it again. */
export function refusedOut({ id, body }: StageOut, { code, message }: Fault): StageOut {
  const refused = ({ faults = [], ...record }: LeavingRecord): LeavingRecord =>
    record.isDropped ? record : { ...record, faults: [...faults, { code, message }] };
  return { id, body: leavingText(leavingFrom(body, 'what left a stage').map(refused)) };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** How the leg behind a stage reads what left it. */
export const leavingFormat: PayloadFormat = {
  name: 'stage',
  contentType: 'application/json',
  extension: 'json',
  codec: {
    read: (chunks) => ({
      [Symbol.asyncIterator]: () => leftRecords(chunks),
      rejects: () => {
        throw new StockbusError('INTERNAL', 'what leaves a stage is given back to nobody');
      },
    }),
    writer: () => {
      throw new StockbusError('INTERNAL', 'what leaves a stage is not written');
    },
  },
};

async function* leftRecords(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SourceRecord[]> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const text = Buffer.concat(parts).toString('utf8');
  yield leavingFrom(text, 'what left a stage').map(leftRecord);
}

function leftRecord(left: LeavingRecord): LeftRecord {
  const { source, record, line, isDropped } = left;
  const read: LeftRecord = { value: source, record, left };
  if (line !== undefined) read.line = line;
  if (isDropped) read.passedOver = true;
  return read;
}
