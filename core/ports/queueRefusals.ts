/** Why a broker keeps a queue that it was told to remove. */
import { StockbusError } from '../errors.ts';

export const queueInUse = (queue: string): StockbusError =>
  new StockbusError('BROKER_QUEUE_IN_USE', `somebody takes from the queue '${queue}'`);

export const filledQueue = (queue: string, waiting: number): StockbusError =>
  new StockbusError(
    'BROKER_QUEUE_FILLED',
    `${waiting} ${waiting === 1 ? 'message waits' : 'messages wait'} in the queue '${queue}'`,
  );
