import { limits } from '../limits.ts';
import type { Origin } from '../message.ts';
import type { Broker } from '../ports.ts';
import type { BatchNumbers } from '../producers/BatchNumbers.ts';
import type { BatchSeal } from './BatchSeal.ts';
import type { SpooledBatch, SpooledHanded } from './BatchSpool.ts';

/**
 * Of queues whose number or arguments were chosen together: what a broker has under a name cannot be
 * changed, so that others get names of the next generation, and these are worked off.
 */
export const QUEUE_GENERATION = 1;

const COMMANDS = `stock.commands.g${QUEUE_GENERATION}.p`;

/** Work queue of one partition of the commands, from 0. */
export const commandQueue = (partition: number): string =>
  `${COMMANDS}${String(partition).padStart(2, '0')}`;

export const isCommandQueue = (queue: string): boolean => queue.startsWith(COMMANDS);

export interface PublishParts {
  broker: Pick<Broker, 'publish'>;
  /** By which the same process knows the batches again. */
  seal?: BatchSeal;
  /** Of the batches of this process; left out: they have none. */
  numbers?: BatchNumbers;
}

/**
 * Publishes batches under their numbers, with a bound on those in flight. Resolves when all are durable. Those
 * of handed records are numbered apart: the books count the others. `numbers` are those of the process in each queue.
 */
export async function publishBatches(
  { broker, numbers }: PublishParts,
  origin: Origin,
  batches: AsyncIterable<SpooledBatch | SpooledHanded> | Iterable<SpooledBatch>,
): Promise<void> {
  const { intakeId } = origin;
  const inFlight = new Set<Promise<void>>();
  let index = 0;
  let handed = 0;
  let failure: unknown;
  for await (const batch of batches) {
    const isHanded = 'queue' in batch;
    const id = isHanded ? `${intakeId}/h${handed++}` : `${intakeId}/${index++}`;
    const to = { queue: isHanded ? batch.queue : commandQueue(batch.partition) };
    const numbered = isHanded ? undefined : numbers?.number(batch.partition, origin, batch.body);
    const body = numbered?.body ?? batch.body;
    const sent = broker
      .publish([{ id, to, body, contentType: 'application/json' }])
      .then(numbered?.confirmed, (error: unknown) => {
        numbered?.givenUp();
        failure ??= error;
      })
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
    while (inFlight.size >= limits.publishInFlightBatches) await Promise.race(inFlight);
    if (failure !== undefined) throw failure;
  }
  await Promise.all(inFlight);
  if (failure !== undefined) throw failure;
}

/** As MessageKeys knows a message of another source than that of its payload. */
export const keyOfOther = (source: string, id: string): string => JSON.stringify([source, id]);

/** The id of a message, by its key there. */
export function idOfKey(key: string): string {
  const known = JSON.parse(key) as string | [source: string, id: string];
  return typeof known === 'string' ? known : known[1];
}
