import { limits } from '../../limits.ts';
import { type Handover, type WaitingMessage, WorkQueue } from './workQueue.ts';

/** The queues that are consumed in this process, and the bodies that are kept for them. */
export class LocalQueues {
  readonly #queues = new Map<string, WorkQueue>();
  #cachedBytes = 0;

  get(name: string): WorkQueue | undefined {
    return this.#queues.get(name);
  }

  make(name: string): WorkQueue {
    const queue = new WorkQueue(name);
    this.#queues.set(name, queue);
    return queue;
  }

  /** Nobody here consumes it any more. */
  drop(name: string): void {
    for (const waiting of this.#queues.get(name)?.ready ?? []) this.takeBody(waiting);
    this.#queues.delete(name);
  }

  all(): Iterable<WorkQueue> {
    return this.#queues.values();
  }

  /** True when something can be given out. */
  get canDeliver(): boolean {
    for (const queue of this.#queues.values()) if (queue.canDeliver) return true;
    return false;
  }

  claim(): Handover[] {
    return [...this.#queues.values()].flatMap((queue) => queue.claim());
  }

  /** Takes in a new message, with its body while there is room. */
  add(name: string, waiting: WaitingMessage): void {
    const queue = this.#queues.get(name);
    if (!queue) return;
    const bytes = waiting.body?.byteLength ?? 0;
    if (this.#cachedBytes + bytes > limits.embeddedCacheBytes) delete waiting.body;
    else this.#cachedBytes += bytes;
    queue.add(waiting);
  }

  /** Forgets a message that turned out not to be durable. */
  withdraw(name: string, waiting: WaitingMessage): void {
    const queue = this.#queues.get(name);
    if (!queue) return;
    this.takeBody(waiting);
    queue.withdraw(waiting);
  }

  /** The body, where it was kept; afterwards it is not. */
  takeBody(waiting: WaitingMessage): Uint8Array | undefined {
    const { body } = waiting;
    this.#cachedBytes -= body?.byteLength ?? 0;
    delete waiting.body;
    return body;
  }
}
