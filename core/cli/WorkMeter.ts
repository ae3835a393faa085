import type { Time } from '../runtime.ts';
import { type Progress, ProgressMeter } from './ProgressMeter.ts';
import type { Terminal } from './terminal.ts';

const DRAW_MS = 250;

type Work = Extract<Progress, { step: 'copying' | 'checking' | 'restoring' | 'migrating' }>;

/** A bar for work of which little is heard on the way: it shows that time goes by. */
export class WorkMeter {
  readonly #meter: ProgressMeter;
  readonly #timer: { stop(): void };
  #now: Work | undefined;

  constructor(terminal: Terminal, time: Pick<Time, 'monotonic' | 'every'>) {
    this.#meter = new ProgressMeter(terminal, time.monotonic);
    this.#timer = time.every(DRAW_MS, () => {
      if (this.#now) this.#meter.update(this.#now);
    });
  }

  readonly tell = (step: Work['step'], done?: number): void => {
    this.#now = { step, done };
    this.#meter.update(this.#now);
  };

  end(): void {
    this.#timer.stop();
    this.#meter.clear();
  }
}
