/**
 * THE page: every seam of the hub, and what each side promises. Adapters and components implement
 * these; the engine knows nothing else of them. Each port has one contract suite in `test/contract`
 * that all of its implementations pass.
 */

import type { Closing, ClosingFilter, ClosingPart } from './closing.ts';
import type { Commit, CommitMaker } from './commit.ts';
import type { Fault, Told } from './errors.ts';
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
} from './ledger.ts';
import type { IntakeReport, Origin, ParkedRecord, TraceContext } from './message.ts';
import type { PackKey, SkuPointer, StoredPack } from './pack.ts';
import type { EventCursor, EventGroup, RelayedEvents } from './relayedEvents.ts';
import type { Runtime } from './runtime.ts';
import type { FaultSink, Field, Path } from './spec.ts';

// ---------------------------------------------------------------------------------------------
// Connectors move bytes and know no format.

/** One payload that came in: a file, a request body. */
export interface Payload {
  origin: Origin;
  /** Who sends it; left out: the flow. */
  actor?: string;
  /** As the sender's request had it. */
  trace?: TraceContext;
  contentType?: string;
  /** Size where it is known, for progress. */
  sizeBytes?: number;
  /** Read once, from the start. */
  body: AsyncIterable<Uint8Array>;
  /**
   * Of a source whose sender may still be writing: resolves when nothing more is to be expected after
   * what `body` gave, throws PAYLOAD_GREW when more came. Intake asks before it takes as complete
   * what only the end of the payload closes. Left out where the end is certain.
   */
  whole?(): Promise<void>;
  /** Where rejected records may be written for the sender, in the format of the payload. */
  rejects?: RejectsWriter;
}

export interface RejectsWriter {
  write(chunk: Uint8Array): Promise<void>;
}

/**
 * What intake answers once all that came of the payload is durable. A source acknowledges (202, file
 * archived, ack) only then. When `accept` throws a retryable fault, the source keeps the payload and
 * offers it again; after any other it puts the payload aside with the reason.
 */
export interface Receipt {
  origin: Origin;
  records: number;
  filtered: number;
  /** Parts of records that were split which a step dropped, whatever became of the other parts. */
  droppedParts?: number;
  /** What stood beside the records and was no part of them, by its name: elements of XML. */
  passedOver?: Record<string, number>;
  messages: number;
  parked: number;
  /** First faults, for an answer to the sender; `parked` counts all. */
  faults: Fault[];
  /** What is worth a look though nothing of it is wrong: each code once, with its first place. */
  told: Told[];
  /** Set when the rest of the payload could not be read at all: what came before is durable. */
  refused?: Fault;
}

export type Accept = (payload: Payload) => Promise<Receipt>;

export interface Source {
  /** Begins to offer payloads to `accept`, one after another. Resolves when it is watching. */
  start(accept: Accept): Promise<void>;
  /** Takes nothing new, lets the payload in hand finish, releases everything. Idempotent. */
  stop(): Promise<void>;
}

/** One thing to send: a webhook call, a file. */
export interface Outgoing {
  /** The same at every attempt, so that the receiver can drop a repetition. */
  id: string;
  contentType: string;
  /** File extension of the format, without the dot. */
  extension: string;
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  flow: string;
}

export interface Sink {
  /**
   * Resolves when the other side has it for good. Throws a StockbusError: retryable when the world
   * was wrong, final when the other side refuses it.
   */
  send(outgoing: Outgoing): Promise<void>;
  close(): Promise<void>;
}

/** How one flow uses a connector as its source. */
export interface SourceUse<Config = unknown, From = unknown> {
  config: Config;
  from: From;
}

export interface SourceAbout<Config = unknown, From = unknown> {
  /** Name of the connector in config/hub.yaml. */
  name: string;
  flow: string;
  runtime: Runtime;
  /** All flows of this hub that take in by this kind of connector, this one included. */
  uses?: readonly SourceUse<Config, From>[];
}

/** A kind of connector. One file; it has a source, a sink, or both. */
export interface ConnectorSpec<Config = unknown, From = unknown, To = unknown> {
  name: string;
  about: string;
  /** Under `connectors:` in config/hub.yaml. */
  config: Field<Config>;
  /** Beside the connector's name in a flow's `from` and `to`. */
  from?: Field<From>;
  to?: Field<To>;
  examples: string[];
  source?(config: Config, from: From, about: SourceAbout<Config, From>): Source;
  /**
   * Why two flows could take in the same payload, or one what the other has put away; undefined where
   * that can never be. Such a pair is refused unless both have one `source`.
   */
  overlap?(one: SourceUse<Config, From>, other: SourceUse<Config, From>): string | undefined;
  sink?(config: Config, to: To, about: { name: string; flow: string; runtime: Runtime }): Sink;
}

// ---------------------------------------------------------------------------------------------
// Codecs turn bytes into records and back, and know no transport.

/** Cells and leaves stay as the payload has them: text, or what JSON says they are. */
export type RecordValue = { [field: string]: unknown };

export interface SourceRecord {
  value: RecordValue;
  /** Position in the payload, from 1. Never skips: a bad record has a number too. */
  record: number;
  /** Line on which it begins, where the format has lines. */
  line?: number;
  /** Set when the record is bad: `value` then holds what could be read of it, `raw` the text. */
  fault?: Fault;
  raw?: string;
  /** Set where the flow's options pass it over: no record, and counted as filtered. */
  passedOver?: true;
  /** Set where several records were made of it, which have it as a member: a spool writes it once. */
  shared?: true;
  /** Set when only the end of the text ended it: more text could have made another record of it. */
  open?: true;
}

export interface ReadContext {
  /** What to call the payload in faults. */
  name: string;
  /** What the transport says of it; its `charset=` must agree with what the payload shows. */
  contentType?: string | undefined;
  /** The flow means the single-byte encoding that is stated, though all of the text is UTF-8. */
  asStated?: boolean;
  /** Told at the end of what stands beside the records and is none of them: elements, by their name. */
  passedOver?: (name: string, count: number) => void;
}

/**
 * One payload on its way in, read once. Others get their turn between two batches; a batch without
 * records is given out where one record takes long.
 */
export interface PayloadReading extends AsyncIterable<SourceRecord[]> {
  /** For rejected records; asked for after the first of them was given out. */
  rejects(): RejectsFormat;
}

/** A record that was not taken in, and why. */
export interface Rejected {
  record: SourceRecord;
  fault: Fault | undefined;
}

/**
 * Gives rejected records back in the form in which their payload came (encoding, title lines, quotes,
 * what stands around), each with its reason, so that what is corrected there can be sent again as it
 * is: the same codec with the same options reads it as it would read the corrected payload. Bytes of
 * all parts are to be joined; `end` comes after the whole payload was read.
 */
export interface RejectsFormat {
  write(rejected: readonly Rejected[]): Uint8Array;
  end(): Uint8Array;
}

/**
 * Reads with bounded memory, whatever the size of the payload. Every byte ends in exactly one record,
 * good or bad; a fault of the payload as a whole (wrong encoding, refused DTD, empty) is thrown as a
 * StockbusError after all records before it were given out.
 */
export interface Codec {
  read(chunks: AsyncIterable<Uint8Array>, context: ReadContext): PayloadReading;
  /**
   * One writer for each payload. Text of each part is to be concatenated in order. `fields` are those
   * of all records, where they are known: so a table has its header even without a row.
   */
  writer(fields?: readonly string[]): RecordWriter;
  /**
   * The same codec for a flow that reads these fields: `read` refuses a payload whose records cannot
   * have one of them, before any record. Only formats whose records all have the same fields offer it.
   */
  requireColumns?(names: readonly string[]): Codec;
  /** Of these fields those that no payload can have, as the flow's own options say. */
  lacksColumns?(names: readonly string[]): string[];
}

export interface RecordWriter {
  begin(): string;
  write(records: readonly RecordValue[]): string;
  end(): string;
}

export interface CodecSpec<Read = unknown, Write = unknown> {
  name: string;
  about: string;
  contentType: string;
  extension: string;
  readOptions: Field<Read>;
  writeOptions: Field<Write>;
  /** How it is written for people, who open it with a program that trusts it. */
  forPeople?: Readonly<Record<string, unknown>>;
  examples: string[];
  codec(read: Read | undefined, write: Write | undefined): Codec;
}

// ---------------------------------------------------------------------------------------------
// Steps are verbs over records.

/** A record on its way through a flow. */
export interface FlowRecord {
  /** What the steps work on. */
  value: RecordValue;
  /** The record as it was read (the first of them after a group): `key` is taken from it. */
  source: RecordValue;
  record: number;
  line?: number;
  /** It could not be read: whatever its fields say may stand in the wrong one, its document too. */
  torn?: true;
  /** Set once the record is bad: later steps pass it by and it is parked. */
  faults?: Fault[];
  /** Rules that it breaks leave it as it was: what a later step cannot read of it does not follow from them. */
  breaksRules?: true;
  /** Hints about it (codes made with `hint` in errors.ts): it is booked, and they are told. */
  told?: Fault[];
  /** After a group: all records that it was made of, for parking. */
  members?: SourceRecord[];
  /** Set where it is a part of the document of this name, which other parts may still join. */
  by?: string;
  /** Set, with `raw`, where it could not be read: both as its SourceRecord has them. */
  fault?: Fault;
  raw?: string;
}

export type Emit = (record: FlowRecord) => void;

/**
 * A step at work on one payload: it keeps no state between payloads. It is synchronous and pure; the
 * engine evaluates its `inputs` for each record and hands it their values. It throws a StockbusError for
 * a bad record, which is then parked; it never sees a record that has faults, unless it declares
 * `seesFaults` (group does: a bad row spoils its document).
 */
export interface Step {
  readonly seesFaults?: boolean;
  /** An input that gives nothing, or that failed, has no value. */
  push(record: FlowRecord, values: RecordValue, emit: Emit): void;
  /** After the last record: gives out what it held back. */
  flush?(emit: Emit): void;
  /**
   * Of a step that gives out parts of documents: the engine keeps them to the end of the payload, and
   * has those of one document joined, in their order. Several only where they cannot be joined.
   */
  join?(parts: readonly FlowRecord[]): readonly FlowRecord[];
}

/** What a record looks like to an expression. */
export interface Scope {
  readonly value: RecordValue;
  readonly source: RecordValue;
  readonly record: number;
  /** Inside `lines: { each, map }` the record around the element; for `key` the mapped record. */
  readonly outer?: RecordValue;
  /** Inside `lines: { each, map }` the position of the element, from 0. */
  readonly index?: number;
}

export type Expression = (scope: Scope) => unknown;

/** A table of config/tables: the first column is the key. */
export interface LookupTable {
  readonly name: string;
  /** All columns in order, the key first. */
  readonly columns: readonly string[];
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/**
 * What is known of the records between two steps. Lint, source columns and editors follow it, and know
 * no step by its name.
 */
export interface Shape {
  /** As messages name such a record: `the record after map`. */
  readonly of: string;
  /**
   * Fields beside those named here: `payload` has all that the record was read with, `unknown` may have
   * any, `none` has no others.
   */
  readonly others: 'payload' | 'unknown' | 'none';
  /** Fields that steps gave, each with the place in the flow; those of events have none. */
  readonly fields: ReadonlyMap<string, Path | undefined>;
  /** By its name a list of which it is known what its elements have. */
  readonly lists: ReadonlyMap<string, ReadonlyMap<string, Path | undefined>>;
  /** What is known of whole records that the steps keep in a field, each with the place that gives it. */
  readonly records?: readonly { readonly at: Path; readonly shape: Shape }[];
  /** The lists of whose elements fields came that nobody knows. */
  readonly elementsOf?: readonly Path[];
  /** Where the record was made, for what it lacks. */
  readonly madeAt: Path;
  /** False once `$source` is a part of the record that was read. */
  readonly whole: boolean;
  /** True once rows were gathered to documents, so that `$source` is the first of several. */
  readonly gathered?: true;
}

/** An expression that the engine evaluates for a step, or several in the form that is wanted. */
export type Input =
  | { readonly constant: unknown }
  /**
   * `field`: as messages name what it fills, such as `lines.sku`. `finds`: the fields that are found by
   * its value.
   */
  | {
      readonly expression: string;
      readonly path: Path;
      readonly field?: string;
      readonly finds?: readonly string[];
    }
  /** Its value is true, false, or an `Undecided` (core/steps), which says what is missing. */
  | { readonly test: string; readonly path: Path }
  | { readonly fields: Inputs }
  /**
   * A list with an entry for each element, in whose expressions `$parent` and `$index` are known. It is
   * empty where `each` gives nothing, or, when it may be, left out.
   */
  | {
      readonly each: { readonly expression: string; readonly path: Path };
      readonly of: Inputs;
      readonly field: string;
      readonly mayLack: boolean;
    };

export type Inputs = Readonly<Record<string, Input>>;

/** What a step must ask of the world, for all records of a batch at once, before they are pushed. */
export interface StepNeed {
  /** Who answers, by name among `HubParts.answers`. */
  port: string;
  /** The input whose values are the questions. */
  question: string;
  /** The value under which `push` finds the answer. */
  answer: string;
}

/** Answers in the order of the questions; nothing where it has none. Rejects when the world is wrong. */
export type Answers = (questions: readonly unknown[]) => Promise<readonly unknown[]>;

/** Where a step stands in its flow. */
export interface StepPlace {
  /** Of its options. */
  readonly path: Path;
  /** Of the canonical target: fields that its lines know, those of them that mean the same in the
   *  document, and its lists that may be left out; empty outbound. */
  readonly target: {
    readonly line: ReadonlySet<string>;
    readonly shared: ReadonlySet<string>;
    readonly optional: ReadonlySet<string>;
  };
  /** A fault of the step's own options. */
  readonly report: FaultSink;
}

/** What the compiler lends to a step. */
export interface StepTools extends StepPlace {
  table(name: string, path: Path): LookupTable;
}

/** A verb over records. It declares what it does and evaluates nothing itself. */
export interface StepSpec<Options = unknown> {
  name: string;
  about: string;
  options: Field<Options>;
  examples: string[];
  /** What it does to the fields that are known. */
  shape(options: Options, before: Shape, place: StepPlace): Shape;
  /** Expressions over the record that comes in; their values go to `push`. */
  inputs(options: Options, place: StepPlace): Inputs;
  needs?(options: Options): StepNeed;
  /** Called once when the flow is compiled; the result makes a step for each payload. */
  make(options: Options, tools: StepTools): () => Step;
}

// ---------------------------------------------------------------------------------------------
// The broker is where accepted work waits.

export interface Topology {
  /** Work queues: each message goes to the one consumer that is active. */
  queues: string[];
  /** Each topic's messages are copied to every queue that is subscribed to it. */
  subscriptions: { topic: string; queue: string }[];
}

export interface BrokerMessage {
  id: string;
  /** Exactly one of the two. */
  to: { queue: string } | { topic: string };
  body: Uint8Array;
  contentType: string;
}

export interface Delivery {
  id: string;
  body: Uint8Array;
  contentType: string;
  /** 1 at first, one more with every `retry`. */
  attempt: number;
  /** How often it came back unsettled from a consumer that died or closed. */
  redeliveries: number;
  /** Done: never delivered again. Takes effect at the latest when the consumer closes. */
  ack(): void;
  /** Back to the queue after a wait that the broker holds, so that it survives a crash. */
  retry(delayMs: number, reason: string): Promise<void>;
  /** To the dead letters, with the reason. */
  dead(reason: string): Promise<void>;
}

export interface Consumer {
  /** Takes no more, waits until what was delivered is settled (at most limits.drainTimeoutMs); what
   *  is not settled then comes again to somebody else. Idempotent. */
  close(): Promise<void>;
}

export interface DeadLetter {
  id: string;
  queue: string;
  body: Uint8Array;
  reason: string;
  deadAt: string;
}

/**
 * Promises: at least once, in order within a queue as long as nothing is retried. A message is durable when `publish` has resolved: it survives kill -9 and a restart
 * of the broker. What a consumer held when it died is delivered again.
 */
export interface Broker {
  /** Makes what is missing; refuses with BROKER_TOPOLOGY_CONFLICT where it exists differently. */
  declare(topology: Topology): Promise<void>;
  /** All or a rejection; after a rejection some may have arrived. A queue must exist, a topic need
   *  not have a subscriber. */
  publish(messages: readonly BrokerMessage[]): Promise<void>;
  /**
   * One consumer of a queue is active at a time, over all processes: the first. Others wait, and the
   * next takes over once it has closed or its process is gone, beginning with what it left unsettled; so
   * the order holds. Throws DATA_FOLDER_BUSY where those of another process cannot be waited for. At most
   * `prefetch` deliveries are unsettled at once. The consumer survives a loss of the connection: what was
   * unsettled then comes again, and settling it late is harmless.
   */
  consume(
    queue: string,
    prefetch: number,
    handler: (delivery: Delivery) => void,
  ): Promise<Consumer>;
  /** Messages that are ready to be delivered. For display: whether work is done, the reports say. */
  depth(queue: string): Promise<number>;
  dead(limit: number): Promise<DeadLetter[]>;
  /** Resolves when it can be reached, rejects with the reason. */
  ping(): Promise<void>;
  /** Flushes acks, closes consumers, releases everything. Idempotent. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------------------------------------
// The store is where stock lives.

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
  heads: SkuHead[];
  /** Those of the SKUs in the order asked, by (place, lot, status, owner). */
  balances: Balance[];
  /** Those of the SKUs in the order asked, by (pool, at, seq, part). */
  layers: CostLayer[];
  /** Those that exist. */
  reservations: Reservation[];
  openOrders: OpenOrder[];
  period: Period;
}

export type CommitResult =
  | { outcome: 'committed' }
  /** Some SKU, reservation or the period has another version than expected, an inbox or batch key was
   *  taken meanwhile, or the moment has passed: nothing was written. Load again and decide again. */
  | { outcome: 'conflict'; skus: string[] };

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
  lot?: string;
  /** From where, or to where. */
  place?: string;
  kind?: EntryKind;
  /** Business time from which on entries count. */
  since?: string;
  asOf?: string;
  knownAt?: string;
}

export interface ReservationFilter {
  sku?: string;
  state?: ReservationState;
}

export interface ValuationRow {
  sku: string;
  pool: string;
  quantity: bigint;
  value: bigint;
}

/** Closings (core/closing.ts): rows that follow from packs, added and never changed. */
export interface ClosingBooks {
  /** Those that are complete, each before the one that goes on from it. */
  closings(): Promise<Closing[]>;
  /** In the order of the closings asked for, then by month and number. */
  closingParts(filter: ClosingFilter): Promise<ClosingPart[]>;
  addClosingParts(parts: readonly ClosingPart[]): Promise<void>;
  /** Makes one count whose parts are all there; false where another goes on from the same one. */
  completeClosing(closing: Closing): Promise<boolean>;
}

/**
 * Promises: a commit is atomic, durable when it resolves, and isolated: of two commits that expect
 * the same version of a SKU, one gets a conflict. After a lost connection in mid-commit the store
 * settles by itself whether it was written.
 */
export interface Store extends ClosingBooks {
  /** Makes tables or indexes that are missing. */
  open(): Promise<void>;
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
   * What `decided` makes is recorded after all commits that were durable when this was called. One that
   * is given as it is, for a moment that is not later than theirs, is a conflict.
   */
  commit(decided: Commit | CommitMaker): Promise<CommitResult>;
  /**
   * The latest moment, up to `until` where that is given, of which nothing can change any more: whatever
   * was recorded by then can be read from now on, and no commit of any process will be recorded at or
   * before it, however its clock goes. `BEGINNING` before anything was recorded.
   */
  finalUntil(until?: string): Promise<string>;
  /** Batches of commands that one commit takes well, at most. */
  readonly commitBatches: number;
  /** The last checkpoint of a SKU whose `at` is not after the one given. */
  checkpoint(sku: string, at: string): Promise<Checkpoint | undefined>;
  /** Entries of a SKU with a greater `seq`, in order, at most `limit`. */
  entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]>;
  /** SKUs with facts that wait to be costed anew. */
  recosts(page: Page): Promise<Paged<SkuHead>>;
  /** Ids of pending reservations that expire at or before `now`, soonest first. */
  dueReservations(now: string, limit: number): Promise<string[]>;

  /** Oldest first. What was given out is given out again until `published` names it. */
  outbox(limit: number): Promise<OutboxRecord[]>;
  /**
   * The broker has these: they leave the outbox and get their numbers, each once, whoever else names
   * them. A group has the order in which they were named, and in one call that of their commits.
   */
  published(ids: readonly string[], relayedAt: string): Promise<void>;
  /** Groups that have numbered events, in the order of their names. */
  eventGroups(): Promise<EventGroup[]>;
  /**
   * Of one group what has events after the cursor, in the order of numbers. EVENTS_FORGOTTEN where the next
   * after the cursor is kept no more.
   */
  events(from: EventCursor, limit: number): Promise<RelayedEvents[]>;
  /** Forgets the oldest that were relayed before a moment, not the last of a group; how many, about `most`. */
  forgetEvents(before: string, most: number): Promise<number>;

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
  parked(filter: { flow?: string }, page: Page): Promise<Paged<ParkedRecord>>;
  parkedRecord(id: string): Promise<ParkedRecord | undefined>;
  location(code: string): Promise<Location | undefined>;
  /**
   * All heads by SKU, all layers by (sku, pool, at, seq, part), all checkpoints by (sku, at, seq): what
   * `verify` compares the ledger with.
   */
  heads(page: Page): Promise<Paged<SkuHead>>;
  layers(page: Page): Promise<Paged<CostLayer>>;
  /** Packs by (sku, version), as they are kept, some of one SKU at a time; or those of one after a version. */
  packs(of?: { sku: string; after?: number }): AsyncIterable<readonly StoredPack[]>;
  /** Those of these packs that are there, in any order; as many keys as a page has rows, at most. */
  packsByKey(keys: readonly PackKey[]): Promise<StoredPack[]>;
  /** By SKU: where each stands by what the store keeps beside packs. */
  pointers(filter: { sku?: string }, page: Page): Promise<Paged<SkuPointer>>;
  /** SKUs that have packs, and that no list shows. */
  lostSkus(): Promise<string[]>;
  checkpoints(page: Page): Promise<Paged<CheckpointKey>>;

  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A broker or store kind: chosen by the scheme of its address. */
export interface BackendSpec<Port> {
  name: string;
  about: string;
  /** `amqp:`, `mongodb:`, `file:` */
  schemes: string[];
  open(address: string, runtime: Runtime): Promise<Port>;
}

/** A kind of store can be opened to look at the books only. */
export interface StoreSpec extends BackendSpec<Store> {
  /**
   * Makes and changes nothing, and works where nothing may be written. Books that are not there are
   * refused (DATA_FOLDER_MISSING), or are empty ones for `orEmpty`. Of the store, only what reads works.
   */
  openToRead(address: string, runtime: Runtime, choice: { orEmpty: boolean }): Promise<Store>;
}

// ---------------------------------------------------------------------------------------------
// A valuation method says what stock costs. Pure.

/** A piece of stock with its cost, on its way out of one pool and perhaps into another. */
export interface CostSlice {
  quantity: bigint;
  value: bigint;
  /** Where it came from outside: business time, and `seq` of that entry. */
  since: string;
  origin: number;
}

/** What a method may look at when stock leaves. */
export interface Take {
  quantity: bigint;
  lot: string;
  /** Prefer what came by these entries (a return to the supplier names its receipt). */
  origins?: ReadonlySet<number>;
  /** Prefer layers of exactly this cost. */
  unitCost?: bigint;
  /** What it is known to have cost; for methods without layers. */
  value?: bigint;
}

export interface Arrival {
  at: string;
  seq: number;
  lot: string;
}

/** A pool as a method sees it. The caller keeps its quantity and value; a method moves layers. */
export interface PoolView {
  readonly quantity: bigint;
  readonly value: bigint;
  readonly minorDigits: number;
  /** Of layers with stock in them, oldest first; a layer may be taken while it is visited. */
  oldest(): Iterable<CostLayer>;
  newest(): Iterable<CostLayer>;
  /** The layer with the stock of a lot, for methods that keep one for each. */
  layerOf(lot: string): CostLayer | undefined;
  /** Takes a part out of a layer; one that is empty then is gone. */
  shrink(layer: CostLayer, quantity: bigint, value: bigint): void;
  grow(layer: CostLayer, quantity: bigint, value: bigint): void;
  add(slice: CostSlice, value: bigint, arrival: Arrival): void;
}

export interface Valuation {
  readonly name: string;
  readonly about: string;
  /** True where layers carry value; else the pool does. */
  readonly layered: boolean;
  /** True where each lot is valued by itself. */
  readonly byLot?: boolean;
  /** For a fixed cost: what a pool that holds `quantity` is worth, whatever came and went. */
  worth?(quantity: bigint, unitCost: bigint, minorDigits: number): bigint;
  /** Takes `quantity` out of a pool (or lot) that holds at least so much, with its value. */
  take(pool: PoolView, take: Take): CostSlice[];
  /** Adds stock that arrives; shortages were settled before. */
  put(pool: PoolView, slices: readonly CostSlice[], arrival: Arrival): void;
}
