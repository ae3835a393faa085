import assert from 'node:assert/strict';
import { Deliver } from '../../core/deliver.ts';
import type { SubscriptionFlow } from '../../core/flow/compiledFlow.ts';
import type { Envelope } from '../../core/message.ts';
import type { Broker, Delivery, Sink } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { until } from '../hubRun.ts';

describe('deliver', () => {
  it('buries the batch of an event that the steps refuse, after the others went out', async () => {
    const settled: string[] = [];
    const sent: unknown[] = [];
    const delivery = (id: string): Delivery =>
      ({
        id,
        body: Buffer.from(JSON.stringify({ source: '/s', type: 't', events: [{ id, data: {} }] })),
        attempt: 1,
        ack: () => settled.push(`${id} done`),
        dead: async (reason: string) => settled.push(`${id} dead: ${reason}`),
      }) as unknown as Delivery;
    const broker = {
      consume: async (_queue: string, _prefetch: number, handler: (one: Delivery) => void) => {
        for (const id of ['good', 'bad']) handler(delivery(id));
        return { close: async () => undefined };
      },
    } as unknown as Broker;
    const flow = {
      name: 'shop',
      batch: 500,
      retry: { attempts: 3, firstMs: 1, maxMs: 1 },
      write: { codec: { writer: () => ({ begin: () => '', write: String, end: () => '' }) } },
      run: (events: Envelope[]) => ({
        records: events.filter(({ id }) => id === 'good').map(({ id }) => ({ id })),
        parked: events
          .filter(({ id }) => id === 'bad')
          .map((value) => ({ faults: [{ code: 'RECORD_INVALID', message: 'no' }], value })),
        filtered: 0,
      }),
    } as unknown as SubscriptionFlow;
    const sink = {
      send: async (outgoing: unknown) => {
        sent.push(outgoing);
      },
      close: async () => undefined,
    } as Sink;
    const deliver = new Deliver({ broker, runtime: systemRuntime() }, flow, sink);
    await deliver.start();
    await until('both to be settled', () => settled.length === 2);
    await deliver.stop();
    assert.equal(sent.length, 1);
    assert.equal(settled[0], 'good done');
    assert.match(settled[1]!, /^bad dead: .*the steps refused the event bad: no/);
  });
});
