/**
 * Records that leave a flow for a queue of the broker and are no messages: they wait there for a sink, or
 * for a stage of the flow.
 */
import { type Fault, StockbusError } from './errors.ts';
import { type Origin, type TraceContext, textOfBody } from './message.ts';
import type { AboutPayload, RecordValue, SourceRecord } from './ports.ts';
import { requireVersion } from './requireVersion.ts';
import { isObject } from './spec.ts';

/** Of batches of handed records; a reader refuses another. */
export const HANDED_FORMAT = 1;

export interface HandedBody {
  /** The same when its payload comes again, and that of no other record in its queue. */
  id: string;
  /** What orders it in its queue and finds it there. */
  key: string;
  value: RecordValue;
  /** The record as it was read, for those who may park it or read of it. */
  source?: RecordValue;
  /** First record of the payload that it was made of, from 1. */
  record: number;
  line?: number;
  /** All records that it was made of, where it is a document of several. */
  members?: SourceRecord[];
  payload?: AboutPayload;
  /** Of one that waits for a stage: values of its inputs. */
  given?: RecordValue;
  /** Of one that spoils the document of which it is a part: what is wrong with it. */
  faults?: Fault[];
  /** Of what records of another flow wait for: which flow made it. */
  from?: string;
}

/** As it is written: an id that begins with that of its intake is left to the batch, which says it once. */
type WrittenBody = Omit<HandedBody, 'id'> & { id?: string; part?: string };

/** Handed records of one payload, in the order of the payload. */
export interface HandedBatch extends TraceContext {
  v: typeof HANDED_FORMAT;
  origin: Origin;
  /** When the payload came in. */
  time: string;
  actor: string;
  records: HandedBody[];
}

/** The head of a batch: all but its records. */
export type HandedHead = Omit<HandedBatch, 'v' | 'records'>;

/** The JSON text of a body, as batches have it; `part`: its place within its payload, in place of an id. */
export const handedText = (body: WrittenBody): string => JSON.stringify(body);

/** The text of a batch of bodies. */
export function handedBatchText(head: HandedHead, bodies: readonly string[]): string {
  return `{"v":${HANDED_FORMAT},${JSON.stringify(head).slice(1, -1)},"records":[${bodies.join(',')}]}`;
}

/** A batch as it lies on the broker. Throws MESSAGE_INVALID for what is none, FORMAT_UNKNOWN for another version. */
export function handedBatch(body: Uint8Array): HandedBatch {
  const batch = parsed(textOfBody(body));
  if (isObject(batch)) requireVersion('the batch', batch.v, HANDED_FORMAT);
  if (!isBatch(batch)) throw new StockbusError('MESSAGE_INVALID', 'not a batch of handed records');
  const { intakeId } = batch.origin;
  for (const one of batch.records as WrittenBody[]) {
    if (one.part === undefined) continue;
    one.id = `${intakeId}/${one.part}`;
    delete one.part;
  }
  return batch;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isBatch = (batch: unknown): batch is HandedBatch =>
  isObject(batch) &&
  isObject(batch.origin) &&
  [batch.origin.intakeId, batch.origin.flow, batch.origin.name].every(isText) &&
  [batch.time, batch.actor].every(isText) &&
  Array.isArray(batch.records) &&
  batch.records.every(isBody);

const isBody = (body: unknown): boolean =>
  isObject(body) &&
  isText(body.id ?? body.part) &&
  isText(body.key) &&
  isObject(body.value) &&
  Number.isSafeInteger(body.record);
