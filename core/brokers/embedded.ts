import { faultOf, isStockbusError, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { LogEvent } from '../logEvents.ts';
import { filledQueue, queueInUse } from '../ports/queueRefusals.ts';
import type {
  Broker,
  BrokerLook,
  BrokerMessage,
  BrokerSpec,
  Consumer,
  DeadDelivery,
  DeadLetter,
  Delivery,
  Topology,
} from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import { Bell } from './embedded/bell.ts';
import { DeadConsumer } from './embedded/DeadConsumer.ts';
import { GroupSync } from './embedded/GroupSync.ts';
import { GroupCommit, type JournalChange } from './embedded/groupCommit.ts';
import { Journal, type KnownTopology } from './embedded/journal.ts';
import { LocalConsumer } from './embedded/localConsumer.ts';
import { LocalQueues } from './embedded/localQueues.ts';
import { lookAtFolder } from './embedded/lookAt.ts';
import { PublishChange } from './embedded/publishChange.ts';
import { QueueLock } from './embedded/queueLock.ts';
import type { Handover, WaitingMessage, WorkQueue } from './embedded/workQueue.ts';

export interface EmbeddedOptions {
  /** Time that a close waits for deliveries in work. */
  drainTimeoutMs?: number;
  /** What is written waits for this before it counts as durable. Left out: the disk. */
  sync?(): Promise<void>;
}

/**
 * A broker in the file `broker.db` of the data folder. Of each queue one broker object at a time
 * consumes (the first that asks, until it closes or its process dies); others may publish and look.
 * Threads of one process hear of each other's messages at once, processes within FOREIGN_POLL_MS. A
 * message that is published twice under one id waits twice.
 */
export const embedded: BrokerSpec = {
  name: 'embedded',
  about: 'Queues in a file of the data folder: nothing to install, for one machine.',
  schemes: ['file:'],
  open: async (address, runtime) => openEmbedded(folderOf(address), runtime),
  look: async (address) => lookAtFolder(folderOf(address)),
};

const folderOf = (address: string): string => address.replace(/^file:(\/\/)?/, '');

/** Throws DATA_FOLDER_UNUSABLE. */
export function openEmbedded(
  folder: string,
  runtime: Runtime,
  options: EmbeddedOptions = {},
): Broker {
  return new EmbeddedBroker(folder, runtime, options);
}

/** How often a look is taken whether another process has published. */
const FOREIGN_POLL_MS = 50;

class EmbeddedBroker implements Broker {
  readonly #folder: string;
  readonly #runtime: Runtime;
  readonly #drainTimeoutMs: number;
  readonly #journal: Journal;
  readonly #commits: GroupCommit;
  readonly #syncs: GroupSync;
  /** Those that are or were consumed here. */
  readonly #queues = new LocalQueues();
  readonly #consumers = new Set<LocalConsumer>();
  readonly #deadConsumers = new Set<DeadConsumer>();
  #topology: KnownTopology = { queues: new Set(), subscribers: new Map() };
  /** All messages up to this place are known to `#queues`. */
  #seen = 0;
  #stale = true;
  /** The last commit failed, as on a full disk: whoever asks has another tried. */
  #isFailing = false;
  readonly #locks = new Map<string, QueueLock>();
  readonly #bell: Bell;
  #poll: Timer | undefined;
  #closing: Promise<void> | undefined;

  constructor(folder: string, runtime: Runtime, options: EmbeddedOptions) {
    const { drainTimeoutMs = limits.drainTimeoutMs, sync } = options;
    this.#folder = folder;
    this.#runtime = runtime;
    this.#drainTimeoutMs = drainTimeoutMs;
    this.#journal = new Journal(folder);
    this.#commits = new GroupCommit(runtime, (changes) => this.#commit(changes));
    this.#syncs = new GroupSync(() => this.#sync(sync ?? (() => this.#journal.sync())));
    this.#bell = new Bell(folder, () => this.#foreignNews());
  }

  async declare({ queues, subscriptions }: Topology): Promise<void> {
    this.#refuseClosed();
    this.#journal.transaction(() => {
      for (const queue of queues) this.#journal.addQueue(queue);
      for (const { topic, queue } of subscriptions) this.#journal.addSubscription(topic, queue);
    });
    this.#topology = this.#journal.topology();
  }

  async undeclare({ subscriptions }: Topology): Promise<void> {
    this.#refuseClosed();
    this.#journal.transaction(() => {
      for (const { topic, queue } of subscriptions) this.#journal.removeSubscription(topic, queue);
    });
    this.#topology = this.#journal.topology();
  }

  async remove(queue: string, { onlyEmpty }: { onlyEmpty: boolean }): Promise<number> {
    this.#refuseClosed();
    const lock = this.#lockOf(queue);
    try {
      return this.#journal.transaction(() => {
        const waiting = this.#journal.waiting(queue, 0).length;
        if (onlyEmpty && waiting > 0) throw filledQueue(queue, waiting);
        this.#journal.removeQueue(queue);
        return waiting;
      });
    } finally {
      lock.release();
      this.#topology = this.#journal.topology();
    }
  }

  #lockOf(queue: string): QueueLock {
    try {
      if (!this.#locks.has(queue)) return new QueueLock(this.#folder, queue);
    } catch (error) {
      if (!isStockbusError(error, 'DATA_FOLDER_BUSY')) throw error;
    }
    throw queueInUse(queue);
  }

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    this.#refuseClosed();
    if (messages.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      const keeper = {
        add: (queue: string, waiting: WaitingMessage) => this.#queues.add(queue, waiting),
        withdraw: (queue: string, waiting: WaitingMessage) => this.#queues.withdraw(queue, waiting),
        written: (seq: number) => {
          this.#seen = Math.max(this.#seen, seq);
        },
      };
      this.#commits.add(new PublishChange(messages, keeper, resolve, reject));
    });
  }

  async consume(
    queue: string,
    prefetch: number,
    handler: (delivery: Delivery) => void,
  ): Promise<Consumer> {
    this.#refuseClosed();
    this.#requireQueue(queue);
    this.#becomeConsumer(queue);
    const work = this.#activate(queue);
    const consumer = new LocalConsumer(prefetch, handler, {
      queue: work,
      commits: this.#commits,
      runtime: this.#runtime,
      drainTimeoutMs: this.#drainTimeoutMs,
      closed: (closed) => this.#left(work, closed),
      buried: () => {
        for (const one of this.#deadConsumers) one.look();
      },
    });
    this.#consumers.add(consumer);
    work.takers.push(consumer);
    this.#commits.wake();
    return consumer;
  }

  async depth(queue: string): Promise<number> {
    this.#refuseClosed();
    this.#requireQueue(queue);
    return this.#queues.get(queue)?.readyCount ?? this.#journal.ready(queue);
  }

  async look(): Promise<BrokerLook> {
    this.#refuseClosed();
    return this.#journal.look();
  }

  async dead(limit: number): Promise<DeadLetter[]> {
    this.#refuseClosed();
    return this.#journal.dead(limit);
  }

  async consumeDead(prefetch: number, handler: (letter: DeadDelivery) => void): Promise<Consumer> {
    this.#refuseClosed();
    const consumer = new DeadConsumer({
      ...{ prefetch, handler, runtime: this.#runtime, commits: this.#commits },
      first: (limit) => this.#journal.dead(limit),
      closed: (closed) => this.#deadConsumers.delete(closed),
    });
    this.#deadConsumers.add(consumer);
    return consumer;
  }

  async ping(): Promise<void> {
    this.#refuseClosed();
    if (this.#isFailing) await this.#journal.probe();
    else this.#journal.transaction(() => undefined);
    this.#isFailing = false;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const consumers = [...this.#consumers, ...this.#deadConsumers];
    await Promise.all(consumers.map((consumer) => consumer.close()));
    this.#commits.flush();
    this.#commits.stop();
    this.#poll?.stop();
    await this.#syncs.idle();
    this.#journal.close();
    this.#bell.close();
    for (const lock of this.#locks.values()) lock.release();
  }

  #refuseClosed(): void {
    if (this.#closing) throw new StockbusError('BROKER_CLOSED', 'the broker is closed');
  }

  #requireQueue(queue: string): void {
    if (this.#topology.queues.has(queue)) return;
    this.#topology = this.#journal.topology();
    if (!this.#topology.queues.has(queue))
      throw new StockbusError('BROKER_UNROUTABLE', `there is no queue '${queue}'`);
  }

  /** Whatever a consumer of the queue that died had in hand waits again. */
  #becomeConsumer(queue: string): void {
    if (this.#locks.has(queue)) return;
    const lock = new QueueLock(this.#folder, queue);
    try {
      this.#journal.transaction(() => this.#journal.releaseAll(queue));
    } catch (error) {
      lock.release();
      throw error;
    }
    this.#locks.set(queue, lock);
    this.#poll ??= this.#runtime.every(FOREIGN_POLL_MS, () => this.#lookForForeign());
  }

  /** Without a consumer it is anybody's again. */
  #left(work: WorkQueue, consumer: LocalConsumer): void {
    this.#consumers.delete(consumer);
    work.takers.splice(work.takers.indexOf(consumer), 1);
    this.#commits.flush();
    if (work.takers.length > 0) return;
    this.#queues.drop(work.name);
    this.#locks.get(work.name)?.release();
    this.#locks.delete(work.name);
  }

  #lookForForeign(): void {
    try {
      if (this.#journal.changedByOthers()) this.#foreignNews();
    } catch (error) {
      this.#log('broker.read_failed', error);
    }
  }

  #foreignNews(): void {
    if (this.#locks.size === 0) return;
    this.#stale = true;
    this.#commits.wake();
  }

  #activate(name: string): WorkQueue {
    const known = this.#queues.get(name);
    if (known) return known;
    return this.#journal.transaction(() => {
      this.#refresh();
      const rows = this.#journal.waiting(name, 0);
      const queue = this.#queues.make(name);
      for (const row of rows) queue.add(row);
      return queue;
    });
  }

  /** Takes in what other processes wrote. Inside a transaction, so that nothing slips by. */
  #refresh(): void {
    if (this.#journal.changedByOthers()) this.#stale = true;
    if (!this.#stale) return;
    this.#topology = this.#journal.topology();
    for (const queue of this.#queues.all()) {
      const rows = this.#journal.waiting(queue.name, this.#seen);
      for (const row of rows) queue.add(row);
    }
    this.#seen = this.#journal.newest();
    this.#stale = false;
  }

  /**
   * One transaction: what was asked for, and the marks of what is handed out after it. All but marks is
   * synced behind it, while what is handed out is worked on.
   */
  #commit(changes: JournalChange[]): boolean {
    const deliverable = this.#queues.canDeliver;
    if (changes.length === 0 && !deliverable && !this.#stale) return true;
    const refused = new Map<JournalChange, Error>();
    const claims: Handover[] = [];
    try {
      this.#journal.transaction(() => {
        this.#refresh();
        for (const change of changes) {
          const error = change.write(this.#journal, this.#topology);
          if (error) refused.set(change, error);
        }
        this.#claim(claims);
      });
    } catch (error) {
      this.#undo(changes, claims, error);
      return false;
    }
    for (const change of changes) {
      const error = refused.get(change);
      if (error) change.failed(error);
      else change.written();
    }
    this.#syncs.add(changes.filter((change) => !change.isMark && !refused.has(change)));
    if (changes.some((change) => change.publishes)) this.#bell.ring();
    return claims.map((claim) => this.#handOver(claim)).every(Boolean);
  }

  async #sync(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
      this.#isFailing = false;
    } catch (error) {
      this.#isFailing = true;
      this.#log('broker.commit_failed', error);
      throw error;
    }
  }

  #claim(claims: Handover[]): void {
    claims.push(...this.#queues.claim());
    for (const { waiting } of claims) this.#journal.hold(waiting.seq, waiting.redeliveries);
  }

  #undo(changes: JournalChange[], claims: Handover[], error: unknown): void {
    this.#isFailing = true;
    this.#log('broker.commit_failed', error);
    for (const { taker, waiting, queue } of claims) {
      taker.unsettled.delete(waiting);
      queue.add(waiting);
    }
    for (const change of changes) change.failed(error);
  }

  #log(event: LogEvent, error: unknown): void {
    this.#runtime.log('error', event, { reason: faultOf(error).message });
  }

  /** False when the body could not be read. */
  #handOver({ taker, waiting }: Handover): boolean {
    try {
      taker.take(waiting, this.#queues.takeBody(waiting) ?? this.#journal.body(waiting.seq));
      return true;
    } catch (error) {
      this.#log('broker.read_failed', error);
      taker.giveBack(waiting);
      return false;
    }
  }
}
