import { limits } from '../limits.ts';
import type { Origin } from '../message.ts';
import type { Broker, PlaceInLine } from '../ports.ts';
import type { BatchSeal } from './BatchSeal.ts';
import type { SpooledBatch, SpooledHanded } from './BatchSpool.ts';
import { isSmall, PublishLanes } from './PublishLanes.ts';

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
  /** Where batches of all payloads of this process go together; left out: each payload goes by itself. */
  lanes?: PublishLanes;
}

/**
 * Publishes batches, with a bound on those in flight, when it is the turn of their payload. Resolves when all are durable. Those
 * of handed records are numbered apart: the books count the others.
 */
export async function publishBatches(
  { broker, lanes = new PublishLanes({ broker }) }: PublishParts,
  origin: Origin,
  batches: AsyncIterable<SpooledBatch | SpooledHanded> | Iterable<SpooledBatch>,
  place?: PlaceInLine,
): Promise<void> {
  const { intakeId } = origin;
  const inFlight = new Set<Promise<void>>();
  /** Of these, those that may still be overtaken by what is sent later. */
  const loose = new Set<Promise<void>>();
  let index = 0;
  let handed = 0;
  let failure: { error: unknown } | undefined;
  const note = (sent: Promise<void>, isLoose: boolean): void => {
    const noted = sent
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => [inFlight, loose].map((some) => some.delete(noted)));
    inFlight.add(noted);
    if (isLoose) loose.add(noted);
  };
  await place?.turn();
  for await (const batch of batches) {
    if ('queue' in batch) {
      const { queue, body } = batch;
      const message = { id: `${intakeId}/h${handed++}`, to: { queue }, body };
      place?.check();
      note(broker.publish([{ ...message, contentType: 'application/json' }]), true);
    } else {
      const queue = commandQueue(batch.partition);
      const sent = lanes.send({ id: `${intakeId}/${index++}`, queue, origin, batch, place });
      note(sent, !isSmall(batch));
    }
    while (inFlight.size >= limits.publishInFlightBatches) await Promise.race(inFlight);
    if (failure) throw failure.error;
  }
  await Promise.all(loose);
  if (!failure) place?.passed();
  await Promise.all(inFlight);
  if (failure) throw failure.error;
}

/** As MessageKeys knows a message of another source than that of its payload. */
export const keyOfOther = (source: string, id: string): string => JSON.stringify([source, id]);

/** The id of a message, by its key there. */
export function idOfKey(key: string): string {
  const known = JSON.parse(key) as string | [source: string, id: string];
  return typeof known === 'string' ? known : known[1];
}
