/** The broker is where accepted work waits. */
import type { StockbusError } from '../errors.ts';

import type { Runtime } from '../runtime.ts';
import type { BackendSpec } from './backend.ts';

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
  /** How often it came back unsettled from a consumer that died or closed. */
  redeliveries: number;
  /** Done: never delivered again. Takes effect at the latest when the consumer closes. */
  ack(): void;
  /** To the dead letters, with the reason: all of it, or a part under its own id, after which the rest is as unsettled as before. */
  dead(reason: string, part?: { id: string; body: Uint8Array }): Promise<void>;
}

export interface Consumer {
  /** Takes no more, waits until what was delivered is settled (at most limits.drainTimeoutMs); what
   *  is not settled then comes again to somebody else. Idempotent. */
  close(): Promise<void>;
  /** The same at once: what is unsettled waits again in its place, for whoever comes. Idempotent, and ends a `close` that waits. */
  release(): Promise<void>;
}

export interface DeadLetter {
  id: string;
  queue: string;
  body: Uint8Array;
  reason: string;
  deadAt: string;
}

/** What lies in a broker at one moment, about. */
export interface BrokerLook {
  /** By name; those that are not there are left out. */
  queues: QueueLook[];
  /** How many dead letters there are. */
  dead: number;
}

export interface QueueLook {
  queue: string;
  /** Those that nobody holds, and that wait for no later time. */
  ready: number;
  /** All; left out where the broker does not say. */
  waiting?: number;
  /** Id of the oldest of all; left out where there is none, or the broker does not say. */
  oldest?: string;
}

/** A kind of broker can be looked at without being opened, whoever has it open. */
export interface BrokerSpec extends BackendSpec<Broker> {
  /** Makes and changes nothing; where there is nothing yet, nothing waits. */
  look(address: string, runtime: Runtime, queues: readonly string[]): Promise<BrokerLook>;
}

/** A dead letter on its way to where it can be found; the same again, in all of this, until it is acknowledged. */
export interface DeadDelivery extends DeadLetter {
  contentType: string;
  /** Gone from the broker. Takes effect at the latest when the consumer closes. */
  ack(): void;
}

/**
 * Promises: at least once, in order within a queue: what comes back comes in its place. A message is durable when `publish` has resolved: it survives kill -9 and a restart
 * of the broker. What a consumer held when it died is delivered again.
 */
export interface Broker {
  /** Makes what is missing; refuses with BROKER_TOPOLOGY_CONFLICT where it exists differently. */
  declare(topology: Topology): Promise<void>;
  /**
   * Ends these subscriptions: the queues get nothing more of the topics. What waits in them stays, until it is taken or the queue
   * is removed. These queues, and what they are subscribed to, are made again by this broker no more. What is not there is no fault.
   */
  undeclare(topology: Topology): Promise<void>;
  /**
   * Removes a queue, and gives how many messages were lost with it; where there is none: 0. Refused with BROKER_QUEUE_IN_USE
   * as long as anybody consumes it, and, `onlyEmpty`, with BROKER_QUEUE_FILLED where something waits in it.
   */
  remove(queue: string, choice: { onlyEmpty: boolean }): Promise<number>;
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
  /** What waits, in these queues and in any others that it can name. For display. */
  look(queues: readonly string[]): Promise<BrokerLook>;
  dead(limit: number): Promise<DeadLetter[]>;
  /**
   * What is known, without asking, to keep it from taking any message now: who would begin work for one is told at
   * once. Left out where only an attempt shows it.
   */
  refusal?(): StockbusError | undefined;
  /**
   * Dead letters of all queues as they come, those too that the broker itself put there; at most `prefetch` are
   * unacknowledged at once. Of several consumers each gets some, and one of them may come twice.
   */
  consumeDead(prefetch: number, handler: (letter: DeadDelivery) => void): Promise<Consumer>;
  /** Resolves when it can be reached, rejects with the reason. */
  ping(): Promise<void>;
  /** Flushes acks, closes consumers, releases everything. Idempotent. */
  close(): Promise<void>;
}
