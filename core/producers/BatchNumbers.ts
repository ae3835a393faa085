import { limits } from '../limits.ts';
import type { Origin } from '../message.ts';
import type { NumberRange, SeenNumbers } from '../ports.ts';
import { boundedRanges, holdsNumber, withNumber, withoutRanges } from './numberRanges.ts';
import type { OpenBatch, ProducedQueue } from './ProducerWord.ts';

/** A batch that has its number, until the broker has answered. */
export interface BatchNumber {
  producer: string;
  number: number;
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
  /** Confirmed, and not seen yet as far as is known: of each number one for each payload that it is of. */
  open: OpenBatch[];
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

  /** Of a batch that is published at once: the next may be numbered right after it. */
  next(partition: number, origins: readonly Origin[]): BatchNumber {
    const queue = this.#queueOf(partition);
    const number = queue.next;
    queue.next += 1;
    queue.inFlight.add(number);
    return {
      producer: this.producer,
      number,
      confirmed: () => {
        queue.inFlight.delete(number);
        const room = limits.openBatchesNamed - queue.open.length;
        for (const { intakeId, flow, name } of origins.slice(0, room))
          queue.open.push({ number, intakeId, flow, name });
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
      const { givenUp } = queue;
      if (row) {
        queue.open = queue.open.filter(
          ({ number }) => number > row.highest || holdsNumber(row.holes, number),
        );
      }
      const settled = Math.min(queue.next, ...queue.inFlight) - 1;
      if (settled > (queue.times.at(-1)?.[0] ?? 0)) queue.times = thinned(queue.times, settled, at);
      return { partition, settled, givenUp, times: queue.times, open: queue.open };
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
      open: [],
    };
    this.#queues.set(partition, queue);
    return queue;
  }
}

/** Of the older half each second one goes where there are too many. */
function thinned(times: Queue['times'], settled: number, at: string): Queue['times'] {
  const all: Queue['times'] = [...times, [settled, at]];
  if (all.length <= limits.numberTimes) return all;
  const half = all.length / 2;
  return all.filter((_, index) => index >= half || index % 2 === 0);
}
