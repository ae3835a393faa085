/** Sources that ask another system, again and again, what is new there: a bucket, a mailbox, a table, an API. */

import type { Fault } from '../errors.ts';
import type { Payload } from './payload.ts';

/**
 * A source that looks when it is told to. The engine does the rest: it sees to it that of all processes one looks at a time,
 * that what is offered comes under the same id after a crash, that a look that failed comes again later, and that people
 * hear of it.
 */
export interface Poller {
  /** What it looks at, as people would say it: `s3://bucket/prefix`. With the flow's `source` it names what is kept of it. */
  readonly place: string;
  /** So long after one look comes the next. */
  readonly everyMs: number;
  /**
   * One look. What it finds it offers, and keeps in the state how far it has come once that has been settled. True where more
   * waits: then it is asked again at once. Throws where the other side is away or answers nonsense; it is asked again later,
   * from where the state says.
   */
  poll(turn: PollTurn): Promise<boolean>;
  /** Lets go of what is open. Idempotent. */
  close(): Promise<void>;
}

/** What a poller has while it is its turn. Its calls throw LEASE_LOST once another process has taken the turn over. */
export interface PollTurn {
  /** Aborted when the source is to stop: nothing more is to be offered then. */
  readonly signal: AbortSignal;
  readonly state: PollState;
  /**
   * Ids of intakes for what is about to be offered, by keys that say what it is (path, size and time; table and key): the same
   * ids again after a crash, until a later call leaves them out. Written down before it resolves.
   */
  claim(keys: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /**
   * Takes one payload in. Resolves once all that came of it is durable: to nothing, or to the fault for which the payload, or
   * the rest of it, was refused for good; then it has been parked, and is not to be offered again. Throws where it must be
   * offered again later. Several small ones may be offered at once: they then go together, each with its own outcome, and in order
   * where each has its place of an OfferLine.
   */
  offer(payload: OfferedPayload): Promise<Fault | undefined>;
}

export interface OfferedPayload extends Omit<Payload, 'origin'> {
  intakeId: string;
  /** File name, subject, page: what a person would call it. */
  name: string;
  /** Where it lies at the other side, should it be refused. */
  place?: string;
}

/** What a poller remembers, as texts by names, none of which begins with a space; no two processes write it at once. */
export interface PollState {
  /** Those that are there. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** All or nothing, and durable when it resolves; undefined: forgotten. */
  write(entries: ReadonlyMap<string, string | undefined>): Promise<void>;
  /** All names, in no order. */
  names(): AsyncIterable<string>;
}
