import { faultOf } from '../../errors.ts';
import type { Books } from '../../ports.ts';
import type { EventGroup } from '../../relayedEvents.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import { streamBounds } from './bounds.ts';

/**
 * Knows how far numbers go, whoever gave them: one look at the store for all readers of the process, and none while
 * nobody reads.
 */
export class EventTail {
  readonly #store: Pick<Books, 'eventGroups'>;
  readonly #runtime: Runtime;
  #groups: readonly EventGroup[] = [];
  #readers = 0;
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  #isAsked = false;
  #moved = Promise.withResolvers<void>();

  constructor(store: Pick<Books, 'eventGroups'>, runtime: Runtime) {
    this.#store = store;
    this.#runtime = runtime;
  }

  /** As they were at the last look. */
  get groups(): readonly EventGroup[] {
    return this.#groups;
  }

  /** Resolves when a number was given after this was called, or `wake` said that one may have been. */
  moved(): Promise<void> {
    return this.#moved.promise;
  }

  join(): void {
    this.#readers += 1;
    this.#timer ??= this.#runtime.every(streamBounds.lookMs, () => this.wake());
  }

  leave(): void {
    this.#readers -= 1;
    if (this.#readers > 0) return;
    this.#timer?.stop();
    this.#timer = undefined;
  }

  /** Somebody relayed something, or may have. */
  wake(): void {
    if (this.#readers === 0) return;
    if (this.#looking) {
      this.#isAsked = true;
      return;
    }
    this.#isAsked = false;
    this.#looking = this.look()
      .catch((error: unknown) => {
        const { code, message } = faultOf(error);
        this.#runtime.log('warn', 'events.waits', { code, message });
      })
      .finally(() => {
        this.#looking = undefined;
        // Rung after the look began.
        if (this.#isAsked) this.wake();
      });
  }

  /** How it is now, or later. */
  async look(): Promise<void> {
    const found = await this.#store.eventGroups();
    const before = new Map(this.#groups.map(({ group, last }) => [group, last]));
    const isMoved = found.some(({ group, last }) => last !== before.get(group));
    this.#groups = found;
    if (!isMoved) return;
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }
}
