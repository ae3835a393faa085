import assert from 'node:assert/strict';
import { Deliver } from '../../core/deliver.ts';
import { StockbusError } from '../../core/errors.ts';
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

  it('cuts a batch into calls of the size asked for, each under the same id at every attempt', async () => {
    const ids: string[] = [];
    let settled = 0;
    const events = ['a', 'b', 'c'].map((id) => ({ id, data: { id } }));
    const body = Buffer.from(JSON.stringify({ source: '/s', type: 't', events }));
    let give: ((one: Delivery) => void) | undefined;
    const broker = {
      consume: async (_queue: string, _prefetch: number, handler: (one: Delivery) => void) => {
        give = handler;
        return { close: async () => undefined };
      },
    } as unknown as Broker;
    const attempt = (number: number): Delivery =>
      ({
        id: 'm1',
        body,
        attempt: number,
        ack: () => {
          settled += 1;
        },
        retry: async () => {
          settled += 1;
          give?.(attempt(number + 1));
        },
      }) as unknown as Delivery;
    const flow = {
      name: 'shop',
      batch: 2,
      retry: { attempts: 3, firstMs: 1, maxMs: 1 },
      write: { codec: { writer: () => ({ begin: () => '', write: String, end: () => '' }) } },
      run: (all: Envelope[]) => ({
        records: all.map(({ id }) => ({ id })),
        parked: [],
        filtered: 0,
      }),
    } as unknown as SubscriptionFlow;
    const sink: Sink = {
      send: async ({ id }) => {
        ids.push(id);
        if (ids.length === 2) throw new StockbusError('WEBHOOK_FAILED', 'not now');
      },
      close: async () => undefined,
    };
    const deliver = new Deliver({ broker, runtime: systemRuntime() }, flow, sink);
    await deliver.start();
    give!(attempt(1));
    await until('the second attempt', () => settled === 2);
    await deliver.stop();
    assert.deepEqual(ids, ['msg_m1.1', 'msg_m1.2', 'msg_m1.1', 'msg_m1.2']);
  });
});
