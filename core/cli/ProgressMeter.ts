/** How far a payload is (what was read of it, and what of it is in the books), or an audit. */
import { formatCount, plural } from './plural.ts';
import type { Terminal } from './terminal.ts';

/**
 * Nothing of a payload is booked before all of it was read: `done` is first the part that is read, then
 * the part that is booked or parked, 0 to 1. How much there is to book is known once all is published.
 */
export type Progress =
  | { step: 'reading'; done: number }
  | { step: 'booking'; done: number | undefined; rows: number; parked: number }
  | { step: 'auditing'; done: number; skus: number; of: number }
  | { step: 'copying' | 'checking' | 'restoring' | 'migrating'; done: number | undefined };

const BAR_CELLS = 24;

/**
 * `[####----]  41 %  read`, then
 * `[####----]  41 %  booked  120,500 rows  38,200 rows/s  3 parked  4 s left`; of an audit
 * `[####----]  41 %  audited  4,100 of 10,000 SKUs  4 s left`. `elapsedMs` is of the step.
 */
export function progressLine(progress: Progress, elapsedMs: number, withBar: boolean): string {
  const { step, done } = progress;
  const parts = done === undefined ? [] : [partLine(done, withBar)];
  if (step === 'reading') return [...parts, 'read'].join('  ');
  if (isPlain(progress)) return [...parts, step, formatDuration(elapsedMs)].join('  ');
  if (step === 'auditing') {
    parts.push('audited', `${formatCount(progress.skus)} of ${plural(progress.of, 'SKU')}`);
  } else parts.push('booked', ...bookedParts(progress, elapsedMs));
  if (done !== undefined && done > 0.01 && done < 1) {
    parts.push(`${formatDuration((elapsedMs * (1 - done)) / done)} left`);
  }
  return parts.join('  ');
}

const plainSteps: readonly Progress['step'][] = ['copying', 'checking', 'restoring', 'migrating'];

/** Of which only the part that is done can be said, or how long it has taken. */
const isPlain = (
  progress: Progress,
): progress is Exclude<Progress, { step: 'booking' | 'auditing' }> =>
  plainSteps.includes(progress.step);

function bookedParts({ rows, parked }: { rows: number; parked: number }, elapsedMs: number) {
  const rate = elapsedMs > 0 ? Math.round((rows * 1_000) / elapsedMs) : 0;
  return [plural(rows, 'row'), `${formatCount(rate)} rows/s`, `${formatCount(parked)} parked`];
}

function partLine(done: number, withBar: boolean): string {
  const percent = `${Math.floor(done * 100)} %`;
  return withBar ? `[${bar(done)}] ${percent.padStart(5)}` : percent;
}

function bar(done: number): string {
  const cells = Math.floor(done * BAR_CELLS);
  return '#'.repeat(cells) + '-'.repeat(BAR_CELLS - cells);
}

/** 420 → `0.4 s`; 42_000 → `42 s`; 75_000 → `1 min 15 s`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const DRAW_MS = 100;

/** Draws in place where a person looks, and nothing else. */
export class ProgressMeter {
  readonly #terminal: Terminal;
  readonly #startedMs: number;
  readonly #now: () => number;
  #shownMs: number;
  /** When the step that is shown began. */
  #stepMs: number;
  #step: Progress['step'] = 'reading';
  #drawn = false;

  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
    this.#startedMs = now();
    this.#shownMs = this.#startedMs;
    this.#stepMs = this.#startedMs;
  }

  get elapsedMs(): number {
    return this.#now() - this.#startedMs;
  }

  update(progress: Progress): void {
    const now = this.#now();
    if (progress.step !== this.#step) this.#stepMs = now;
    this.#step = progress.step;
    if (!this.#terminal.interactive || now - this.#shownMs < DRAW_MS) return;
    this.#shownMs = now;
    const line = progressLine(progress, now - this.#stepMs, true);
    this.#drawn = true;
    this.#terminal.draw(line.slice(0, Math.max(20, this.#terminal.width - 1)));
  }

  /** Takes the bar away, so that what follows begins on a clean line. */
  clear(): void {
    if (this.#drawn) this.#terminal.draw('');
    this.#drawn = false;
  }
}
