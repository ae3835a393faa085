import { limits } from '../limits.ts';
import { BATCH_FORMAT, type Origin } from '../message.ts';
import type { NumberRange, SeenNumbers } from '../ports.ts';
import { boundedRanges, holdsNumber, withNumber, withoutRanges } from './numberRanges.ts';
import type { OpenBatch, ProducedQueue } from './ProducerWord.ts';

/** A batch that has its number, until the broker has answered. */
export interface NumberedBatch {
  body: Buffer;
  /** The broker has it. */
  confirmed(): void;
  /** Whoever sent it was told that it was not taken, though it may have arrived: nobody waits for this number. */
  givenUp(): void;
}

interface Queue {
  next: number;
  readonly inFlight: Set<number>;
  givenUp: NumberRange[];
  /** Up to which number all was settled, and when; the older, the fewer. */
  times: [number: number, at: string][];
  /** Confirmed, and not seen yet as far as is known. */
  readonly open: Map<number, OpenBatch>;
}

/**
 * Gives each batch of commands a consecutive number within its queue, under the name of this process: by that it is
 * seen what a broker lost. Numbers are given in the order in which batches are published.
 */
export class BatchNumbers {
  readonly producer: string;
  readonly #queues = new Map<number, Queue>();

  constructor(producer: string) {
    this.producer = producer;
  }

  /** To be published at once: the next may be numbered right after it. */
  number(partition: number, origin: Origin, body: Buffer): NumberedBatch {
    const queue = this.#queueOf(partition);
    const number = queue.next;
    queue.next += 1;
    queue.inFlight.add(number);
    return {
      body: numbered(body, this.producer, number),
      confirmed: () => {
        queue.inFlight.delete(number);
        if (queue.open.size >= limits.openBatchesNamed) return;
        const { intakeId, flow, name } = origin;
        queue.open.set(number, { number, intakeId, flow, name });
      },
      givenUp: () => {
        queue.inFlight.delete(number);
        queue.givenUp = boundedRanges(withNumber(queue.givenUp, number), limits.numberRanges);
      },
    };
  }

  /** Whether apply has seen all that the broker has taken so far. */
  areSeen(seen: readonly SeenNumbers[]): boolean {
    return [...this.#queues].every(([partition, { next, inFlight, givenUp }]) => {
      const row = seen.find((one) => one.producer === this.producer && one.partition === partition);
      const { highest = 0, holes = [] } = row ?? {};
      const above = highest < next - 1 ? [{ from: highest + 1, to: next - 1 }] : [];
      const open = [...holes, ...above].flatMap((range) => withoutRanges(range, givenUp));
      return inFlight.size === 0 && open.length === 0;
    });
  }

  /** What it has published so far. What was seen of it is forgotten. */
  queues(seen: readonly SeenNumbers[], at: string): ProducedQueue[] {
    return Array.from(this.#queues, ([partition, queue]) => {
      const row = seen.find((one) => one.producer === this.producer && one.partition === partition);
      const { open, givenUp } = queue;
      for (const number of row ? open.keys() : []) {
        if (number <= row!.highest && !holdsNumber(row!.holes, number)) open.delete(number);
      }
      const settled = Math.min(queue.next, ...queue.inFlight) - 1;
      if (settled > (queue.times.at(-1)?.[0] ?? 0)) queue.times = thinned(queue.times, settled, at);
      return { partition, settled, givenUp, times: queue.times, open: [...open.values()] };
    });
  }

  #queueOf(partition: number): Queue {
    const known = this.#queues.get(partition);
    if (known) return known;
    const queue: Queue = {
      next: 1,
      inFlight: new Set(),
      givenUp: [],
      times: [],
      open: new Map(),
    };
    this.#queues.set(partition, queue);
    return queue;
  }
}

const START = `{"v":${BATCH_FORMAT},`;

/** The text of a batch with its number in front: no part of what its seal or a part's hash covers. */
const numbered = (body: Buffer, producer: string, number: number): Buffer =>
  Buffer.concat([
    Buffer.from(`${START}"producer":"${producer}","number":${number},`),
    body.subarray(START.length),
  ]);

/** Of the older half each second one goes where there are too many. */
function thinned(times: Queue['times'], settled: number, at: string): Queue['times'] {
  const all: Queue['times'] = [...times, [settled, at]];
  if (all.length <= limits.numberTimes) return all;
  const half = all.length / 2;
  return all.filter((_, index) => index >= half || index % 2 === 0);
}
