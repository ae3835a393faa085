import type {
  Checkpoint,
  InboxRecord,
  IntakeTally,
  Location,
  OpenOrder,
  OutboxRecord,
  Period,
  Reservation,
} from './ledger.ts';
import type { ParkedRecord } from './message.ts';
import type { CommitPack, PostedDocument } from './pack.ts';

/** Everything that one decision round writes, all or nothing. */
export interface Commit {
  recordedAt: string;
  /** Of the queue that its batches came from; left out for what no message asked for. */
  partition?: number;
  inbox: InboxRecord[];
  tallies: IntakeTally[];
  parked: ParkedRecord[];
  /** What the entries of one message share, by the numbers by which packs name it. */
  documents: PostedDocument[];
  /** One or, in order, several for each SKU that it changes; the commit fails where a SKU has another version than the one before. */
  packs: CommitPack[];
  /** Checkpoints of a SKU with a later `at` than named are removed, then the new ones are written. */
  staleCheckpoints: { sku: string; at: string }[];
  checkpoints: Checkpoint[];
  locations: Location[];
  /** With the version they must have now, 0 for a new one; the commit fails where it is another. */
  reservations: { reservation: Reservation; expectedVersion: number }[];
  /** Version of the period that was decided against; the commit fails where it is another now. */
  periodVersion: number;
  /** The period as it is after the commit, where that changes it. */
  period?: Period;
  /** Open orders as they are after the commit; quantity zero means: remove. */
  openOrders: OpenOrder[];
  outbox: OutboxRecord[];
}
