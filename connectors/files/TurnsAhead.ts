/** Work on many files in their order, where what comes before a turn and what follows it need not wait for others. */
import { heldBack } from '../../core/sideBySide.ts';

/**
 * What a tree answers slowly is asked for several files at once: up to `most` are prepared before their turn, and as
 * many are put away after it. The turns themselves come one after another. With `most` 1 nothing overlaps.
 */
export class TurnsAhead<Item, Prepared> {
  readonly #items: Iterator<Item>;
  readonly #most: number;
  readonly #prepare: (item: Item) => Promise<Prepared | undefined>;
  #prepared: Promise<Prepared | undefined>[] = [];
  readonly #behind = new Set<Promise<void>>();
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

  /** What follows a turn; it never fails. Resolves when there is room for another. */
  async follow(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#behind.delete(tracked));
    this.#behind.add(tracked);
    if (this.#behind.size >= this.#most) await Promise.race(this.#behind);
  }

  /** Prepares nothing more, awaits what follows turns; gives what was prepared and had no turn. */
  async end(): Promise<Prepared[]> {
    this.#isEnding = true;
    await Promise.all(this.#behind);
    const rest = await Promise.allSettled(this.#prepared);
    this.#prepared = [];
    return rest.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
  }
}
