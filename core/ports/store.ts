/** The store is where stock lives. */

import type { Closing, ClosingFilter, ClosingPart } from '../closing.ts';
import type { Commit, CommitMaker } from '../commit.ts';
import type {
  Balance,
  Checkpoint,
  CheckpointKey,
  CostLayer,
  EntryKind,
  InboxRecord,
  LedgerEntry,
  Location,
  OpenOrder,
  OutboxRecord,
  Period,
  Reservation,
  ReservationState,
  SkuHead,
} from '../ledger.ts';
import type { LogLine, LogSubject } from '../logLine.ts';
import type { IntakeReport, ParkedRecord } from '../message.ts';
import type {
  BookedMessage,
  NamedMessage,
  PackKey,
  PackText,
  SkuBooks,
  SkuPointer,
  StoredPack,
} from '../pack.ts';
import type { EventCursor, EventGroup, RelayedEvents } from '../relayedEvents.ts';
import type { Runtime } from '../runtime.ts';
import type { BackendSpec } from './backend.ts';
import type { ControlBooks, ControlStore } from './controlStore.ts';
import type { DeadLetterBooks, DeadLetterStore } from './deadLetters.ts';
import type { FigureBooks } from './figures.ts';
import type { HistoryBooks, HistoryStore } from './historyStore.ts';
import type { NameBooks } from './names.ts';
import type { ProducerStore } from './producerStore.ts';
import type { KeptStage, StageRow, StageStore } from './stageStore.ts';

export interface BalanceKey {
  sku: string;
  place: string;
  lot: string;
  status: string;
  owner: string;
}

/** What a decision round needs to see, all as of one moment. */
export interface LoadRequest {
  /** Each as a whole. */
  skus: readonly string[];
  /** Reservations by id. */
  reservations: readonly string[];
  /** Open orders by document. */
  openOrders: readonly string[];
}

export interface Loaded {
  /** In the order asked; version 0 for a SKU that was never seen. */
  skus: SkuBooks[];
  /** Those that exist. */
  reservations: Reservation[];
  openOrders: OpenOrder[];
  period: Period;
}

export interface CommitResult {
  /**
   * Conflict: some SKU, reservation or the period has another version than expected, an inbox or batch key
   * was taken meanwhile, a look is out of date, or the moment has passed: nothing was written. Load again and decide again.
   */
  outcome: 'committed' | 'conflict';
}

export interface Page {
  /** `next` of the page before; left out for the first page. */
  after?: string;
  limit: number;
}

export interface Paged<Row> {
  rows: Row[];
  /** Left out on the last page. */
  next?: string;
}

export interface StockFilter {
  sku?: string;
  place?: string;
  /** Business time up to and including which movements count; all when left out. */
  asOf?: string;
  /** Time of recording up to and including which entries count; all when left out. */
  knownAt?: string;
}

export interface LedgerFilter {
  sku?: string;
  document?: string;
  /** Whose document it is. */
  partner?: string;
  /** What its document refers to: the purchase order, the receipt that is invoiced, the issue that comes back. */
  reference?: string;
  lot?: string;
  /** Number of a document: returns that refer to it, and cancellations of such documents. */
  returnsTo?: string;
  /** From where, or to where. */
  place?: string;
  kind?: EntryKind;
  /** Business time from which on entries count. */
  since?: string;
  asOf?: string;
  knownAt?: string;
  /** Time of recording after which entries count: what `knownAt` of the same moment leaves out. */
  recordedAfter?: string;
}

export interface ReservationFilter {
  sku?: string;
  reference?: string;
  state?: ReservationState;
}

export interface ParkedFilter {
  flow?: string;
  /** File, or path of the request. */
  name?: string;
  intakeId?: string;
  /** One of its words (core/searchWords.ts), by an index. */
  word?: string;
  /** When it was parked: from then on, and before. */
  since?: string;
  until?: string;
}

export interface KeptParked extends ParkedRecord {
  parkedAt: string;
}

export interface LogFilter {
  about?: LogSubject;
  name?: string;
}

/** A table, an index, a view or a trigger. */
export interface Declaration {
  type: string;
  name: string;
  /** As it was made; null of what the database makes by itself. */
  sql: string | null;
}

export interface ValuationRow {
  sku: string;
  pool: string;
  quantity: bigint;
  value: bigint;
}

export interface Backlog {
  /** Of each flow of which something is parked that no closed case is about, by name; since when the first that is there. */
  parked: { flow: string; records: number; since: string }[];
  /** The same of dead letters. */
  dead: number;
  /** Records of the outbox. */
  outbox: number;
}

/**
 * What a store has to read: what reports, `verify`, replies and pages are made of. A store that is opened to
 * read has nothing else.
 */
export interface Books extends ControlBooks, HistoryBooks, DeadLetterBooks, NameBooks, FigureBooks {
  load(request: LoadRequest): Promise<Loaded>;
  /** Of these message keys, those that were booked. */
  inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]>;
  /** Every source of which a message was booked, in the order of their text in UTF-8. */
  sources(): Promise<string[]>;
  /** Of these batches of one partition, those that were applied, as `batchKey` of core/ledger.ts. */
  appliedBatches(
    batches: readonly { intakeId: string; index: number; digest: string }[],
    partition?: number,
  ): Promise<Set<string>>;
  /**
   * The latest moment, up to `until` where that is given, of which nothing can change any more: whatever
   * was recorded by then can be read from now on, and no commit of any process will be recorded at or
   * before it, however its clock goes. `BEGINNING` before anything was recorded.
   */
  finalUntil(until?: string): Promise<string>;
  /** The last checkpoint of a SKU whose `at` is not after the one given. */
  checkpoint(sku: string, at: string): Promise<Checkpoint | undefined>;
  /** Entries of a SKU with a greater `seq`, in order, at most `limit`. */
  entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]>;
  /** SKUs with facts that wait to be costed anew. */
  recosts(page: Page): Promise<Paged<SkuHead>>;
  /** Ids of pending reservations that expire at or before `now`, soonest first. */
  dueReservations(now: string, limit: number): Promise<string[]>;
  /** Groups that have numbered events, in the order of their names. */
  eventGroups(): Promise<EventGroup[]>;
  /**
   * Of one group what has events after the cursor, in the order of numbers. EVENTS_FORGOTTEN where the next
   * after the cursor is kept no more.
   */
  events(from: EventCursor, limit: number): Promise<RelayedEvents[]>;
  /** Balances by (sku, place, lot, status, owner); those of places outside only when asked by place. */
  stock(filter: StockFilter, page: Page): Promise<Paged<Balance>>;
  /** Entries by (sku, seq). */
  ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>>;
  /** Quantity and value by (sku, pool). */
  valuation(
    filter: { sku?: string; asOf?: string; knownAt?: string },
    page: Page,
  ): Promise<Paged<ValuationRow>>;
  /** By id. */
  reservations(filter: ReservationFilter, page: Page): Promise<Paged<Reservation>>;
  /** By (sku, due, document, line). */
  openOrders(filter: { sku?: string }, page: Page): Promise<Paged<OpenOrder>>;
  period(): Promise<Period>;
  intake(intakeId: string): Promise<IntakeReport | undefined>;
  /** By (parkedAt, id). */
  parked(filter: ParkedFilter, page: Page): Promise<Paged<KeptParked>>;
  parkedRecord(id: string): Promise<KeptParked | undefined>;
  /** What waits here for a person or for relay, counted. */
  backlog(): Promise<Backlog>;
  location(code: string): Promise<Location | undefined>;
  /** What waits in stages of flows: by (stage, key). */
  staged(filter: { stage?: string }, page: Page): Promise<Paged<StageRow>>;
  /** Stages that flows have or had, and any in which something waits: by name. */
  stages(): Promise<KeptStage[]>;
  /** By code. */
  locations(page: Page): Promise<Paged<Location>>;
  /** What the store makes of each commit (core/logOf.ts): by (about, name, version). */
  log(filter: LogFilter, page: Page): Promise<Paged<LogLine>>;
  /** What producers said, and what was seen of it (ports/producerStore.ts). */
  producers: ProducerStore['producers'];
  seenNumbers: ProducerStore['seenNumbers'];
  /**
   * All heads by SKU, all layers by (sku, pool, at, rank, seq, part), all checkpoints by (sku, at, seq): what
   * `verify` compares the ledger with.
   */
  heads(page: Page): Promise<Paged<SkuHead>>;
  layers(page: Page): Promise<Paged<CostLayer>>;
  /** Packs of SKUs in the order asked, each by version, as they are kept, some at a time. */
  packs(skus: readonly string[]): AsyncIterable<readonly StoredPack[]>;
  /** Of some SKUs the packs after a version, without documents: of each in order, in no order of SKUs. */
  packTexts(after: ReadonlyMap<string, number>): AsyncIterable<PackText>;
  /** Those of these packs that are there, in any order; as many keys as a page has rows, at most. */
  packsByKey(keys: readonly PackKey[]): Promise<StoredPack[]>;
  /** By SKU: where each stands by what the store keeps beside packs. */
  pointers(filter: { sku?: string }, page: Page): Promise<Paged<SkuPointer>>;
  /** What documents of the ledger say of their messages, some at a time, in no order. */
  messages(): AsyncIterable<readonly NamedMessage[]>;
  /** Messages of the inbox that are found by their keys, some at a time, about in the order of `messages`. */
  bookedMessages(): AsyncIterable<readonly BookedMessage[]>;
  /** SKUs that have packs, and that no list shows. */
  lostSkus(): Promise<string[]>;
  /** How many packs are gone, by their own numbers; left out where they have none, for which all who write would wait. */
  missingPacks?(): Promise<number>;
  /** What its file declares, and what that of empty books does; left out where nothing is declared as text. */
  declared?(): Promise<{ found: Declaration[]; wanted: Declaration[] }>;
  checkpoints(page: Page): Promise<Paged<CheckpointKey>>;
  /** Closings (core/closing.ts): those that are complete, each before the one that goes on from it. */
  closings(): Promise<Closing[]>;
  /** In the order of the closings asked for, then by month and number. */
  closingParts(filter: ClosingFilter): Promise<ClosingPart[]>;

  /** Without a way to a server: nothing is gained by asking for much at once, or ahead. */
  readonly answersAtOnce: boolean;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Promises: a commit is atomic, durable when it resolves, and isolated: of two commits that expect
 * the same version of a SKU, one gets a conflict. After a lost connection in mid-commit the store
 * settles by itself whether it was written.
 */
export interface CommitStore {
  /**
   * What `decided` makes is recorded after all commits that were durable when this was called. One that
   * is given as it is, for a moment that is not later than theirs, is a conflict.
   */
  commit(decided: Commit | CommitMaker): Promise<CommitResult>;
  /**
   * Before a look at the books: what is durable by then is seen by it. A commit that names the mark in its `look` is a
   * conflict where others have since committed what that would have seen, or have begun a look of their own.
   */
  mark(): Promise<string>;
  /** Batches of commands that one commit takes well, at most. */
  readonly commitBatches: number;
  /** Oldest first. What was given out is given out again until `published` names it. */
  outbox(limit: number): Promise<OutboxRecord[]>;
  /**
   * The broker has these: they leave the outbox and get their numbers, each once, whoever else names
   * them. A group has the order in which they were named, and in one call that of their commits.
   */
  published(ids: readonly string[], relayedAt: string): Promise<void>;
  /** Forgets the oldest that were relayed before a moment, not the last of a group; how many, about `most`. */
  forgetEvents(before: string, most: number): Promise<number>;
  /** Parked records that nobody needs any more: the only way in which one goes. */
  forgetParked(ids: readonly string[]): Promise<void>;
  addClosingParts(parts: readonly ClosingPart[]): Promise<void>;
  /** Makes one count whose parts are all there; false where another goes on from the same one. */
  completeClosing(closing: Closing): Promise<boolean>;
}

export interface Store
  extends Books,
    CommitStore,
    StageStore,
    ControlStore,
    HistoryStore,
    ProducerStore,
    DeadLetterStore {}

/** The part of a store that a round decides and commits on. */
export type RoundStore = Books & Pick<CommitStore, 'commit' | 'mark'>;

/** What a store is put together from, beside what follows from its packs: what commits and is to be known before. */
export type CommitChapter = Pick<Store, 'ping' | 'close' | 'load'> &
  Pick<Store, 'inbox' | 'bookedMessages'> &
  Pick<
    Store,
    'appliedBatches' | 'commitBatches' | 'answersAtOnce' | 'commit' | 'mark' | 'finalUntil'
  >;
/** What is listed as it is kept. */
export type ListChapter = Pick<Store, 'sources' | 'checkpoint' | 'checkpoints' | 'openOrders'> &
  Pick<Store, 'reservations' | 'dueReservations' | 'location'> &
  Pick<Store, 'locations' | 'log' | 'backlog'> &
  Pick<Store, 'period' | 'intake' | 'messages' | 'declared' | 'missingPacks'>;
/** What commits left for a person to correct. */
export type ParkedChapter = Pick<Store, 'parked' | 'parkedRecord' | 'forgetParked'>;
/** What is told to others. */
export type EventChapter = Pick<Store, 'outbox' | 'published'> &
  Pick<Store, 'eventGroups' | 'events' | 'forgetEvents'>;
/** The part of a store that keeps closings. */
export type ClosingBooks = Pick<
  Store,
  'closings' | 'closingParts' | 'addClosingParts' | 'completeClosing'
>;

/** The part of a store that keeps what stages of flows wait with. */
export type StageChapter = StageStore & Pick<Store, 'staged' | 'stages'>;

/** A kind of store can be opened to look at the books only. */
export interface StoreSpec extends BackendSpec<Store> {
  /**
   * Makes and changes nothing, and works where nothing may be written. Books that are not there are
   * refused (DATA_FOLDER_MISSING), or are empty ones for `orEmpty`.
   */
  openToRead(address: string, runtime: Runtime, choice: { orEmpty: boolean }): Promise<Books>;
}
