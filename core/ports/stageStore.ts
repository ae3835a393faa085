/** What stages of flows keep between records: rows by a key, members of rows, and what leaves them. */

/** What a stage knows of one key, which is little: what came lies in its members. `body` is its own affair. */
export interface StageRow {
  stage: string;
  key: string;
  /** Of the commit that wrote it: no two are ever the same. */
  version: string;
  /** Since when records wait in it; where none does, since when it is there. */
  since: string;
  /** How many. */
  waiting: number;
  /** When it is to be looked at again, whatever comes; left out: never. */
  dueAt?: string;
  body: string;
}

export interface MemberName {
  key: string;
  /** Within its row. */
  id: string;
}

/** Something that came, and that a row keeps: written once, and read when it is decided about. */
export interface StageMember {
  id: string;
  /** Its place in the row: those that come later have higher ones. */
  number: number;
  /** Left out: it has left, and only its id is known. */
  body?: string;
  /** When its id may be forgotten; left out: with its row. */
  forgetAt?: string;
}

/** What becomes of a row and its members, in the order of these fields. */
export interface StageChange {
  key: string;
  /** Version of the row that it was decided on; empty where there was none. */
  expected: string;
  /** What is there from now on; left out: nothing, no member either. */
  row?: Pick<StageRow, 'since' | 'dueAt' | 'waiting' | 'body'>;
  /** All members that it had are gone. */
  clears?: true;
  /** Ids of members that are gone. */
  drops?: readonly string[];
  /** Of these the bodies are gone, and the ids may be forgotten then. */
  left?: { ids: readonly string[]; forgetAt: string };
  /** None of their ids is there. */
  adds?: readonly StageMember[];
  /** Ids that may be forgotten by then are. */
  forgets?: string;
}

/** What leaves a stage, until it has gone on. */
export interface StageOut {
  /** Sorts by the time of its commit. */
  id: string;
  body: string;
}

/** What there is of a stage. */
export interface KeptStage {
  stage: string;
  /** Records that wait in its rows. */
  waiting: number;
  /** Since when the first of them. */
  since?: string;
  /** What has left it and not gone on. */
  outs: number;
}

export interface StageCommit {
  /** New for each: it becomes the version of the rows. */
  id: string;
  stage: string;
  /** A key comes once. */
  rows: readonly StageChange[];
  outs: readonly StageOut[];
  /** What had left, and is not there any more: others stand in its place. Where one of it has gone already, it is a conflict. */
  gone?: readonly string[];
}

/**
 * Promises: a commit is atomic and durable when it resolves. Where a row has another version than expected it is a
 * conflict, and nothing is written; so two that decide about one key at once are settled. Members change only together with
 * their row: what is read of them after the row is that of its version, or the commit is a conflict. A stage never
 * sees the rows of another. Reading rows reads no member.
 */
export interface StageStore {
  /** Those that are there, in any order. */
  stageRows(stage: string, keys: readonly string[]): Promise<StageRow[]>;
  /** Of these members those that are there, with a body or without. */
  knownMembers(stage: string, names: readonly MemberName[]): Promise<MemberName[]>;
  /** All with a body of the rows of these keys: those of one row in the order of their numbers. */
  stageMembers(stage: string, keys: readonly string[]): Promise<(MemberName & { body: string })[]>;
  /** Rows that are due at or before `now`, soonest first. */
  dueStageRows(stage: string, now: string, limit: number): Promise<StageRow[]>;
  commitStage(commit: StageCommit): Promise<'committed' | 'conflict'>;
  /**
   * What left a stage and has not gone on, oldest first; behind that of an id where one is given. Fewer than `limit` where
   * they have `stageRoundBytes` characters together; none only where there are no more.
   */
  stageOuts(stage: string, limit: number, after?: string): Promise<StageOut[]>;
  /** These have gone on. */
  outsSent(stage: string, ids: readonly string[]): Promise<void>;
  /** Flows have these: they are listed from now on, whether or not anything waits there. */
  knowStages(stages: readonly string[]): Promise<void>;
  /** No flow has it any more. What waits there stays, and is listed. */
  forgetStage(stage: string): Promise<void>;
}
