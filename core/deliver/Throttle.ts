import type { Pace } from '../flow/compiledFlow.ts';
import type { Time } from '../runtime.ts';

/** When the next records may go out, so that in no span of the pace more do than it allows. */
export class Throttle {
  readonly #pace: Pace;
  readonly #time: Pick<Time, 'monotonic'>;
  /** What went out within the last span, the oldest first. */
  readonly #sent: { atMs: number; records: number }[] = [];
  #records = 0;

  constructor(pace: Pace, time: Pick<Time, 'monotonic'>) {
    this.#pace = pace;
    this.#time = time;
  }

  /** Until so many more may go out; what could never go at once goes as the most that can. */
  waitMs(records: number): number {
    const nowMs = this.#time.monotonic();
    this.#forget(nowMs);
    let over = this.#records + Math.min(records, this.#pace.records) - this.#pace.records;
    for (const { atMs, records: gone } of this.#sent) {
      if (over <= 0) break;
      over -= gone;
      if (over <= 0) return atMs + this.#pace.perMs - nowMs;
    }
    return 0;
  }

  sent(records: number): void {
    this.#sent.push({ atMs: this.#time.monotonic(), records });
    this.#records += records;
  }

  #forget(nowMs: number): void {
    for (let first = this.#sent[0]; first; first = this.#sent[0]) {
      if (first.atMs + this.#pace.perMs > nowMs) break;
      this.#records -= first.records;
      this.#sent.shift();
    }
  }
}
