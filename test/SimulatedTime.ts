/** Time that stands still until a test moves it: no test waits for a clock, every run is the same. */
import type { Log, Metrics, Runtime, Time, Timer } from '../core/runtime.ts';
import { noMetrics, silentLog, systemTime } from '../core/runtime.ts';

interface Due {
  atMs: number;
  everyMs: number | undefined;
  work: () => void;
}

export class SimulatedTime implements Time {
  #nowMs: number;
  readonly #startMs: number;
  /** In the order in which they were asked for; of two that are due at once the older runs first. */
  readonly #due = new Set<Due>();

  constructor(startMs = Date.UTC(2026, 2, 1)) {
    this.#nowMs = startMs;
    this.#startMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly monotonic = (): number => this.#nowMs - this.#startMs;

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const timer = this.after(ms, resolve);
      const abort = (): void => {
        timer.stop();
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
    });

  readonly after = (ms: number, work: () => void): Timer => this.#add(ms, undefined, work);

  readonly every = (ms: number, work: () => void): Timer => this.#add(ms, ms, work);

  /** Timers that still stand: a part that was closed has left none. */
  get pending(): number {
    return this.#due.size;
  }

  /** Milliseconds until the next timer, or undefined where nobody waits. */
  get nextMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : next.atMs - this.#nowMs;
  }

  /**
   * Lets time pass: all that becomes due runs in order, each at its own moment, and what it set off
   * (promises, messages of the same turn) runs before the next.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settle();
    for (let next = this.#next(); next && next.atMs <= endMs; next = this.#next()) {
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      if (next.everyMs === undefined) this.#due.delete(next);
      else next.atMs += Math.max(1, next.everyMs);
      next.work();
      await settle();
    }
    this.#nowMs = endMs;
  }

  #add(ms: number, everyMs: number | undefined, work: () => void): Timer {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), everyMs, work };
    this.#due.add(due);
    return { stop: () => void this.#due.delete(due) };
  }

  #next(): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#due) if (!first || due.atMs < first.atMs) first = due;
    return first;
  }
}

/** Some turns of the event loop: what a timer set off has come as far as it can without another. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}

/** A runtime of which a test holds everything; chance is the middle of its range, ids are counted. */
export function simulatedRuntime(
  time: SimulatedTime,
  { log = silentLog, metrics = noMetrics, random = () => 0.5 }: Partial<SimulatedParts> = {},
): Runtime {
  let ids = 0;
  const newId = (): string => {
    ids += 1;
    return `00000000-0000-7000-8000-${String(ids).padStart(12, '0')}`;
  };
  const { now, monotonic, sleep, after, every } = time;
  return { now, monotonic, sleep, after, every, newId, random, log, metrics };
}

interface SimulatedParts {
  log: Log;
  metrics: Metrics;
  random: () => number;
}

/** The system's timers at a moment that a test chose: for what looks at the clock and never waits. */
export const timeAt = (nowMs: number): Time => ({ ...systemTime, now: () => nowMs });
