/**
 * What is closed is kept for a time, and up to a number, and then forgotten, oldest first. What still waits for a person
 * is never forgotten: of too much of it the hub tells, before it is so and while it is.
 */
import { limits } from '../limits.ts';
import type { Books, CommitStore, DeadLetterStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type Case, type Cases, isClosed } from './Cases.ts';
import type { DeadDesk } from './DeadDesk.ts';
import type { ParkedDesk } from './ParkedDesk.ts';

export interface Keeping {
  /** For how long after it was closed. */
  keepMs: number;
  /** Of all that is kept, open or closed. */
  most: number;
}

export interface RetentionParts {
  store: Books & Pick<CommitStore, 'forgetParked'> & DeadLetterStore;
  cases: Cases;
  runtime: Pick<Runtime, 'now' | 'log' | 'metrics'>;
  parked: ParkedDesk;
  dead: DeadDesk;
  keep: Readonly<Record<'parked' | 'dead', Keeping>>;
}

const gauges = {
  parked: 'stockbus_parked_kept_records',
  dead: 'stockbus_dead_kept_letters',
} as const;
const MANY = 5_000;
/** Told from this part of the number on. */
const NEARLY = 0.8;

interface Closed {
  id: string;
  since: string;
}

export class Retention {
  readonly #parts: RetentionParts;
  /** At the last sweep. */
  #kept = 0;
  #passed = 0;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** Of many not each time: they are looked through. */
  async sweep(): Promise<void> {
    const { parked, dead, store } = this.#parts;
    this.#passed += 1;
    if (this.#kept > MANY && this.#passed % 10 !== 0) return;
    this.#kept = 0;
    await this.#sweep('parked', parked.noted(), (ids) => store.forgetParked(ids));
    await this.#sweep('dead', dead.pages({}), (ids) => store.forgetDead(ids));
  }

  async #sweep(
    what: 'parked' | 'dead',
    pages: AsyncGenerator<{ case: Case }[]>,
    forget: (ids: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const { runtime, keep, cases } = this.#parts;
    const { keepMs, most } = keep[what];
    const closed: Closed[] = [];
    let open = 0;
    for await (const entries of pages) {
      for (const { case: one } of entries) {
        if (isClosed(one.state)) closed.push({ id: one.id, since: one.since });
        else open += 1;
      }
    }
    closed.sort((one, other) => (one.since < other.since ? -1 : 1));
    const before = new Date(runtime.now() - keepMs).toISOString();
    const old = closed.filter(({ since }) => since < before).length;
    const gone = closed.slice(0, Math.max(old, open + closed.length - most));
    for (let from = 0; from < gone.length; from += limits.casesAtOnce) {
      const ids = gone.slice(from, from + limits.casesAtOnce).map(({ id }) => id);
      // The record first: a case without one is left by a crash, and is nobody's.
      await forget(ids);
      await cases.forget(ids);
    }
    if (gone.length > 0) runtime.log('info', 'parked.forgotten', { what, count: gone.length });
    this.#tell(what, { open, kept: open + closed.length - gone.length, most });
  }

  #tell(
    what: 'parked' | 'dead',
    { open, kept, most }: { open: number; kept: number; most: number },
  ): void {
    const { runtime } = this.#parts;
    this.#kept += kept;
    runtime.metrics.gauge(gauges[what], kept);
    if (kept < most * NEARLY) return;
    const level = open >= most ? 'error' : 'warn';
    runtime.log(level, 'parked.quota', { what, open, kept, most });
  }
}
