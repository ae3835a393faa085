/**
 * What travels on the road: canonical messages in CloudEvents 1.0 envelopes, and the batches in which
 * they travel. The data types are generated from `schemas/`, which is the truth a partner can read.
 */
import type { MessageData } from '../schemas/generated/messages.ts';
import type { Fault } from './errors.ts';

export type * from '../schemas/generated/messages.ts';

export type MessageType = keyof MessageData;
export type EventType = 'stock.changed.v1' | 'stock.rejected.v1' | 'reservation.changed.v1';
export type CommandType = Exclude<MessageType, EventType>;
/** Documents with lines that move stock, booked all or none. */
export type MovementType = (typeof movementTypes)[number];

export const eventTypes: readonly EventType[] = [
  'stock.changed.v1',
  'stock.rejected.v1',
  'reservation.changed.v1',
];
export const movementTypes = [
  'stock.receive.v1',
  'stock.issue.v1',
  'stock.return.v1',
  'stock.transfer.v1',
  'stock.adjust.v1',
  'stock.count.v1',
  'stock.status.v1',
  'stock.produce.v1',
] as const satisfies readonly CommandType[];

/** What the envelopes of a flow name as their source. */
export const sourceOf = ({ source }: { source: string }): string => `/flows/${source}`;

/** Who did it, as commands and entries name it: a flow, for what it took in. */
export const flowActor = (flow: string): string => `flow:${flow}`;
/** Who posts what re-costing finds, for whatever document. */
export const recostActor = 'job:recost';
/** Who ends a reservation whose time is over. */
export const expiryActor = 'job:expire';

/** W3C Trace Context, as the distributed tracing extension of CloudEvents names it. */
export interface TraceContext {
  traceparent?: string;
  tracestate?: string;
}

/** CloudEvents 1.0, structured JSON mode. `source` and `id` together are unique for ever. */
export interface Envelope<Type extends MessageType = MessageType> extends TraceContext {
  specversion: '1.0';
  /** The business key: chosen by the sender, the same at every replay. */
  id: string;
  /** Who says so: `/flows/erp-purchase-receipts`. */
  source: string;
  type: Type;
  /** When the sender's record came in, RFC 3339. Not the business date, which is `data.at`. */
  time: string;
  datacontenttype: 'application/json';
  data: MessageData[Type];
}

/** A command as intake made it. The extension attributes are CloudEvents extensions. */
export interface Command<Type extends CommandType = CommandType> extends Envelope<Type> {
  /** SHA-256 of type and data: tells a replay (same) from a conflict (other). */
  contenthash: string;
  /** Who sent it: `flow:NAME` for what a flow took in, `cli:USER` for what a command line did. */
  actor: string;
  /** First record of the payload that it was made of, from 1. */
  record: number;
  /**
   * Fields that `enrich` adds to the data. They stand beside it, since another answer to a replay is no
   * other content. So far that is `at`, of a document without a date of its own: the time at which its
   * payload came in; and `expectedVersion`, where the sender says it of the request (If-Match). A command that
   * has anything else is refused.
   */
  enriched?: Record<string, unknown>;
}

/** What of its envelope a command has in common with all others of its payload. */
export type SharedAttributes = Pick<
  Command,
  'specversion' | 'source' | 'time' | 'datacontenttype' | 'actor'
>;

/** A command on its way, which may leave to its part what that says for all. */
export type PartCommand = Omit<Command, keyof SharedAttributes> & Partial<SharedAttributes>;

/** The commands of a part, each with its whole envelope from now on. */
export function commandsOf({ shared, commands }: BatchPart): Command[] {
  if (shared) {
    const { specversion, source, time, datacontenttype, actor } = shared;
    const said: SharedAttributes = { specversion, source, time, datacontenttype, actor };
    for (const command of commands) Object.assign(command, said);
  }
  return commands as Command[];
}

/** The text of a message's body, read where it lies. */
export const textOfBody = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('utf8');

/**
 * What `contenthash` is of: the data as it is in the envelope, and what it says it is. Not of who sends
 * it, nor of anything else beside the data.
 */
export const contentOf = (type: CommandType, dataJson: string): string => `${type}\n${dataJson}`;

/**
 * Events of one commit on their way to the subscribers' queues: what their envelopes share is said
 * once. `envelopesOf` gives them back as CloudEvents.
 */
export interface EventBatch<Type extends EventType = EventType> extends TraceContext {
  v: typeof BATCH_FORMAT;
  source: string;
  type: Type;
  time: string;
  events: { id: string; data: MessageData[Type] }[];
}

/** What there is of it. */
export const traceIn = ({ traceparent, tracestate }: TraceContext): TraceContext => ({
  ...(traceparent === undefined ? {} : { traceparent }),
  ...(tracestate === undefined ? {} : { tracestate }),
});

export function envelopesOf(batch: EventBatch): Envelope<EventType>[] {
  const { source, type, time, events } = batch;
  const trace = traceIn(batch);
  return events.map(({ id, data }) => ({
    specversion: '1.0',
    id,
    source,
    type,
    time,
    ...trace,
    datacontenttype: 'application/json',
    data,
  }));
}

/** Of one payload: which flow took it in, under which id, and what a person would call it. */
export interface Origin {
  /** Id of the intake: the same again when the same claimed file is read again after a crash. */
  intakeId: string;
  flow: string;
  /** File name or request path. */
  name: string;
}

/** Of batches of commands, and of events; a reader refuses another. */
export const BATCH_FORMAT = 1;

/** What waits on the broker between intake and apply: parts of one payload or of several small ones. */
export interface CommandBatch {
  v: typeof BATCH_FORMAT;
  /** Who published it, and its number among what that one published to the queue: 1, 2, 3 … */
  producer?: string;
  number?: number;
  /** Of the process that took in its only part. */
  seal?: string;
  /** Of several parts, in their order: where the text of each lies, and who took it in. */
  joined?: JoinedPart[];
  parts: BatchPart[];
}

/** How long the text of a part is, and the seal of the process that took it in. */
export interface JoinedPart {
  bytes: number;
  seal?: string;
}

/**
 * A part of a payload. All of it is applied in one commit, or none. (origin.intakeId, index, hash of its
 * text) is unique: a part that comes again is known as a whole, whatever it comes with. The trace is
 * that of all its commands which have none of their own.
 */
export interface BatchPart extends TraceContext {
  origin: Origin;
  /** Its number within the payload, from 0. */
  index: number;
  /** Records of the payload that this part accounts for: mapped, filtered or parked. */
  records: number;
  /** Of these, how many a filter dropped on purpose. */
  filtered: number;
  /** Of the envelopes of all its commands. */
  shared?: SharedAttributes;
  commands: PartCommand[];
  parked: ParkedRecord[];
  /** In the last part: how many parts the payload made in all. */
  batches?: number;
}

/** A record that a person must correct (EIP: Invalid Message Channel). Nothing of it is lost. */
export interface ParkedRecord {
  /** Derived from origin and content, so that reading the same payload again parks nothing twice. */
  id: string;
  origin: Origin;
  /** What was refused, and where: all of a payload, or a record of it by `intake` (it cannot be read or mapped) or `apply` (against the stock rules). */
  stage: 'payload' | 'intake' | 'apply';
  faults: Fault[];
  /** First record of the payload that it was made of, from 1; 0 of all of it. */
  record: number;
  /** What was refused, as JSON text: the records as read, the canonical message, or where the payload lies (core/intake/parkRefused.ts). */
  content: string;
  /** Message type, source and id, where it got so far. */
  type?: CommandType;
  source?: string;
  messageId?: string;
}

/** What became of one payload. Counts only grow; `done` when all of it has been applied. */
export interface IntakeReport {
  origin: Origin;
  records: number;
  filtered: number;
  /** Canonical messages made. */
  messages: number;
  booked: number;
  /** Messages that had been booked before, with the same content. */
  exists: number;
  /** Records and messages that are parked, conflicts included. */
  parked: number;
  /** Messages about reservations that were answered and booked nothing, by the code of the answer. */
  answers: Record<string, number>;
  appliedBatches: number;
  batches?: number;
  firstAt: string;
  lastAt: string;
  done: boolean;
}
