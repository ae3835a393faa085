import { StockbusError } from '../errors.ts';
import type { PlaceInLine } from './payload.ts';

/** Payloads that a source offers at the same time, in their order. */
export class OfferLine {
  #places = 0;
  /** Those behind this one are held. */
  #heldBehind = Number.POSITIVE_INFINITY;
  #inFront: Promise<unknown> = Promise.resolve();

  /** Behind all that have one. */
  next(): PlaceInLine {
    const index = this.#places;
    this.#places += 1;
    const inFront = this.#inFront;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#inFront = Promise.all([inFront, promise]);
    const check = (): void => {
      if (index <= this.#heldBehind) return;
      throw new StockbusError('PAYLOAD_HELD', 'one that came before it is not published yet');
    };
    return {
      check,
      turn: async () => {
        await inFront;
        check();
      },
      passed: resolve,
      hold: () => {
        this.#heldBehind = Math.min(this.#heldBehind, index);
        resolve();
      },
    };
  }
}
