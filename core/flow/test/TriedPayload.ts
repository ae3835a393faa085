import type { Fault } from '../../errors.ts';
import type { TracedStep } from './FlowTrace.ts';

export interface TriedRecord {
  record: number;
  line?: number;
  /** As it was read: of the payload, of the event, of the query. */
  read: unknown;
  /** After each step, what it gave that was made of the record. */
  steps: { step: TracedStep; given: unknown[] }[];
  /** Of a flow into stock. */
  messages: { type: string; id: string; data: unknown }[];
  /** What is handed on of it, and to what. */
  handed: { to: string; value: unknown }[];
  /** Why it is parked, if it is. */
  faults: readonly Fault[];
}

export interface TriedPayload {
  records: TriedRecord[];
  /** Why the rest of it cannot be read. */
  refused?: Fault;
  /** Of a flow out of the hub: what is sent of all that came in, to each sink. */
  sent?: { name: string; text: string }[];
}

/** Which records are asked for, and the last of them where there is one. */
export interface AskedRecords {
  includes(record: number): boolean;
  readonly last: number;
  /** Of a line that is no record: where none was asked for by its number, the next is meant. */
  passOver?(record: number): void;
}
