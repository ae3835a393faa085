/** What comes in, what is said of it once it is durable, and who is told. */

import type { Fault, Told } from '../errors.ts';
import type { Origin, TraceContext } from '../message.ts';

/** One payload that came in: a file, a request body. */
export interface Payload {
  origin: Origin;
  /** Who sends it; left out: the flow. */
  actor?: string;
  /** As the sender's request had it. */
  trace?: TraceContext;
  contentType?: string;
  /** When it came in, where that was earlier: of a record that is sent once more. */
  received?: string;
  /** It was offered before, by this process or by one that has died, and not acknowledged. */
  redelivered?: boolean;
  /** Size where it is known, for progress. */
  sizeBytes?: number;
  /** Of a file: when it was last changed, in milliseconds since 1970. */
  modified?: number;
  /** Of a request, by their names in lower case, as Node has them. */
  headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Read once, from the start. */
  body: AsyncIterable<Uint8Array>;
  /**
   * Of a source whose sender may still be writing: resolves when nothing more is to be expected after
   * what `body` gave, throws PAYLOAD_GREW when more came. Intake asks before it takes as complete
   * what only the end of the payload closes. Left out where the end is certain.
   */
  whole?(): Promise<void>;
  /** Of a source that offers several at once and keeps their order; left out: nothing keeps it. */
  inLine?: PlaceInLine;
  /** Where rejected records may be written for the sender, in the format of the payload. */
  rejects?: RejectsWriter;
}

/**
 * Where a payload stands among those that its source offers at the same time (core/ports/OfferLine.ts). In no queue
 * does anything of it come before what those in front of it have there.
 */
export interface PlaceInLine {
  /** Resolves when nothing of it can come before any in front; throws PAYLOAD_HELD where one of those is to be offered again. */
  turn(): Promise<void>;
  /** Throws PAYLOAD_HELD where that became so since. */
  check(): void;
  /** All of it is on its way, or none of it will be: those behind may follow. */
  passed(): void;
  /** It is to be offered again: nothing more of those behind is published. */
  hold(): void;
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
  /** Records that were handed on to a queue of the broker, where any were. */
  handed?: number;
  parked: number;
  /** First faults, for an answer to the sender; `parked` counts all. */
  faults: Fault[];
  /** What is worth a look though nothing of it is wrong: each code once, with its first place. */
  told: Told[];
  /** Set when the rest of the payload could not be read at all: what came before is durable. */
  refused?: Fault;
}

/**
 * What becomes of a payload, of which its source hears one of three things: it resolves, and all is durable (acknowledge it); it
 * throws a retryable fault (offer it again, under the same id and as `redelivered`; where the other side keeps what is not
 * acknowledged, give it back); it throws another (await `Refuse`, then put it aside, or acknowledge it where it can lie nowhere).
 */
export type Accept = (payload: Payload) => Promise<Receipt>;

/** A payload that a source puts aside. */
export interface RefusedPayload extends Pick<Payload, 'origin' | 'sizeBytes'> {
  /** Where it is going to lie. */
  place?: string;
  /** What it says, where nobody has it any more but who is told. */
  text?: string;
  /** All of it once more; left out where that may not be read. */
  body?: AsyncIterable<Uint8Array>;
}

/**
 * Parks a payload as a whole, so that it waits for a person. A source whose sender gets no answer awaits it before it puts the
 * payload aside, and offers the payload again where it throws.
 */
export type Refuse = (payload: RefusedPayload, fault: Fault) => Promise<void>;
