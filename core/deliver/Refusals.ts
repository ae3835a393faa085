/**
 * Whose fault a refusal is (400, 413, 422). The event's, and then it is dead alone, where the endpoint takes something else: of the
 * same batch, or of what waits behind it; or where it has been refused for limits.refusedForMs and fewer than
 * limits.refusedInARow others were refused with it. Else it is the endpoint's, which is left alone as if it were down.
 */
import type { Fault } from '../errors.ts';
import { faultOf } from '../errors.ts';
import type { FlowSink } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import type { Group } from './Group.ts';
import type { Hand } from './Hand.ts';
import type { SinkCalls } from './SinkCalls.ts';
import type { SinkEndpoint } from './SinkEndpoint.ts';
import { isOfContent, sift } from './sift.ts';

export interface RefusalsParts {
  target: FlowSink;
  calls: SinkCalls;
  hand: Hand;
  endpoint: SinkEndpoint;
}

type Beside = 'taken' | 'refused' | 'few';

export class Refusals {
  readonly #parts: RefusalsParts;
  /** Id of a group that was refused while something else was taken: when it comes again, it is its own fault. */
  #proven: string | undefined;

  constructor(parts: RefusalsParts) {
    this.#parts = parts;
  }

  /** What the endpoint answers, where it is its fault; else it is settled, or asked for anew. Throws what is no refusal. */
  async settle(group: Group, known: Fault): Promise<Fault | undefined> {
    const { target, calls, hand, endpoint } = this.#parts;
    if (group.parts.length > 1) {
      hand.takeApart(group);
      return undefined;
    }
    if (hand.isLent(group)) return this.#settleLent(group, known);
    let sifted = await sift(group, target, calls, known);
    const isOwn =
      sifted.taken > 0 ||
      this.#proven === group.id ||
      sifted.refused.some(({ fault }) => fault.code !== 'WEBHOOK_REFUSED') ||
      (await this.#isOwnBeside(group, sifted.refused.length));
    if (!isOwn) return sifted.refused[0]?.fault ?? known;
    if (!sifted.isAll) sifted = await sift(group, target, calls, known, Infinity);
    this.#proven = undefined;
    await hand.buryParts(group, sifted.refused);
    await endpoint.recovered();
    return undefined;
  }

  /** What was given back cannot be settled: it is asked for again, once it is known to be its own fault or nobody can tell yet. */
  async #settleLent(group: Group, known: Fault): Promise<Fault | undefined> {
    const { target, calls, hand, endpoint } = this.#parts;
    if (endpoint.facts.lastAnswer?.code === 'WEBHOOK_REFUSED' && known.code === 'WEBHOOK_REFUSED') {
      const { taken, refused } = await sift(group, target, calls, known);
      const beside = taken > 0 ? 'taken' : await this.#beside(group, refused.length, true);
      if (beside === 'taken') {
        this.#proven = group.id;
        await endpoint.recovered();
      } else if (beside === 'refused' || !this.#isLongRefused(group)) return known;
    }
    hand.dropLent();
    return undefined;
  }

  async #isOwnBeside(group: Group, refused: number): Promise<boolean> {
    const beside = await this.#beside(group, refused, false);
    return beside === 'taken' || (beside === 'few' && this.#isLongRefused(group));
  }

  /**
   * What became of those behind a group of which it refused so many: one was taken, so many were refused that it is the endpoint, or
   * they were too few to tell. What is taken has gone, and all before it is refused.
   */
  async #beside(group: Group, refused: number, isLent: boolean): Promise<Beside> {
    const { target, calls, hand } = this.#parts;
    const others = (isLent ? hand.lent : hand.groups).filter((other) => other !== group);
    let sum = refused;
    while (sum < limits.refusedInARow) {
      const other = others.shift() ?? (hand.isWaiting && !isLent ? await hand.take() : undefined);
      if (!other) break;
      const known = await this.#refusalOf(other);
      if (known === 'took') return 'taken';
      if (known === 'nothing') continue;
      if (other.parts.length > 1) {
        others.unshift(...hand.takeApart(other));
        continue;
      }
      const sifted = await sift(other, target, calls, known, limits.refusedInARow - sum);
      if (sifted.taken > 0) {
        if (!isLent) await hand.buryParts(other, sifted.refused);
        return 'taken';
      }
      sum += sifted.refused.length;
    }
    return sum < limits.refusedInARow ? 'few' : 'refused';
  }

  /** What the next call of a group is answered. */
  async #refusalOf(group: Group): Promise<Fault | 'took' | 'nothing'> {
    const { calls, hand } = this.#parts;
    try {
      await calls.prepare(group);
      const [call] = group.left;
      if (!call) return 'nothing';
      await calls.send(group, call);
      if (group.sent(call)) await hand.finish(group);
      return 'took';
    } catch (error) {
      const fault = faultOf(error);
      if (!isOfContent(fault)) throw error;
      return fault;
    }
  }

  #isLongRefused({ id }: Group): boolean {
    const { head, lastAnswer } = this.#parts.endpoint.facts;
    if (head?.id !== id || head.refusedSince === undefined || !lastAnswer) return false;
    return Date.parse(lastAnswer.at) - Date.parse(head.refusedSince) >= limits.refusedForMs;
  }
}
