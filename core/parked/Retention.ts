/**
 * What is closed is kept for a time, and up to a number, and then forgotten, oldest first. What still waits for a person
 * is never forgotten: of too much of it the hub tells, before it is so and while it is.
 */
import { limits } from '../limits.ts';
import { pagesOf } from '../pagesOf.ts';
import {
  ANSWER,
  type Books,
  CASE,
  CLOSED,
  type CommitStore,
  type ControlStore,
  type DeadLetterStore,
} from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { sideBySide } from '../sideBySide.ts';
import { type Case, type Cases, casesOf, isClosed } from './Cases.ts';
import type { DeadDesk } from './DeadDesk.ts';
import type { ParkedDesk } from './ParkedDesk.ts';

export interface Keeping {
  /** For how long after it was closed. */
  keepMs: number;
  /** Of all that is kept, open or closed. */
  most: number;
}

export interface RetentionParts {
  store: Books &
    Pick<CommitStore, 'forgetParked'> &
    Pick<ControlStore, 'serverTime' | 'dueControl' | 'changeControl'> &
    DeadLetterStore;
  cases: Cases;
  runtime: Pick<Runtime, 'log' | 'metrics' | 'newId'>;
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
    const seen = new Set<string>();
    await this.#sweep('parked', parked.noted(), seen, (ids) => store.forgetParked(ids));
    await this.#sweep('dead', dead.pages({}), seen, (ids) => store.forgetDead(ids));
    await this.#forgetOrphans(seen);
  }

  /** Answers are kept for a day; whoever asks the same later is answered anew. */
  async forgetAnswers(): Promise<void> {
    const { store, runtime } = this.#parts;
    for (;;) {
      const now = await store.serverTime();
      const due = await store.dueControl(ANSWER, now, limits.casesAtOnce);
      const changes = due.map(({ kind, id, version }) => ({ kind, id, expected: version }));
      if (due.length === 0) return;
      const done = await store.changeControl(runtime.newId(), changes);
      if (done === 'conflict' || due.length < limits.casesAtOnce) return;
    }
  }

  async #sweep(
    what: 'parked' | 'dead',
    pages: AsyncGenerator<{ case: Case }[]>,
    seen: Set<string>,
    forget: (ids: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const { store, runtime, keep, cases } = this.#parts;
    const { keepMs, most } = keep[what];
    const closed: Closed[] = [];
    let open = 0;
    for await (const entries of pages) {
      for (const { case: one } of entries) {
        if (!isClosed(one.state)) open += 1;
        else {
          closed.push({ id: one.id, since: one.since });
          seen.add(one.id);
        }
      }
    }
    closed.sort((one, other) => (one.since < other.since ? -1 : 1));
    const nowMs = Date.parse(await store.serverTime());
    const before = new Date(nowMs - keepMs).toISOString();
    const old = closed.filter(({ since }) => since < before).length;
    let count = 0;
    const gone = closed.slice(0, Math.max(old, open + closed.length - most));
    for (let from = 0; from < gone.length; from += limits.casesAtOnce) {
      // Somebody may have opened one again since it was listed.
      const listed = gone.slice(from, from + limits.casesAtOnce).map(({ id }) => id);
      const ids = await this.#stillClosed(listed);
      // The record first: a case without one is found again, and a record without its case would be open.
      await forget(ids);
      await cases.forget(ids);
      count += ids.length;
    }
    if (count > 0) runtime.log('info', 'parked.forgotten', { what, count });
    this.#tell(what, { open, kept: open + closed.length - count, most });
  }

  async #stillClosed(ids: readonly string[]): Promise<string[]> {
    const known = await casesOf(this.#parts.store, ids);
    return [...known.values()].filter(({ state }) => isClosed(state)).map(({ id }) => id);
  }

  /** Cases of which a crash has left nothing else: they would be counted among what waits for nobody. */
  async #forgetOrphans(seen: ReadonlySet<string>): Promise<void> {
    const { store, cases } = this.#parts;
    for (const state of CLOSED) {
      const filter = { kind: CASE, state };
      for await (const rows of pagesOf((page) => store.controlRows(filter, page))) {
        const unseen = rows.filter(({ id }) => !seen.has(id));
        const isKept = await sideBySide(unseen, limits.readsAtOnce, async ({ id, words: [of] }) =>
          of === 'dead' ? store.deadLetter(id) : store.parkedRecord(id),
        );
        await cases.forget(unseen.filter((_, index) => !isKept[index]).map(({ id }) => id));
      }
    }
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
