/** Work on many files in their order, where what comes before a turn need not wait for others. */
import { heldBack } from '../../core/sideBySide.ts';

/**
 * What a tree answers slowly is asked for several files at once: up to `most` are prepared before their turn. The
 * turns themselves come one after another. With `most` 1 nothing overlaps.
 */
export class TurnsAhead<Item, Prepared> {
  readonly #items: Iterator<Item>;
  readonly #most: number;
  readonly #prepare: (item: Item) => Promise<Prepared | undefined>;
  #prepared: Promise<Prepared | undefined>[] = [];
  #isEnding = false;

  constructor(
    items: Iterable<Item>,
    most: number,
    prepare: (item: Item) => Promise<Prepared | undefined>,
  ) {
    this.#items = items[Symbol.iterator]();
    this.#most = most;
    this.#prepare = prepare;
  }

  /** The next turns in order, without those whose preparation came to nothing. */
  async *turns(): AsyncGenerator<Prepared> {
    for (;;) {
      while (!this.#isEnding && this.#prepared.length < this.#most) {
        const item = this.#items.next();
        if (item.done) break;
        this.#prepared.push(heldBack(this.#prepare(item.value)));
      }
      const next = this.#prepared.shift();
      if (!next) return;
      const prepared = await next;
      if (prepared !== undefined) yield prepared;
    }
  }

  /** Prepares nothing more; gives what was prepared and had no turn. */
  async end(): Promise<Prepared[]> {
    this.#isEnding = true;
    const rest = await Promise.allSettled(this.#prepared);
    this.#prepared = [];
    return rest.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
  }
}
