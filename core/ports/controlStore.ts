/** What the hub keeps about its own work, beside the books: rows by their kind and id, which any process of the hub may change. */

/** A lease, a deployment, a run of a report, an endpoint, a case. No part of the books. */
export interface ControlRow {
  kind: string;
  id: string;
  /** Of the change that wrote it: no two are ever the same. */
  version: string;
  /** Of rows of a kind it is counted how many are in each. */
  state: string;
  /** Rows are listed by it: since when it is there, or in that state, as who keeps it likes. */
  since: string;
  /** When it is to be looked at again; left out: never. */
  dueAt?: string;
  /** It is found by each of these, exactly as it is (a business key, a file, a flow). */
  words: readonly string[];
  /** JSON with a format number, the affair of who keeps it. */
  body: string;
}

export interface ControlChange {
  kind: string;
  id: string;
  /** Version of the row that it was decided on; empty where there was none. */
  expected: string;
  /** What is there from now on; left out: nothing. */
  row?: Omit<ControlRow, 'kind' | 'id' | 'version'>;
}

/** Rows of this kind are leases: while one is held its only word is its token (core/jobs/Lease.ts). */
export const LEASE = 'lease';

/** Rows of this kind say what each hub was given to run (core/deployment). */
export const DEPLOYMENT = 'deployment';

/** Rows of this kind are flows that are paused, by their names. */
export const PAUSE = 'pause';

/** Rows of this kind are what pollers remember (core/jobs/PollMemory.ts). */
export const POLL = 'poll';

/** Rows of the audit trail, and the one that says where it ends (core/auditTrail.ts). */
export const ACT = { entry: 'act', head: 'trail' } as const;

/** Rows of this kind are sources of commands that callers send themselves, by their names. */
export const COMMANDER = 'commander';

/** Rows of this kind are answers that are kept for who asks the same again (core/api/writes/IdempotentAnswers.ts). */
export const ANSWER = 'answer';

/** A lease that must still be held, with this token, for a change to be written. */
export interface Fence {
  lease: string;
  token: number;
}

export interface ControlFilter {
  kind: string;
  state?: string;
  word?: string;
  /** From when on, and until when, both included. */
  since?: string;
  until?: string;
}

/** How many rows of a kind are in a state, and since when the first of them. */
export interface ControlState {
  state: string;
  rows: number;
  since: string;
}

/** The part that who only looks at the books sees too. */
export interface ControlBooks {
  /** Those that are there, in any order. */
  control(kind: string, ids: readonly string[]): Promise<ControlRow[]>;
  /** By (since, id). */
  controlRows(
    filter: ControlFilter,
    page: { after?: string; limit: number },
  ): Promise<{ rows: ControlRow[]; next?: string }>;
  /** By state. */
  controlStates(kind: string): Promise<ControlState[]>;
}

/**
 * Promises: changes are made all or none, and are durable when that resolves. Where a row has another version than expected,
 * or the fence's lease is held no more with that token, it is a conflict and nothing is written: so of those that change
 * a row at once one wins, and whoever lost a lease writes nothing any more, however late it finds out.
 */
export interface ControlStore {
  /** `id` is new for each call, and becomes the version of the rows; a row comes once. */
  changeControl(
    id: string,
    changes: readonly ControlChange[],
    fence?: Fence,
  ): Promise<'done' | 'conflict'>;
  /** Rows that are due at or before `now`, soonest first. */
  dueControl(kind: string, now: string, limit: number): Promise<ControlRow[]>;
  /** What the clock of the store's server says: one for all processes, whatever theirs say. */
  serverTime(): Promise<string>;
}

export interface ControlChapter extends ControlBooks, ControlStore {}
