import { faultOf } from '../../errors.ts';
import type { Consumer, DeadDelivery } from '../../ports.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import type { GroupCommit } from './groupCommit.ts';
import type { DeadRow } from './journal.ts';
import { unconditional } from './localConsumer.ts';

export interface DeadConsumerParts {
  prefetch: number;
  handler: (letter: DeadDelivery) => void;
  runtime: Runtime;
  commits: GroupCommit;
  /** Those that died first, at most so many. */
  first(limit: number): DeadRow[];
  closed: (consumer: DeadConsumer) => void;
}

/** How often a look is taken for what other processes and threads buried. */
const LOOK_MS = 1_000;

/** Gives out what lies among the dead letters of the file; several may be given the same. */
export class DeadConsumer implements Consumer {
  readonly #parts: DeadConsumerParts;
  readonly #inHand = new Set<number>();
  readonly #timer: Timer;
  #isOpen = true;
  #isLooking = false;

  constructor(parts: DeadConsumerParts) {
    this.#parts = parts;
    this.#timer = parts.runtime.every(LOOK_MS, () => this.look());
    this.look();
  }

  /** There may be one more. */
  look(): void {
    if (this.#isLooking || !this.#isOpen) return;
    this.#isLooking = true;
    setImmediate(() => {
      this.#isLooking = false;
      this.#handOut();
    });
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#timer.stop();
    this.#parts.closed(this);
    this.#parts.commits.flush();
  }

  /** It holds nothing for which anybody waits. */
  release(): Promise<void> {
    return this.close();
  }

  #handOut(): void {
    const { prefetch, handler, runtime } = this.#parts;
    if (!this.#isOpen || this.#inHand.size >= prefetch) return;
    try {
      for (const { seq, ...letter } of this.#parts.first(prefetch)) {
        if (this.#inHand.has(seq) || this.#inHand.size >= prefetch) continue;
        this.#inHand.add(seq);
        handler({ ...letter, ack: () => this.#ack(seq) });
      }
    } catch (error) {
      runtime.log('error', 'broker.read_failed', { reason: faultOf(error).message });
    }
  }

  #ack(seq: number): void {
    if (!this.#isOpen || !this.#inHand.has(seq)) return;
    const { commits } = this.#parts;
    const gone = unconditional((journal) => journal.removeDead(seq), commits);
    // Until it is gone it would be given out again.
    const written = (): void => {
      this.#inHand.delete(seq);
      this.look();
    };
    commits.addLazily({ ...gone, written });
  }
}
