/** What a store keeps of the way of payloads and events beside the books, for a while: nothing is decided by it. */
import type { Origin } from '../message.ts';

/** A payload that was taken in: all that came of it is durable in the broker. */
export interface AcceptedPayload extends Origin {
  at: string;
  records: number;
  messages: number;
  parked: number;
  /** SHA-256 of its bytes as they came, in hex. */
  digest: string;
  /** Trace context that its batches carry; left out where nobody follows it. */
  traceparent?: string;
}

/** One call of a subscriber, and how it was answered. */
export interface DeliveryNote {
  at: string;
  /** Flow, and name of the sink where the flow has several. */
  sink: string;
  /** Id of the message on the broker; of records that a flow handed on, that of their intake. */
  message: string;
  /** Id of the call, as the other side sees it: the same at every attempt. */
  call: string;
  records: number;
  attempt: number;
  ms: number;
  /** What it failed by; empty: it was delivered. */
  code: string;
  /** Why, in words; empty where it was delivered. */
  answer: string;
}

/** A record before and after each step of its flow. */
export interface Snapshot extends Origin {
  at: string;
  /** First record of the payload that it was made of, from 1. */
  record: number;
  /** JSON text of a SnapshotBody (core/history/snapshotOf.ts). */
  body: string;
}

export interface HistoryNotes {
  payloads: readonly AcceptedPayload[];
  deliveries: readonly DeliveryNote[];
  snapshots: readonly Snapshot[];
}

export type AcceptedFilter = { intakeId: string } | { name: string } | { digest: string };

/** The reading side, part of Books. */
export interface HistoryBooks {
  /** Newest first. */
  accepted(filter: AcceptedFilter, limit: number): Promise<AcceptedPayload[]>;
  /** Of a message, as they were written: the latest so many that took it, and the latest so many that did not. */
  deliveries(message: string, limit: number): Promise<DeliveryNote[]>;
  /** Of a payload, or of one of its records, as they were written. */
  snapshots(of: { intakeId: string; record?: number }, limit: number): Promise<Snapshot[]>;
  /**
   * Number of the first event of a group that was relayed at or after a moment; undefined where none was. Those of a group are relayed
   * in the order of their numbers.
   */
  firstRelayed(group: string, since: string): Promise<number | undefined>;
}

export interface HistoryBound {
  /** Payloads, and calls of subscribers, each. */
  rows: number;
  snapshotCharacters: number;
}

export interface HistoryStore {
  /** Written soon, and all together; what was noted of a payload before is replaced. */
  noteHistory(notes: HistoryNotes): Promise<void>;
  /** Forgets what is from before a moment, and the oldest beyond a bound; how much it forgot, about `most` of each at once. */
  forgetHistory(before: string, bound: HistoryBound, most: number): Promise<number>;
}

export type HistoryChapter = HistoryBooks & HistoryStore;
