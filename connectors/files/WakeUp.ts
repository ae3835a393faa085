import type { Time } from '../../core/runtime.ts';

/** A wait that an event can cut short. An event that comes while nobody waits cuts the next one. */
export class WakeUp {
  readonly #time: Time;
  #rung = false;
  #resolve: (() => void) | undefined;

  constructor(time: Time) {
    this.#time = time;
  }

  ring(): void {
    this.#rung = true;
    this.#resolve?.();
  }

  async wait(timeoutMs: number): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((resolve) => {
        const timer = this.#time.after(timeoutMs, resolve);
        this.#resolve = () => {
          timer.stop();
          resolve();
        };
      });
    }
    this.#resolve = undefined;
    this.#rung = false;
  }
}
