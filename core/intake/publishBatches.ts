import { limits } from '../limits.ts';
import { type BatchPart, type CommandBatch, type PartCommand, sourceOf } from '../message.ts';
import type { Broker } from '../ports.ts';
import type { SpooledBatch, SpooledHanded } from './BatchSpool.ts';
import type { Repetition } from './MessageKeys.ts';

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

/**
 * Publishes batches under their numbers, with a bound on those in flight. Resolves when all are durable. Those
 * of handed records are numbered apart: the books count the others.
 */
export async function publishBatches(
  broker: Pick<Broker, 'publish'>,
  intakeId: string,
  batches: AsyncIterable<SpooledBatch | SpooledHanded>,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  let index = 0;
  let handed = 0;
  let failure: unknown;
  for await (const batch of batches) {
    const isHanded = 'queue' in batch;
    const id = isHanded ? `${intakeId}/h${handed++}` : `${intakeId}/${index++}`;
    const to = { queue: isHanded ? batch.queue : commandQueue(batch.partition) };
    const sent = broker
      .publish([{ id, to, body: batch.body, contentType: 'application/json' }])
      .catch((error: unknown) => {
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

/** The batches without commands of these keys, and without the records that those account for. */
export async function* withoutRepeated(
  batches: AsyncIterable<SpooledBatch | SpooledHanded>,
  repetitions: ReadonlyMap<string, Repetition>,
  source: string,
): AsyncGenerator<SpooledBatch | SpooledHanded> {
  for await (const spooled of batches) {
    if ('queue' in spooled) {
      yield spooled;
      continue;
    }
    const { partition, body } = spooled;
    const batch = JSON.parse(body.toString('utf8')) as CommandBatch;
    let isWhole = true;
    for (const part of batch.parts) {
      part.commands = part.commands.filter((command) => {
        const repetition = repetitions.get(keyIn(part, command.id, source));
        if (!repetition) return true;
        part.records -= accounted(repetition, command);
        isWhole = false;
        return false;
      });
    }
    yield { partition, body: isWhole ? body : Buffer.from(JSON.stringify(batch)) };
  }
}

/** As MessageKeys knows a message of another source than that of its payload. */
export const keyOfOther = (source: string, id: string): string => JSON.stringify([source, id]);

/** The id of a message, by its key there. */
export function idOfKey(key: string): string {
  const known = JSON.parse(key) as string | [source: string, id: string];
  return typeof known === 'string' ? known : known[1];
}

function keyIn({ shared }: BatchPart, id: string, source: string): string {
  const other = shared?.source;
  if (other === undefined || other === sourceOf({ source })) return JSON.stringify(id);
  return keyOfOther(other.slice(sourceOf({ source: '' }).length), id);
}

/** Once for all parts of a record that was split. */
function accounted({ records }: Repetition, { record }: PartCommand): number {
  const count = records.get(record) ?? 0;
  records.set(record, 0);
  return count;
}
