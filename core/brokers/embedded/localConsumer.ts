import { limits } from '../../limits.ts';
import type { Consumer, Delivery } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { GroupCommit, JournalChange } from './groupCommit.ts';
import type { Taker, WaitingMessage, WorkQueue } from './workQueue.ts';

export interface ConsumerParts {
  queue: WorkQueue;
  commits: GroupCommit;
  runtime: Runtime;
  drainTimeoutMs: number;
  /** It takes no more, and has given back what it had: what is marked lazily is to be written now. */
  closed: (consumer: LocalConsumer) => void;
  /** There is a dead letter more. */
  buried: () => void;
}

/** A consumer in this process: what it was given and has not settled. */
export class LocalConsumer implements Consumer, Taker {
  readonly prefetch: number;
  readonly handler: (delivery: Delivery) => void;
  readonly unsettled = new Set<WaitingMessage>();
  open = true;
  readonly #parts: ConsumerParts;
  /** On their way to the dead letters. */
  readonly #moving = new Set<WaitingMessage>();
  #drained: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(prefetch: number, handler: (delivery: Delivery) => void, parts: ConsumerParts) {
    this.prefetch = prefetch;
    this.handler = handler;
    this.#parts = parts;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  take(waiting: WaitingMessage, body: Uint8Array): void {
    try {
      this.handler(this.#delivery(waiting, body));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.runtime.log('error', 'broker.handler_failed', {
        queue: this.#parts.queue.name,
        reason,
      });
      this.#parts.runtime.after(limits.retryFirstMs, () => this.giveBack(waiting));
    }
  }

  /** Not settled: it waits again, for whoever comes. */
  giveBack(waiting: WaitingMessage): void {
    if (!this.unsettled.delete(waiting)) return;
    waiting.redeliveries += 1;
    const { queue, commits } = this.#parts;
    queue.add(waiting);
    const { seq, redeliveries } = waiting;
    commits.addLazily(unconditional((journal) => journal.release(seq, redeliveries)));
    commits.wake();
    this.#tellDrained();
  }

  async release(): Promise<void> {
    this.open = false;
    for (const waiting of [...this.unsettled]) {
      if (!this.#moving.has(waiting)) this.giveBack(waiting);
    }
    await this.close();
  }

  async #close(): Promise<void> {
    this.open = false;
    await this.#drain();
    for (const waiting of [...this.unsettled]) this.giveBack(waiting);
    this.#parts.closed(this);
  }

  async #drain(): Promise<void> {
    if (this.unsettled.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#parts.runtime.after(this.#parts.drainTimeoutMs, resolve);
    this.#drained = resolve;
    await promise;
    timer.stop();
  }

  #delivery(waiting: WaitingMessage, body: Uint8Array): Delivery {
    return {
      id: waiting.id,
      body,
      contentType: waiting.contentType,
      redeliveries: waiting.redeliveries,
      ack: () => this.#ack(waiting),
      dead: (reason, part) =>
        part ? this.#deadPart(waiting, reason, part) : this.#dead(waiting, reason),
    };
  }

  #ack(waiting: WaitingMessage): void {
    if (this.#moving.has(waiting) || !this.unsettled.delete(waiting)) return;
    const { commits, queue } = this.#parts;
    commits.addLazily(unconditional((journal) => journal.remove(waiting.seq), commits));
    if (queue.canDeliver) commits.wake();
    this.#tellDrained();
  }

  #dead(waiting: WaitingMessage, reason: string): Promise<void> {
    const deadAt = this.#parts.runtime.now();
    const { buried } = this.#parts;
    const write: JournalChange['write'] = (journal) => {
      journal.bury(waiting.seq, reason.slice(0, limits.reasonCharacters), deadAt);
      return undefined;
    };
    return this.#move(waiting, write, buried);
  }

  #deadPart(
    { contentType }: WaitingMessage,
    reason: string,
    part: { id: string; body: Uint8Array },
  ): Promise<void> {
    const { queue, runtime, buried, commits } = this.#parts;
    const deadAt = runtime.now();
    return new Promise((resolve, reject) => {
      commits.add({
        write: (journal) => {
          const seq = journal.insert(queue.name, {
            ...part,
            contentType,
            to: { queue: queue.name },
          });
          journal.bury(seq, reason.slice(0, limits.reasonCharacters), deadAt);
          return undefined;
        },
        written: buried,
        synced: (error) => (error === undefined ? resolve() : reject(error)),
        failed: reject,
      });
    });
  }

  /** Settles by a commit that the caller waits for; when that fails the message waits again. */
  #move(waiting: WaitingMessage, write: JournalChange['write'], moved: () => void): Promise<void> {
    if (this.#moving.has(waiting) || !this.unsettled.has(waiting)) return Promise.resolve();
    this.#moving.add(waiting);
    return new Promise((resolve, reject) => {
      this.#parts.commits.add({
        write,
        written: () => {
          this.#moving.delete(waiting);
          this.unsettled.delete(waiting);
          moved();
          this.#tellDrained();
          this.#parts.commits.wake();
        },
        synced: (error) => (error === undefined ? resolve() : reject(error)),
        failed: (error) => {
          this.#moving.delete(waiting);
          this.giveBack(waiting);
          this.#tellDrained();
          reject(error);
        },
      });
    });
  }

  #tellDrained(): void {
    if (this.unsettled.size === 0) this.#drained?.();
  }
}

/** A mark that is tried again until it is written. */
export function unconditional(
  write: (journal: Parameters<JournalChange['write']>[0]) => void,
  commits?: GroupCommit,
): JournalChange {
  const change: JournalChange = {
    isMark: true,
    write: (journal) => {
      write(journal);
      return undefined;
    },
    written: () => undefined,
    failed: () => commits?.addLazily(change),
  };
  return change;
}
