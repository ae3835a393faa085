import { faultOf, isRetryable, isStockbusError, StockbusError } from '../../errors.ts';
import type { EventGroup, RelayedEvents } from '../../relayedEvents.ts';
import type { Runtime } from '../../runtime.ts';
import { streamBounds } from './bounds.ts';
import type { EventMatch } from './EventFilter.ts';
import type { EventPages, LiveEvent } from './EventPages.ts';
import type { EventTail } from './EventTail.ts';
import type { StreamCursor } from './StreamCursor.ts';

/** What a reader is told instead of events that are kept no more: he reads the lists anew. */
export interface EventGap {
  fault: StockbusError;
  group: string;
  /** Number of the last event before it, and of the first after it. */
  after: number;
  next: number;
}

/** With the cursor after it. `passed`: nothing that is wanted. */
export type StreamItem = { id: string } & (
  | { kind: 'event'; event: LiveEvent }
  | { kind: 'gap'; gap: EventGap }
  | { kind: 'passed' }
);

export interface ReaderParts {
  pages: EventPages;
  tail: EventTail;
  runtime: Runtime;
}

/** Goes through the groups from where a reader is, then waits for more, until the signal ends it. */
export class EventReader {
  readonly #parts: ReaderParts;
  readonly #cursor: StreamCursor;
  readonly #match: EventMatch;
  readonly #signal: AbortSignal;

  constructor(parts: ReaderParts, cursor: StreamCursor, match: EventMatch, signal: AbortSignal) {
    this.#parts = parts;
    this.#cursor = cursor;
    this.#match = match;
    this.#signal = signal;
  }

  /** Of each group all that is asked for, once, in the order of numbers. */
  async *read(): AsyncGenerator<StreamItem, void> {
    const { tail } = this.#parts;
    tail.join();
    try {
      yield* this.#backward();
      while (!this.#signal.aborted) {
        const moved = tail.moved();
        const behind = tail.groups.filter(({ group, last }) => last > this.#cursor.of(group));
        for (const one of behind) {
          yield* this.#step(one);
          // What is passed over may be of days, and others have their turn in between.
          await new Promise((resolve) => setImmediate(resolve));
        }
        yield { kind: 'passed', id: this.#cursor.text };
        if (behind.length === 0) await this.#orEnd(moved);
      }
    } catch (error) {
      // Whoever has gone hears no fault.
      if (!this.#signal.aborted) throw error;
    } finally {
      tail.leave();
    }
  }

  /** Numbers that are not given yet: the books were put back from a backup, and they will be given again. */
  async *#backward(): AsyncGenerator<StreamItem, void> {
    await this.#insist(() => this.#parts.tail.look());
    const last = new Map(this.#parts.tail.groups.map((one) => [one.group, one.last]));
    for (const group of this.#cursor.groups) {
      const [after, newest = 0] = [this.#cursor.of(group), last.get(group)];
      if (after <= newest) continue;
      const message = `event ${after} of group ${group} is not there, the newest is ${newest}: the books were put back`;
      const fault = new StockbusError('EVENTS_FORGOTTEN', message);
      yield this.#gap({ fault, group, after, next: newest + 1 });
    }
  }

  /** What is next in one group: at most what is read at once. */
  async *#step({ group }: EventGroup): AsyncGenerator<StreamItem, void> {
    const after = this.#cursor.of(group);
    const found = await this.#insist(() => this.#recordsOrGap(group, after));
    if ('fault' in found) {
      yield this.#gap(found);
      return;
    }
    for (const record of found.records) {
      if (this.#signal.aborted) return;
      yield* this.#record(group, record);
    }
  }

  async #recordsOrGap(
    group: string,
    after: number,
  ): Promise<EventGap | { records: RelayedEvents[] }> {
    const { pages, tail } = this.#parts;
    try {
      return { records: await pages.records({ group, after }) };
    } catch (error) {
      if (!isStockbusError(error, 'EVENTS_FORGOTTEN')) throw error;
      await tail.look();
      const first = tail.groups.find((one) => one.group === group)?.first ?? after + 1;
      return { fault: error, group, after, next: Math.max(first, after + 1) };
    }
  }

  async *#record(group: string, record: RelayedEvents): AsyncGenerator<StreamItem, void> {
    const { number, count } = record;
    const end = number + count - 1;
    if (!this.#match.mayHave(record)) {
      this.#cursor.moveTo(group, end);
      return;
    }
    const made = await this.#insist(() => this.#eventsOrGap(group, record));
    if ('fault' in made) {
      yield this.#gap(made);
      return;
    }
    for (const event of made.events) {
      if (event.number <= this.#cursor.of(group)) continue;
      this.#cursor.moveTo(group, event.number);
      if (this.#match.has(event)) yield { kind: 'event', event, id: this.#cursor.text };
    }
  }

  async #eventsOrGap(
    group: string,
    record: RelayedEvents,
  ): Promise<EventGap | { events: readonly LiveEvent[] }> {
    try {
      return { events: await this.#parts.pages.events(group, record) };
    } catch (error) {
      if (!isStockbusError(error, 'EVENTS_FORGOTTEN')) throw error;
      const next = record.number + record.count;
      return { fault: error, group, after: this.#cursor.of(group), next };
    }
  }

  #gap(gap: EventGap): StreamItem {
    this.#cursor.moveTo(gap.group, gap.next - 1);
    return { kind: 'gap', gap, id: this.#cursor.text };
  }

  /** Again where the store is away: a reader who has come so far need not begin anew. */
  async #insist<T>(work: () => Promise<T>): Promise<T> {
    const { runtime } = this.#parts;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        const fault = faultOf(error);
        if (!isRetryable(fault) || this.#signal.aborted) throw error;
        const { code, message } = fault;
        runtime.log('warn', 'events.waits', { code, message });
        await this.#orEnd(runtime.sleep(streamBounds.storeAwayMs));
      }
    }
  }

  async #orEnd(moved: Promise<void>): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const end = (): void => ended.resolve();
    if (this.#signal.aborted) return;
    this.#signal.addEventListener('abort', end, { once: true });
    await Promise.race([moved, ended.promise]);
    this.#signal.removeEventListener('abort', end);
  }
}
