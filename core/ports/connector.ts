/** Connectors move bytes and know no format. */

import type { Fault } from '../errors.ts';
import type { Origin, TraceContext } from '../message.ts';
import type { Runtime } from '../runtime.ts';
import type { Field } from '../spec.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import type { Accept, Refuse } from './payload.ts';
import type { Poller } from './poller.ts';

export interface Source {
  /**
   * Begins to offer payloads to `accept`: one after another, or several at once, each with its place in line where their order
   * counts. Resolves when it is watching.
   */
  start(accept: Accept, refuse?: Refuse): Promise<void>;
  /** Takes nothing new, lets what is in hand finish, releases everything. Idempotent. */
  stop(): Promise<void>;
  /** Why nothing comes from it now, though it runs. */
  readonly fault?: Fault | undefined;
}

/** A payload that a source took in, and that lies where it was put away. */
export interface ArchivedPayload {
  path: string;
  name: string;
  archivedAt: string;
  bytes: number;
}

/** A payload that a source has put aside, as it lies there now. */
export interface RefusedFile {
  bytes: number;
  /** In milliseconds since 1970. */
  modified: number;
  body(): AsyncIterable<Uint8Array>;
  /** It was taken in at this moment, and goes where such payloads go. */
  putAway(nowMs: number): Promise<void>;
}

export interface Archive {
  /** The one that was refused as this; undefined where it is not there any more. */
  refused(origin: Origin): Promise<RefusedFile | undefined>;
  /** The oldest day first. */
  payloads(): AsyncIterable<ArchivedPayload>;
  /** Has it taken in once more; false where another one of its name waits to be. */
  offer(payload: ArchivedPayload): Promise<boolean>;
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
  /** Of what it tells, where that is of one trace: the other side goes on with it. */
  trace?: TraceContext;
  /** Told what the other side said when it took this: one line for the history. */
  answered?(answer: string): void;
}

export interface Sink {
  /**
   * Resolves when the other side has it for good. Throws a StockbusError: retryable when the world
   * was wrong, final when the other side refuses it.
   */
  send(outgoing: Outgoing): Promise<void>;
  /** How many calls may be on their way at once, where they are about different things; left out: one. */
  readonly atOnce?: number;
  close(): Promise<void>;
}

/** Looks things up in another system, one by one. It keeps nothing, and tries once. */
export interface Lookup {
  /**
   * What the other side has at the path, as JSON; undefined where it has nothing there. Throws
   * ENRICH_REFUSED where this question, or the answer to it, is of no use, however often it is asked, and a
   * retryable fault where the world was wrong.
   */
  find(path: string, timeoutMs: number): Promise<Uint8Array | undefined>;
  close(): void;
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

/** A kind of connector. One file; it has a source or a poller, a sink, or a look-up, or several of these. */
export interface ConnectorSpec<Config = unknown, From = unknown, To = unknown> {
  name: string;
  about: string;
  /** Under `connectors:` in config/hub.yaml. */
  config: Field<Config>;
  /** Beside the connector's name in a flow's `from` and `to`. */
  from?: Field<From>;
  to?: Field<To>;
  examples: string[];
  /** Left out, with the poller: what comes in is posted to the hub. */
  source?(config: Config, from: From, about: SourceAbout<Config, From>): Source;
  /** Of payloads that are posted to the hub by who has no token of it. */
  doorkeeper?(config: Config, from: From): Doorkeeper;
  /** Instead of a source: what is asked again and again, by one process at a time. */
  poller?(config: Config, from: From, about: SourceAbout<Config, From>): Poller;
  /**
   * Why two flows could take in the same payload, or one what the other has put away; undefined where
   * that can never be. Such a pair is refused unless both have one `source`.
   */
  overlap?(one: SourceUse<Config, From>, other: SourceUse<Config, From>): string | undefined;
  /** What its source has put away, where it keeps it. */
  archive?(config: Config, from: From, about: { name: string; runtime: Runtime }): Archive;
  sink?(config: Config, to: To, about: { name: string; flow: string; runtime: Runtime }): Sink;
  /** Answers the step `enrich`. */
  lookup?(config: Config, about: { name: string; runtime: Runtime }): Lookup;
}
