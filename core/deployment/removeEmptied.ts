import { isStockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Broker } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** How often it is looked whether all has gone. */
const LOOK_MS = 100;
const OURS_MS = 5_000;

/**
 * Removes a queue after all that waits in it has gone to the dead letters, with the reason. Throws BROKER_QUEUE_IN_USE where
 * others take from it: whoever took beside them would wait behind them for ever.
 */
export async function removeEmptied(
  broker: Pick<Broker, 'consume' | 'depth' | 'remove'>,
  queue: string,
  reason: string,
  runtime: Runtime,
): Promise<void> {
  // A server may count the consumer that emptied it for a moment after that is gone.
  let isOursUntil = 0;
  for (;;) {
    try {
      await broker.remove(queue, { onlyEmpty: true });
      return;
    } catch (error) {
      const isFilled = isStockbusError(error, 'BROKER_QUEUE_FILLED');
      const mayBeOurs = isStockbusError(error, 'BROKER_QUEUE_IN_USE');
      const isLate = runtime.monotonic() >= isOursUntil;
      if (!isFilled && (!mayBeOurs || isLate)) throw error;
      if (isFilled) await emptyQueue(broker, queue, reason, runtime);
      else await runtime.sleep(LOOK_MS);
      if (isFilled) isOursUntil = runtime.monotonic() + OURS_MS;
    }
  }
}

async function emptyQueue(
  broker: Pick<Broker, 'consume' | 'depth'>,
  queue: string,
  reason: string,
  runtime: Runtime,
): Promise<void> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  let inHand = 0;
  const consumer = await broker.consume(queue, limits.deadAtOnce, (delivery) => {
    inHand += 1;
    delivery.dead(reason).then(() => {
      inHand -= 1;
    }, failed.reject);
  });
  const emptied = async (): Promise<void> => {
    do await runtime.sleep(LOOK_MS);
    while (inHand > 0 || (await broker.depth(queue)) > 0);
  };
  try {
    await Promise.race([emptied(), failed.promise]);
  } finally {
    await consumer.close();
  }
}
