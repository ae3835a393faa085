/**
 * What the four loops get from the flow compiler: one compiled flow for each file, told apart by
 * `direction`. A run holds the state of one payload (groups that are still open), so each payload
 * or delivery gets a run of its own.
 */
import type { Code, Fault, Place } from '../errors.ts';
import type { StepHistory } from '../history/stepHistory.ts';
import type { CommandType, Envelope, EventType, MessageData } from '../message.ts';
import type {
  AboutPayload,
  Codec,
  ConnectorSpec,
  FlowRecord,
  RecordValue,
  SourceRecord,
  Stage,
} from '../ports.ts';
import type { Query, QueryName } from '../reports/Query.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { CatchUp } from './catchUpField.ts';
import type { ReadField } from './FieldWatch.ts';
import type { SourceOfField } from './sourceOfField.ts';
import type { StopAt } from './stopField.ts';

export type Awaitable<T> = T | Promise<T>;

/** One end of a flow that is a connector, with all its options read. */
export interface Endpoint {
  kind: string;
  /** Its name in config/hub.yaml; undefined for `from: http`, which needs no entry there. */
  connector: string | undefined;
  spec: ConnectorSpec;
  /** What the connector's `config` field read; undefined where `connector` is. */
  config: unknown;
  /** What the connector's `from` or `to` field read. */
  options: unknown;
}

export interface PayloadFormat {
  /** Name of the codec. */
  name: string;
  contentType: string;
  /** File extension without the dot. */
  extension: string;
  codec: Codec;
  /** Of what goes out packed: what it says. */
  plain?: { contentType: string; codec: Codec };
}

export interface BesideData {
  at?: string;
  expectedVersion?: string;
}

/** A record that became a canonical command. */
export interface InboundMessage {
  type: CommandType;
  /** The business key, trimmed, never empty. */
  id: string;
  data: MessageData[CommandType];
  /** `data` as canonical JSON text, so that nobody needs to serialise it again. */
  dataJson: string;
  /** Beside the data: the date of a document that has none of its own, and the version of what it is to change. */
  enriched?: BesideData;
  /** SHA-256 (hex) of type and `dataJson`. */
  contenthash: string;
  /** What it names as its source, where another flow than that of its payload made it. */
  source?: string;
  /** First record of the payload that it was made of, from 1. */
  record: number;
  /** Records of the payload that it accounts for; 0 for the later parts of a record that was split. */
  records: number;
  /** The records that it was made of, as they were read. */
  members: readonly SourceRecord[];
  /** Hints about it, placed at its record. */
  told?: readonly Fault[];
  /** Where more was made of its record: the same for all that its flow made of it, which is published together or not at all. */
  unit?: number;
  /** Of several that were made of its record it is the first. */
  leads?: true;
}

/** What a person must correct. Nothing of it is lost: `members` are the records as read. */
export interface InboundParked {
  faults: Fault[];
  record: number;
  /** As in InboundMessage. */
  records: number;
  members: readonly SourceRecord[];
}

/** A record that leaves the flow for a queue of the broker, and is no message: for a sink, or for a stage. */
export interface HandedRecord {
  queue: string;
  /** What orders it in its queue and finds it there. */
  key: string;
  /** Made by `handedText`. */
  json: string;
  record: number;
  /** As in InboundMessage. */
  records: number;
  members: readonly SourceRecord[];
  /** It is a copy of what is counted elsewhere. */
  isCopy?: true;
  /** Where it may have to be kept back: its place within its payload, as `json` has it. */
  part?: string;
  /** As in InboundMessage. */
  unit?: number;
  leads?: true;
  source?: string;
}

/** A record that another flow of the same intake takes over, with the records that it was made of. */
export interface PassedRecord {
  flow: string;
  read: SourceRecord & { members: readonly SourceRecord[] };
  /** As in InboundMessage. */
  records: number;
  unit?: number;
  leads?: true;
}

/**
 * What came out since the last call. Over a whole payload the sum of all `records` and `filtered` is
 * the number of records that went in: each ends as part of a message, handed on, parked, or filtered.
 */
export interface InboundResult {
  messages: InboundMessage[];
  parked: InboundParked[];
  /** Set where the flow hands records on. */
  handed?: HandedRecord[];
  /** Set where other flows are yet to take records over. */
  passed?: PassedRecord[];
  /** Records that other flows took over: what those make of them accounts for none. */
  passedOn?: number;
  /** Records that a filter dropped on purpose. */
  filtered: number;
  /** Parts of records that were split which a step dropped, whatever became of the other parts. */
  droppedParts?: number;
}

export interface InboundRun {
  /** Batches go in one after another: the next only when the result of the last is there. */
  push(records: readonly SourceRecord[]): Awaitable<InboundResult>;
  /** After the last record: what groups held back, a part at a time. */
  flush(): AsyncIterable<InboundResult>;
  /** True where records are gathered to documents, which are whole only with the last record. */
  readonly gathers: boolean;
  /** After the last record: hints about the payload as a whole. */
  told(): Fault[];
  /** Fields that the flow reads and no record had, with the place that reads each. */
  neverSeen(): readonly ReadField[];
  /** Releases what it kept. */
  close(): Promise<void>;
}

export interface OutboundResult {
  records: RecordValue[];
  /** Events or rows that a step refused, with what they were. */
  parked: { faults: Fault[]; value: RecordValue }[];
  filtered: number;
}

export interface OutboundRun {
  push(rows: readonly RecordValue[]): Awaitable<OutboundResult>;
  flush(): Awaitable<OutboundResult>;
}

interface FlowBase {
  name: string;
  about: string;
  /** Path of its file from the hub's folder, for faults and logs. */
  file: string;
  /** Connectors that its steps ask. */
  asks?: readonly AskedConnector[];
  /** Names of its steps, in their order. */
  steps?: readonly string[];
}

export interface AskedConnector {
  kind: string;
  connector: string;
}

export interface Retry {
  /** Of one batch, before it is dead; left out: any number. */
  attempts?: number;
  firstMs: number;
  /** Left out: it grows with the time for which the other side fails. */
  maxMs?: number;
  /** After which the other side is left alone until a person says so. */
  forMs: number;
}

/** How much goes out in any such span. */
export interface Pace {
  records: number;
  perMs: number;
}

/** A connector that a flow sends to. It has a queue of its own, in which it is retried alone. */
export interface FlowSink {
  flow: string;
  /** Its name among the sinks of its flow; none where the queue is that of the flow. */
  name?: string;
  queue: string;
  write: PayloadFormat;
  to: Endpoint;
  /** Most records that one delivery carries. */
  batch: number;
  retry: Retry;
  throttle?: Pace;
  /** What is older is not sent. */
  expireMs?: number;
  /** Of a subscription, what becomes of events; the sink of another flow gets records that were handed on. */
  events?: SunkEvents;
}

export interface SunkEvents {
  /** Without any, events go out as they are. */
  hasSteps: boolean;
  /** All steps over one batch of events, to the end, and what the sink makes of it. */
  run(events: readonly Envelope[]): Awaitable<OutboundResult>;
}

/** A stage of a flow, and the leg behind it. */
export interface FlowStage {
  /** Among those of all flows: `SOURCE/await-orders`, `SOURCE/delay`. What waits in it is found by that. */
  name: string;
  queue: string;
  /** Where it stands in its flow. */
  at: Place;
  stage: Stage;
  /** False where each record is kept alone. */
  isKeyed: boolean;
  /** Flows with whose messages its records wait. */
  awaits: StageAwaits | undefined;
  /** Takes what leaves it. */
  leg: InboundFlow;
}

export interface StageAwaits {
  flows: readonly string[];
  /** Where they stand in the flow. */
  at: Place;
  /** What a message is kept under, over its data; nothing where nobody can wait for it. */
  match(message: { id: string; data: RecordValue; record: number }): Awaitable<string | undefined>;
}

/** Where what a flow makes is awaited, and by which flow. */
export type AwaitedAt = Pick<FlowStage, 'queue'> & Pick<StageAwaits, 'match'> & { by: string };

/** What there is after a step. */
export interface WalkedStep {
  step: string;
  /** Where it stands. */
  at: Place;
  /** They are changed by the next step: whoever keeps them writes them down at once. */
  records: readonly FlowRecord[];
}

/** Some records through the steps of a flow, apart from its payload, to be looked at after each. */
export type WalkSteps = (
  records: readonly SourceRecord[],
  facts: AboutPayload | undefined,
) => AsyncIterable<WalkedStep>;

export interface InboundFlow extends FlowBase {
  direction: 'inbound';
  /** What its messages name as their source, so that the inbox knows them whatever the flow is called. */
  source: string;
  from: Endpoint;
  /** Where `from` stands in its file. */
  fromAt: Place;
  read: PayloadFormat;
  /** Codes of hints that are meant to be so. */
  allow: readonly Code[];
  /** Left out: whatever is parked, the rest is taken. */
  stopAt?: StopAt | undefined;
  /** All types that it can make, in the order of its routes. */
  types: CommandType[];
  /** Where else it sends records. */
  sinks: FlowSink[];
  /** Flows that take records over, each with its place. */
  handsTo: ReadonlyMap<string, Place>;
  /** Those, and the flows behind them in turn; filled once all flows are there. */
  behind: readonly ContinuedFlow[];
  /** What of `$payload` its expressions read. */
  readsOfPayload: ReadonlySet<string>;
  /** In their order; its own run ends at the first. */
  stages: readonly FlowStage[];
  /** Stages of this and other flows with which its messages are awaited; filled once all flows are there. */
  awaitedAt: AwaitedAt[];
  makeRun(spool: SpoolFolder, payload?: AboutPayload): InboundRun;
  /** Some records through its steps, to be looked at; left out: its steps are another's. */
  walk?: WalkSteps;
  /** Of which records that is kept; left out: as the configuration says. */
  history?: StepHistory | undefined;
  /** What of a record as it was read a field of a message is made of, for who looks for its place. */
  sourceOf?: SourceOfField;
  /** The key of a record as it was read; undefined where it has none, or the flow makes it of more than that. */
  keyOfRead?(record: RecordValue): Promise<string | undefined>;
}

/** What intake needs of it. */
export type TakingFlow = Pick<
  InboundFlow,
  | 'name'
  | 'source'
  | 'allow'
  | 'stopAt'
  | 'read'
  | 'readsOfPayload'
  | 'handsTo'
  | 'behind'
  | 'makeRun'
  | 'walk'
  | 'history'
>;

/** A flow that takes what others hand to it, in the same intake. */
export interface ContinuedFlow
  extends FlowBase,
    Pick<
      InboundFlow,
      'source' | 'allow' | 'types' | 'sinks' | 'readsOfPayload' | 'handsTo' | 'behind'
    > {
  direction: 'continued';
  /** Those that hand to it. */
  from: readonly string[];
  /** Where that stands in its file. */
  fromAt: Place;
  /** Records that come are those of `PassedRecord`. */
  makeRun(spool: SpoolFolder, payload?: AboutPayload): InboundRun;
}

export interface SubscriptionFlow extends FlowBase {
  direction: 'subscription';
  topics: EventType[];
  sinks: FlowSink[];
}

export interface ReportFlow extends FlowBase {
  direction: 'report';
  /** Five fields of cron, in `zone` (IANA). */
  schedule: string;
  zone: string;
  catchUp: CatchUp;
  /** Name of its query. */
  query: QueryName;
  /** What it asks when it is written at that time. */
  queryAt(nowMs: number): Query;
  /** Fields of the records that are written, where they are known. */
  fields?: readonly string[];
  write: PayloadFormat;
  to: Endpoint;
  retry: Retry;
  makeRun(): OutboundRun;
}

export type CompiledFlow = InboundFlow | ContinuedFlow | SubscriptionFlow | ReportFlow;

/** Where a flow sends by queues; a report is sent at once. */
export const sinksOf = (flow: CompiledFlow): readonly FlowSink[] =>
  flow.direction === 'report' ? [] : flow.sinks;

/** Where records of these flows wait, in the order of their steps. */
export const stagesOf = (flows: readonly CompiledFlow[]): FlowStage[] =>
  flows.flatMap((flow) => (flow.direction === 'inbound' ? flow.stages : []));
