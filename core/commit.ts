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
import type { SeenNumbers } from './ports/producerStore.ts';

/** Everything that one decision round writes, all or nothing. */
export interface Commit {
  /** When the books learn it: later than that of every commit before, whatever the clocks say. */
  recordedAt: string;
  /** Of the queue that its batches came from; left out for what no message asked for. */
  partition?: number;
  inbox: InboxRecord[];
  tallies: IntakeTally[];
  /** Numbers of the batches, each row one version after that which is there; a conflict where it is another. */
  seen?: readonly SeenNumbers[];
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
  /** What closing was decided on; the commit fails where something that it would have seen came after it. */
  look?: Look;
  /** Open orders as they are after the commit; quantity zero means: remove. */
  openOrders: OpenOrder[];
  outbox: OutboxRecord[];
}

/** A look at the books up to a business time. */
export interface Look {
  /** What the store gave before it began. */
  mark: string;
  until: string;
}

/** After every date. */
export const NEVER = '~';

/** From which business time on a look at the books may see something of a commit; '' where it parks something. */
export function seenFrom({ documents, parked }: Commit): string {
  let first = parked.some(({ stage }) => stage === 'apply') ? '' : NEVER;
  for (const { at } of documents) if (at < first) first = at;
  return first;
}

/** Before anything was recorded. */
export const BEGINNING = new Date(0).toISOString();

/** Makes a commit for a moment later than `after`, once it is certain that none comes in between. */
export type CommitMaker = (after: string) => Commit;

export const madeAfter = (decided: Commit | CommitMaker, after: string): Commit =>
  typeof decided === 'function' ? decided(after) : decided;

export const earlierOf = (moment: string, other = moment): string =>
  other < moment ? other : moment;

/** What the clock says, or a moment later than `after` where the clock has not come so far. */
export function recordedAfter(after: string, nowMs: number): string {
  const now = new Date(nowMs).toISOString();
  return now > after ? now : new Date(Date.parse(after) + 1).toISOString();
}
