import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Time } from '../runtime.ts';

export type AdmissionBounds = Record<'acceptingBytes' | 'acceptingWaitMs', number>;

/** What is read of a body takes some times its bytes as records and messages, until the spool has it in its file. */
const TIMES_IN_MEMORY = 5;

/**
 * Bodies that are being accepted have a bound on what they take in memory together. One for which there is no room
 * waits a moment, unread, in the order of their coming, and is then refused (HUB_BUSY).
 */
export class Admission {
  readonly #time: Time;
  readonly #bounds: AdmissionBounds;
  #taken = 0;
  readonly #waiting: { weight: number; enter: () => void }[] = [];

  constructor(time: Time, bounds: AdmissionBounds = limits) {
    this.#time = time;
    this.#bounds = bounds;
  }

  /** Resolves with what is to be called when it is through. `check` is asked once there is room, and may refuse. */
  async enter(
    bytes: number = limits.spoolMemoryBytes,
    check: () => void = () => undefined,
  ): Promise<() => void> {
    const most = Math.min(limits.spoolMemoryBytes, this.#bounds.acceptingBytes);
    const weight = Math.min(bytes * TIMES_IN_MEMORY, most);
    if (this.#waiting.length > 0 || !this.#hasRoomFor(weight)) await this.#wait(weight);
    else this.#taken += weight;
    let isThrough = false;
    const leave = (): void => {
      if (isThrough) return;
      isThrough = true;
      this.#taken -= weight;
      this.#letIn();
    };
    try {
      check();
    } catch (error) {
      leave();
      throw error;
    }
    return leave;
  }

  #hasRoomFor(weight: number): boolean {
    return this.#taken + weight <= this.#bounds.acceptingBytes;
  }

  async #wait(weight: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { weight, enter: resolve };
    this.#waiting.push(one);
    const timer = this.#time.after(this.#bounds.acceptingWaitMs, () => {
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      reject(new StockbusError('HUB_BUSY', 'the hub has as much in hand as it takes at once'));
      this.#letIn();
    });
    await promise.finally(() => timer.stop());
  }

  #letIn(): void {
    for (
      let next = this.#waiting[0];
      next && this.#hasRoomFor(next.weight);
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#taken += next.weight;
      next.enter();
    }
  }
}
