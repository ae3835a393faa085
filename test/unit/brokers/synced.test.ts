import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../../core/brokers/embedded.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Broker } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';

const message = (id: string) => ({
  id,
  to: { queue: 'work' },
  body: Buffer.from(id),
  contentType: 'text/plain',
});

describe('embedded broker and the disk', () => {
  let folder: string;
  let broker: Broker;
  /** Of each sync that was asked for, what ends it. */
  let syncs: PromiseWithResolvers<void>[];
  let asked: PromiseWithResolvers<void>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-synced-'));
    syncs = [];
    asked = Promise.withResolvers();
    const sync = (): Promise<void> => {
      const one = Promise.withResolvers<void>();
      syncs.push(one);
      asked.resolve();
      asked = Promise.withResolvers();
      return one.promise;
    };
    broker = openEmbedded(folder, systemRuntime(), { sync });
    await broker.declare({ queues: ['work'], subscriptions: [] });
  });
  afterEach(async () => {
    for (const one of syncs) one.resolve();
    await broker.close();
    await rm(folder, { recursive: true });
  });

  it('hands out at once, and says that it is durable when it is synced: what waited shares the next', async () => {
    const arrived: string[] = [];
    const third = Promise.withResolvers<void>();
    await broker.consume('work', 10, ({ id, ack }) => {
      arrived.push(id);
      ack();
      if (id === 'c') third.resolve();
    });
    const durable: string[] = [];
    const publish = (id: string): Promise<void> =>
      broker.publish([message(id)]).then(() => void durable.push(id));
    const first = asked.promise;
    const a = publish('a');
    await first;
    const others = [publish('b'), publish('c')];
    await third.promise;
    assert.deepEqual([arrived, durable, syncs.length], [['a', 'b', 'c'], [], 1]);
    const second = asked.promise;
    syncs[0]!.resolve();
    await a;
    await second;
    assert.deepEqual(durable, ['a']);
    syncs[1]!.resolve();
    await Promise.all(others);
    assert.deepEqual([durable, syncs.length], [['a', 'b', 'c'], 2]);
  });

  it('refuses a message of which nobody knows whether it is durable, and takes the next', async () => {
    const first = asked.promise;
    const sent = broker.publish([message('a')]);
    await first;
    syncs[0]!.reject(new StockbusError('BROKER_DISK', 'the disk is gone'));
    await assert.rejects(sent, { code: 'BROKER_DISK' });
    const second = asked.promise;
    const again = broker.publish([message('a')]);
    await second;
    syncs[1]!.resolve();
    await again;
    await broker.ping();
  });
});
