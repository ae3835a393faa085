/** What stages of flows keep between records: rows by a key, and what leaves them. */

/** What a stage keeps under one key. `body` is its own affair. */
export interface StageRow {
  stage: string;
  key: string;
  /** Of the commit that wrote it: no two are ever the same. */
  version: string;
  /** When its first record came. */
  since: string;
  /** When it is to be looked at again, whatever comes; left out: never. */
  dueAt?: string;
  body: string;
}

export interface StageChange {
  key: string;
  /** Version of the row that it was decided on; empty where there was none. */
  expected: string;
  /** What is there from now on; left out: nothing. */
  row?: Pick<StageRow, 'since' | 'dueAt' | 'body'>;
}

/** What leaves a stage, until it has gone on. */
export interface StageOut {
  /** Sorts by the time of its commit. */
  id: string;
  body: string;
}

export interface StageCommit {
  /** New for each: it becomes the version of the rows. */
  id: string;
  stage: string;
  /** A key comes once. */
  rows: readonly StageChange[];
  outs: readonly StageOut[];
}

/**
 * Promises: a commit is atomic and durable when it resolves. Where a row has another version than expected it is a
 * conflict, and nothing is written; so two that decide about one key at once are settled. A stage never sees
 * the rows of another.
 */
export interface StageStore {
  /** Those that are there, in any order. */
  stageRows(stage: string, keys: readonly string[]): Promise<StageRow[]>;
  /** Rows that are due at or before `now`, soonest first. */
  dueStageRows(stage: string, now: string, limit: number): Promise<StageRow[]>;
  commitStage(commit: StageCommit): Promise<'committed' | 'conflict'>;
  /** What left a stage and has not gone on, oldest first. */
  stageOuts(stage: string, limit: number): Promise<StageOut[]>;
  /** These have gone on. */
  outsSent(stage: string, ids: readonly string[]): Promise<void>;
}
