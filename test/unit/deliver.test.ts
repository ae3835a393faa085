import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../core/brokers/embedded.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { Deliver } from '../../core/deliver.ts';
import { StockbusError } from '../../core/errors.ts';
import type { SubscriptionFlow } from '../../core/flow/compiledFlow.ts';
import type { Broker, Outgoing, Sink } from '../../core/ports.ts';
import type { Log } from '../../core/runtime.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';
import { load } from './flow/hubFolder.ts';

const TOPIC = 'stock.changed.v1';

/** A subscriber that takes what it is sent, or refuses the calls that a test names. */
class Recorder implements Sink {
  readonly calls: { id: string; skus: string[] }[] = [];
  /** Numbers of the calls that fail, from 1. */
  readonly failing = new Set<number>();

  async send({ id, body }: Outgoing): Promise<void> {
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString('utf8');
    const isList = text.startsWith('[');
    const rows = JSON.parse(isList ? text : `[${text.trim().replaceAll('\n', ',')}]`) as {
      sku: string;
    }[];
    this.calls.push({ id, skus: rows.map(({ sku }) => sku) });
    if (this.failing.has(this.calls.length)) {
      throw new StockbusError('WEBHOOK_FAILED', `call ${this.calls.length} is refused`);
    }
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

describe('deliver', () => {
  let folder: string;
  let time: SimulatedTime;
  let broker: Broker;
  let sink: Recorder;
  let flow: SubscriptionFlow;
  let format: number;
  /** Of the events that are published. */
  let eventTime: string;
  let deliver: Deliver;
  /** What it said of what has expired. */
  let told: object[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-deliver-'));
    time = new SimulatedTime();
    broker = openEmbedded(folder, simulatedRuntime(time), { sync: async () => undefined });
    sink = new Recorder();
    format = 1;
    told = [];
    eventTime = new Date(time.now()).toISOString();
  });

  afterEach(async () => {
    await deliver.stop();
    await broker.close();
    assert.equal(time.pending, 0, 'a timer still stands');
    await rm(folder, { recursive: true });
  });

  async function start(yaml: string, write = 'json'): Promise<void> {
    const text = `flow: shop\nfrom: ${TOPIC}\n${yaml}\nwrite: ${write}\nto: { folder: outbox }\n`;
    const { flows } = await load({ 'flows/shop.yaml': text });
    flow = flows[0] as SubscriptionFlow;
    const queue = sinkQueue(flow.name);
    await broker.declare({ queues: [queue], subscriptions: [{ topic: TOPIC, queue }] });
    const log: Log = (_level, event, fields = {}) => {
      if (event === 'deliver.expired') told.push(fields);
    };
    const runtime = simulatedRuntime(time, { log });
    deliver = new Deliver({ broker, runtime }, flow.sinks[0]!, sink);
    await deliver.start();
  }

  /** One batch of events; resolves once it has been handed out and what it set off is done. */
  async function publish(id: string, ...skus: string[]): Promise<void> {
    const events = skus.map((sku) => ({ id: sku, data: { sku } }));
    const batch = { v: format, source: '/stock', type: TOPIC, time: eventTime, events };
    const body = Buffer.from(JSON.stringify(batch));
    const published = broker.publish([
      { id, to: { topic: TOPIC }, body, contentType: 'application/json' },
    ]);
    await time.advance(20);
    await published;
    await time.advance(20);
  }

  const left = (): Promise<number> => broker.depth(sinkQueue(flow.name));

  it('dead-letters the batch of an event that the steps refuse, after the others went out', async () => {
    await start(
      'steps: [{ validate: [{ rule: sku != "BAD", message: not for the shop }] }, { map: { sku: sku } }]',
    );
    await publish('m1', 'GOOD');
    await publish('m2', 'BAD', 'BESIDE');
    assert.deepEqual(
      sink.calls.map(({ skus }) => skus),
      [['GOOD'], ['BESIDE']],
    );
    const dead = await broker.dead(10);
    assert.deepEqual(
      dead.map(({ id }) => id),
      ['m2'],
    );
    assert.match(dead[0]!.reason, /the steps refused the event BAD: not for the shop/);
    assert.equal(await left(), 0);
  });

  it('cuts a batch into calls of the size asked for, each under the same id at every attempt', async () => {
    sink.failing.add(2);
    await start('batch: 2\nretry: { first: 10s }\nsteps: [{ map: { sku: sku } }]');
    await publish('m1', 'A', 'B', 'C');
    assert.equal(sink.calls.length, 2, 'it waits before it tries again');
    await time.advance(10_000);
    assert.deepEqual(sink.calls, [
      { id: 'msg_m1.1', skus: ['A', 'B'] },
      { id: 'msg_m1.2', skus: ['C'] },
      { id: 'msg_m1.2', skus: ['C'] },
    ]);
    assert.equal(await left(), 0);
    assert.deepEqual(await broker.dead(10), []);
  });

  it('cuts and joins what no step looks at in the same way, in lines', async () => {
    const lines = '{ json: { format: lines } }';
    await start('batch: 2', lines);
    await publish('m1', 'A', 'B', 'C');
    await deliver.stop();
    await start('batch: 1000', lines);
    const both = [publish('m2', 'D', 'E'), publish('m3', 'F')];
    await Promise.all(both);
    assert.deepEqual(
      sink.calls.map(({ skus }) => skus),
      [['A', 'B'], ['C'], ['D', 'E', 'F']],
    );
    assert.equal(await left(), 0);
  });

  it('keeps a batch of a version that it does not know among the dead letters, unread', async () => {
    await start('steps: [{ map: { sku: sku } }]');
    format = 2;
    await publish('m1', 'A');
    format = 1;
    await publish('m2', 'B');
    assert.deepEqual(sink.calls, [{ id: 'msg_m2', skus: ['B'] }]);
    const [letter] = await broker.dead(10);
    assert.match(letter!.reason, /^FORMAT_UNKNOWN .*the batch is of version 2/);
  });

  it('gives up after the attempts of the flow, each later than the one before, and keeps the batch', async () => {
    for (const call of [1, 2, 3]) sink.failing.add(call);
    await start('retry: { attempts: 3, first: 10s, max: 60s }\nsteps: [{ map: { sku: sku } }]');
    await publish('m1', 'A');
    const calls = [sink.calls.length];
    for (const waitMs of [4_000, 6_000, 8_000, 12_000]) {
      await time.advance(waitMs);
      calls.push(sink.calls.length);
    }
    assert.deepEqual(calls, [1, 1, 2, 2, 3]);
    const [letter] = await broker.dead(10);
    assert.match(letter!.reason, /WEBHOOK_FAILED .*call 3 is refused/);
  });

  const skus = (count: number): string[] => Array.from({ length: count }, (_, at) => `S${at}`);
  const counts = () => sink.calls.map((call) => call.skus.length);

  it('sends no more in any span than its pace allows, a batch at a time', async () => {
    await start('throttle: { records: 100, per: 1m }');
    await publish('m1', ...skus(250));
    await publish('m2', ...skus(60));
    assert.deepEqual(counts(), [100]);
    await time.advance(60_000);
    assert.deepEqual(counts(), [100, 100]);
    await time.advance(60_000);
    assert.deepEqual(counts(), [100, 100, 50]);
    await time.advance(60_000);
    assert.deepEqual(counts(), [100, 100, 50, 60]);
    assert.deepEqual(
      sink.calls.map(({ id }) => id),
      ['msg_m1.1', 'msg_m1.2', 'msg_m1.3', 'msg_m2'],
    );
    assert.equal(await left(), 0);
  });

  it('leaves in its queue what has to wait for long, and takes it in time', async () => {
    await start('throttle: { records: 500, per: 10m }');
    await publish('m1', ...skus(300));
    await publish('m2', ...skus(300));
    await publish('m3', ...skus(10));
    await time.advance(15_000);
    assert.deepEqual(counts(), [300]);
    assert.equal(await left(), 2, 'nothing is held');
    await time.advance(600_000);
    assert.deepEqual(counts(), [300, 300, 10]);
    assert.equal(await left(), 0);
  });

  it('that waits for its pace is stopped at once, and loses nothing', async () => {
    await start('throttle: { records: 100, per: 1m }');
    await publish('m1', ...skus(150));
    const stopped = deliver.stop();
    await time.advance(10_000);
    await stopped;
    assert.deepEqual(counts(), [100]);
    assert.equal(await left(), 1);
  });

  it('sends nothing that has expired, and says how much that was', async () => {
    await start('expire: 1h');
    eventTime = new Date(time.now() - 3_600_001).toISOString();
    await publish('m1', 'OLD', 'OLDER');
    eventTime = new Date(time.now() - 3_500_000).toISOString();
    await publish('m2', 'NEW');
    assert.deepEqual(sink.calls, [{ id: 'msg_m2', skus: ['NEW'] }]);
    assert.deepEqual(await broker.dead(10), []);
    assert.equal(await left(), 0);
    assert.deepEqual(told, [{ flow: 'shop', records: 2 }]);
  });
});
