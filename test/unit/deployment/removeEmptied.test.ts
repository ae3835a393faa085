/** A queue of a flow that is gone: emptied, then removed, though its server counts who emptied it for a moment more. */
import assert from 'node:assert/strict';
import { removeEmptied } from '../../../core/deployment/removeEmptied.ts';
import { isStockbusError, StockbusError } from '../../../core/errors.ts';
import type { Broker, Consumer, Delivery } from '../../../core/ports.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('removing a queue that is not empty', () => {
  const refusals = (codes: ('BROKER_QUEUE_FILLED' | 'BROKER_QUEUE_IN_USE')[]) => {
    const time = new SimulatedTime();
    let dead = 0;
    const broker = {
      remove: async () => {
        const code = codes.shift();
        if (code) throw new StockbusError(code, 'no');
        return 0;
      },
      depth: async () => 0,
      consume: async (_queue: string, _prefetch: number, take: (one: Delivery) => void) => {
        const one = {
          dead: async () => {
            dead += 1;
          },
        };
        take(one as unknown as Delivery);
        return { close: async () => undefined } as unknown as Consumer;
      },
    } as unknown as Broker;
    const removed = removeEmptied(broker, 'q', 'gone', simulatedRuntime(time));
    return { time, removed, dead: () => dead };
  };

  it('waits for its own consumer to be forgotten', async () => {
    const codes = ['BROKER_QUEUE_FILLED', 'BROKER_QUEUE_IN_USE', 'BROKER_QUEUE_IN_USE'] as const;
    const { time, removed, dead } = refusals([...codes]);
    await time.advance(1_000);
    await removed;
    assert.equal(dead(), 1);
  });

  it('is refused at once where others take from it, and in time where they go on', async () => {
    await assert.rejects(refusals(['BROKER_QUEUE_IN_USE']).removed, (error) =>
      isStockbusError(error, 'BROKER_QUEUE_IN_USE'),
    );
    const busy = Array.from({ length: 200 }, () => 'BROKER_QUEUE_IN_USE' as const);
    const { time, removed } = refusals(['BROKER_QUEUE_FILLED', ...busy]);
    const refused = assert.rejects(removed, (error) =>
      isStockbusError(error, 'BROKER_QUEUE_IN_USE'),
    );
    await time.advance(10_000);
    await refused;
  });
});
