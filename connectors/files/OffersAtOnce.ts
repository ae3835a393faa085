/** Files that are taken in side by side, without any of them coming before one in front of it. */

import { OfferLine } from '../../core/ports/OfferLine.ts';
import type { PlaceInLine } from '../../core/ports.ts';
import type { Claim } from './FileClaims.ts';

/** `again`: the world was wrong, and those behind wait for it; what else became of it lets them pass. */
export type OfferOutcome = 'done' | 'again';

/** Offers one, and never fails; where the source is to stop, the claim is left to the next start. */
type Offer = (claim: Claim, inLine?: PlaceInLine) => Promise<OfferOutcome>;

/** A larger file has company neither beside it nor in the messages that it becomes. */
const SMALL_FILE_BYTES = 64 * 1024;
/** Of those that are taken in at the same time. */
const BYTES_AT_ONCE = 1024 * 1024;

interface Numbered {
  claim: Claim;
  number: number;
}

export class OffersAtOnce {
  readonly #most: number;
  readonly #offer: Offer;
  readonly #pause: (claim: Claim) => Promise<void>;
  readonly #inHand = new Map<Claim, Promise<void>>();
  #line = new OfferLine();
  #count = 0;
  #held: Numbered[] = [];

  /** At most so many small ones at a time; `pause` comes before one is offered again that failed. */
  constructor(most: number, offer: Offer, pause: (claim: Claim) => Promise<void>) {
    this.#most = most;
    this.#offer = offer;
    this.#pause = pause;
  }

  /** Behind all that were added. Resolves when it is in hand and others may be added. */
  async add(claim: Claim): Promise<void> {
    this.#count += 1;
    await this.#begin({ claim, number: this.#count });
    await this.#takeHeld();
  }

  /** Resolves when all are done with. */
  async end(): Promise<void> {
    await this.#allInHand();
    await this.#takeHeld();
  }

  async #begin(one: Numbered): Promise<void> {
    while (!this.#hasRoomFor(one.claim)) await Promise.race(this.#inHand.values());
    const { claim } = one;
    const inLine = this.#line.next();
    const work = this.#offer(claim, inLine).then((outcome) => {
      this.#inHand.delete(claim);
      if (outcome === 'done') return inLine.passed();
      inLine.hold();
      this.#held.push(one);
    });
    this.#inHand.set(claim, work);
  }

  #hasRoomFor(claim: Claim): boolean {
    const claims = [...this.#inHand.keys(), claim];
    if (claims.length === 1) return true;
    const bytes = claims.reduce((sum, { stat }) => sum + stat.sizeBytes, 0);
    const areSmall = claims.every(({ stat }) => stat.sizeBytes <= SMALL_FILE_BYTES);
    return areSmall && claims.length <= this.#most && bytes <= BYTES_AT_ONCE;
  }

  async #allInHand(): Promise<void> {
    await Promise.all(this.#inHand.values());
  }

  /** The first of them until it is done with, so that it alone waits for the world; then those behind it. */
  async #takeHeld(): Promise<void> {
    while (this.#held.length > 0) {
      await this.#allInHand();
      const [first, ...behind] = this.#held.sort((one, other) => one.number - other.number);
      this.#held = [];
      this.#line = new OfferLine();
      do await this.#pause(first!.claim);
      while ((await this.#offer(first!.claim)) === 'again');
      for (const one of behind) await this.#begin(one);
      await this.#allInHand();
    }
  }
}
