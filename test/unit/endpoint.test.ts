import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../core/brokers/embedded.ts';
import { type EndpointState, endpointFacts } from '../../core/deliver/endpointRow.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { Deliver } from '../../core/deliver.ts';
import { type Code, StockbusError } from '../../core/errors.ts';
import type { SubscriptionFlow } from '../../core/flow/compiledFlow.ts';
import type { Broker, Consumer, Delivery, Outgoing, Sink } from '../../core/ports.ts';
import { MemoryControl } from '../property/MemoryControl.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';
import { load } from './flow/hubFolder.ts';

const TOPIC = 'stock.changed.v1';

/** A subscriber that may take nothing, and takes its time. */
class Subscriber implements Sink {
  readonly atOnce: number;
  readonly taken: string[] = [];
  /** What it answers; left out: it takes. */
  answer: { code: Code; retryAfterMs?: number } | undefined;
  attempts = 0;
  /** SKUs of which it wants to know nothing. */
  readonly refused = new Set<string>();
  /** Of more events a call is too large. */
  mostEvents = Infinity;
  tookMs = 0;
  /** SKUs of calls on their way, and how many there were at most. */
  readonly inFlight: string[] = [];
  mostInFlight = 0;
  readonly #time: SimulatedTime;

  constructor(time: SimulatedTime, atOnce = 1) {
    this.#time = time;
    this.atOnce = atOnce;
  }

  async send({ body }: Outgoing): Promise<void> {
    this.attempts += 1;
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString('utf8');
    const skus = [...text.matchAll(/"sku":"([^"]*)"/g)].map(([, sku]) => sku!);
    const events = [...text.matchAll(/"n":(\d+)/g)].map(([, n], at) => `${skus[at]} ${n}`);
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight.length + skus.length);
    for (const sku of skus) ok(!this.inFlight.includes(sku), `two calls about ${sku} at once`);
    this.inFlight.push(...skus);
    if (this.tookMs > 0) await this.#time.sleep(this.tookMs);
    this.inFlight.splice(
      0,
      this.inFlight.length,
      ...this.inFlight.filter((s) => !skus.includes(s)),
    );
    const { answer } = this;
    if (skus.length > this.mostEvents) {
      throw new StockbusError('PAYLOAD_TOO_LARGE', 'a call is too large');
    }
    if (answer?.code !== 'WEBHOOK_FAILED' && skus.some((sku) => this.refused.has(sku))) {
      throw new StockbusError('WEBHOOK_REFUSED', 'it does not want that');
    }
    if (!answer) this.taken.push(...events);
    else throw new StockbusError(answer.code, 'it takes nothing', undefined, answer);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }
}

describe('an endpoint', () => {
  let folder: string;
  let time: SimulatedTime;
  let broker: Broker;
  let store: MemoryControl;
  let sink: Subscriber;
  let deliver: Deliver;
  let told: string[];
  let number: number;
  let consumed: number;
  /** Dead letters that the broker does not take. */
  let unburied: number;
  /** How long the broker takes to take back what it gave. */
  let releaseMs: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-endpoint-'));
    time = new SimulatedTime();
    // No other process publishes: nobody need look, for days.
    const runtime = { ...simulatedRuntime(time), every: () => ({ stop: () => undefined }) };
    broker = openEmbedded(folder, runtime, { sync: async () => undefined });
    store = new MemoryControl();
    store.serverNow = () => time.now();
    sink = new Subscriber(time);
    told = [];
    number = 0;
    consumed = 0;
    unburied = 0;
    releaseMs = 0;
  });

  afterEach(async () => {
    await deliver.stop();
    await broker.close();
    equal(time.pending, 0, 'a timer still stands');
    await rm(folder, { recursive: true });
  });

  async function start(yaml = ''): Promise<void> {
    deliver = await another(yaml);
  }

  async function flowOf(yaml: string): Promise<SubscriptionFlow> {
    const text = `flow: shop\nfrom: ${TOPIC}\n${yaml}\nwrite: { json: { format: lines } }\nto: { folder: outbox }\n`;
    const { flows } = await load({ 'flows/shop.yaml': text });
    return flows[0] as SubscriptionFlow;
  }

  /** As a process has it. */
  async function another(yaml: string): Promise<Deliver> {
    const flow = await flowOf(yaml);
    const queue = sinkQueue(flow.name);
    await broker.declare({ queues: [queue], subscriptions: [{ topic: TOPIC, queue }] });
    const runtime = simulatedRuntime(time, {
      log: (_level, event) => void (event.startsWith('endpoint.') && told.push(event)),
    });
    const consume: Broker['consume'] = async (queue, prefetch, handler) => {
      consumed += 1;
      const consumer = await broker.consume(queue, prefetch, (delivery) => {
        const dead: Delivery['dead'] = async (...what) => {
          if (unburied === 0) return delivery.dead(...what);
          unburied -= 1;
          throw new StockbusError('BROKER_FULL', 'no room for a dead letter');
        };
        handler({ ...delivery, dead });
      });
      const release = async () => {
        if (releaseMs > 0) await time.sleep(releaseMs);
        await consumer.release();
      };
      return { close: () => consumer.close(), release };
    };
    const counted = { consume } as Broker;
    const made = new Deliver({ broker: counted, runtime, store }, flow.sinks[0]!, sink);
    await made.start();
    return made;
  }

  /** One event of each SKU, numbered. */
  async function publish(...skus: string[]): Promise<void> {
    const events = skus.map((sku) => {
      number += 1;
      return { id: `${sku}${number}`, data: { sku, n: number } };
    });
    const batch = { v: 1, source: '/stock', type: TOPIC, time: '2026-03-01T00:00:00Z', events };
    const body = Buffer.from(JSON.stringify(batch));
    const published = broker.publish([
      { id: `m${number}`, to: { topic: TOPIC }, body, contentType: 'application/json' },
    ]);
    await time.advance(10);
    await published;
    await time.advance(10);
  }

  const all = (sku: string) => Array.from({ length: number }, (_, at) => `${sku} ${at + 1}`);
  const kept = async () => {
    const [row] = await store.control('endpoint', ['shop']);
    return row && endpointFacts(row);
  };
  /** As a person does, from another process. */
  async function set(state: EndpointState, more: object = {}): Promise<void> {
    const [row] = await store.control('endpoint', ['shop']);
    const since = new Date(time.now()).toISOString();
    const body = JSON.stringify({ v: 1, attempts: 0 });
    const change = { kind: 'endpoint', id: 'shop', expected: row?.version ?? '' };
    const written = { state, since, words: [], body, ...more };
    equal(
      await store.changeControl(`by hand ${time.now()}`, [{ ...change, row: written }]),
      'done',
    );
  }

  it('that was down for five minutes gets all in order, some seconds after it is back, and few attempts meanwhile', async () => {
    await start();
    await publish('A');
    sink.answer = { code: 'WEBHOOK_UNREACHABLE' };
    for (let second = 0; second < 300; second += 1) {
      await publish('A');
      await time.advance(980);
    }
    ok(sink.attempts < 60, `${sink.attempts} attempts`);
    equal((await kept())?.state, 'backing-off');
    sink.answer = undefined;
    const backMs = time.monotonic();
    while (sink.taken.length < number) await time.advance(100);
    ok(time.monotonic() - backMs < 20_000, `all there after ${time.monotonic() - backMs} ms`);
    deepEqual(sink.taken, all('A'));
    deepEqual(told, ['endpoint.backing_off', 'endpoint.recovered']);
    equal(deliver.waitsFor, undefined);
    deepEqual(await broker.dead(10), []);
  });

  it('that is down for days is asked by what is in memory: nothing is taken from its queue again and again', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_FAILED' };
    for (let one = 0; one < 5; one += 1) await publish('A');
    await time.advance(3 * 86_400_000);
    equal(consumed, 1);
    ok(sink.attempts < 600, `${sink.attempts} attempts`);
    sink.answer = undefined;
    await time.advance(900_000);
    deepEqual(sink.taken, all('A'));
    deepEqual(await broker.dead(10), []);
  });

  it('is paused when it has failed for as long as its flow allows, and loses nothing', async () => {
    await start('retry: { for: 1h }');
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await publish('A');
    await publish('A');
    await time.advance(2 * 3_600_000);
    const { state, paused } = (await kept())!;
    deepEqual([state, paused!.by], ['paused', 'stockbus']);
    const { attempts } = sink;
    await time.advance(86_400_000);
    deepEqual([sink.attempts, await broker.dead(10)], [attempts, []]);
    sink.answer = undefined;
    await set('active');
    await time.advance(10_000);
    deepEqual(sink.taken, all('A'));
  });

  it('that says it is gone is paused at once; one that is asked for once more tells whether it is back', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_GONE' };
    await publish('A');
    await publish('A');
    equal((await kept())!.state, 'paused');
    await time.advance(86_400_000);
    equal(sink.attempts, 1);
    const now = () => ({ dueAt: new Date(time.now()).toISOString() });
    const asked = { body: JSON.stringify({ v: 1, attempts: 1, isAsked: true }) };
    await set('paused', { ...now(), ...asked });
    await time.advance(10_000);
    deepEqual([sink.attempts, (await kept())!.state], [2, 'paused']);
    sink.answer = undefined;
    await set('paused', { ...now(), ...asked });
    await time.advance(10_000);
    deepEqual([sink.taken, (await kept())!.state], [all('A'), 'active']);
    deepEqual(told, ['endpoint.paused', 'endpoint.recovered']);
  });

  it('is paused by a person from another process, and resumed', async () => {
    await start();
    await publish('A');
    await set('paused');
    await time.advance(3_000);
    await publish('A');
    await time.advance(60_000);
    deepEqual(sink.taken, ['A 1']);
    await set('active');
    await time.advance(3_000);
    deepEqual(sink.taken, all('A'));
  });

  it('is resumed though what it holds is just given back because it was paused', async () => {
    await start('retry: { first: 1m }');
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await publish('A');
    sink.answer = undefined;
    releaseMs = 5_000;
    const [row] = await store.control('endpoint', ['shop']);
    await set('paused', { body: row!.body });
    await time.advance(3_000);
    await set('active', { body: row!.body });
    await time.advance(30_000);
    releaseMs = 0;
    deepEqual(sink.taken, all('A'));
  });

  it('waits on with the same wait after a restart, whatever the clock of the machine says', async () => {
    await start('retry: { first: 10m, max: 10m }');
    sink.answer = { code: 'WEBHOOK_FAILED', retryAfterMs: 900_000 };
    await publish('A');
    await publish('A');
    const { nextProbe } = (await kept())!;
    equal(Date.parse(nextProbe!) - time.now() > 890_000, true);
    await deliver.stop();
    sink.answer = undefined;
    await start('retry: { first: 10m, max: 10m }');
    await time.advance(890_000);
    equal(sink.attempts, 1);
    await time.advance(60_000);
    deepEqual(sink.taken, all('A'));
    deepEqual(told, ['endpoint.backing_off', 'endpoint.waits', 'endpoint.recovered']);
  });

  it('waits no longer because a clock was set', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await publish('A');
    await deliver.stop();
    sink.answer = undefined;
    // The row says that it is asked in a day, as if it had been written by a clock a day ahead.
    const at = new Date(time.now() + 86_400_000);
    const lastAnswer = { at: at.toISOString(), code: 'WEBHOOK_FAILED', message: '' };
    await set('backing-off', {
      dueAt: new Date(at.getTime() + 5_000).toISOString(),
      body: JSON.stringify({ v: 1, attempts: 1, lastAnswer }),
    });
    await start();
    await time.advance(10_000);
    deepEqual(sink.taken, all('A'));
  });

  const deadOnes = async () =>
    (await broker.dead(50)).map(({ id, body }) => [
      id,
      ...[
        ...Buffer.from(body)
          .toString()
          .matchAll(/"sku":"([^"]*)"/g),
      ].map(([, sku]) => sku),
    ]);

  it('that refuses some events gets all others; those are dead alone', async () => {
    await start();
    for (const sku of ['C', 'F', 'Z']) sink.refused.add(sku);
    await publish(...'ABCDEFGH');
    await publish('Z');
    await publish('A');
    await time.advance(5_000);
    deepEqual(sink.taken, ['A 1', 'B 2', 'D 4', 'E 5', 'G 7', 'H 8', 'A 10']);
    deepEqual(await deadOnes(), [
      ['m8/3', 'C'],
      ['m8/6', 'F'],
      ['m9/1', 'Z'],
    ]);
    equal((await kept())!.state, 'active');
  });

  it('that refuses all is left alone, and nothing of it is dead', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_REFUSED' };
    await publish(...'ABCDEFGHIJKLMNOPQRST');
    await publish('A');
    await time.advance(3_600_000);
    deepEqual([(await kept())!.state, await deadOnes()], ['backing-off', []]);
    sink.answer = undefined;
    await time.advance(300_000);
    equal(sink.taken.length, 21);
    deepEqual(await deadOnes(), []);
  });

  it('is sent several calls at once, those about one SKU one after another', async () => {
    sink = new Subscriber(time, 4);
    sink.tookMs = 20;
    await start('batch: 1');
    const began = time.monotonic();
    await publish(...'ABCDABCDABCDABCD');
    while (sink.taken.length < 16) await time.advance(1);
    equal(sink.mostInFlight, 4);
    ok(time.monotonic() - began < 150, `it took ${time.monotonic() - began} ms`);
    for (const sku of 'ABCD') {
      const numbers = sink.taken.filter((one) => one[0] === sku).map((one) => Number(one.slice(2)));
      deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    }
  });

  it('that fails in between is sent the rest once, in the order of each SKU', async () => {
    sink = new Subscriber(time, 4);
    sink.tookMs = 20;
    await start('batch: 1');
    const publishing = publish(...'ABCDEFABCDEFABCDEF');
    await time.advance(50);
    await publishing;
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await time.advance(30_000);
    sink.answer = undefined;
    await publish(...'ABC');
    while (sink.taken.length < 21) await time.advance(100);
    equal(new Set(sink.taken).size, 21);
    for (const sku of 'ABCDEF') {
      const numbers = sink.taken.filter((one) => one[0] === sku).map((one) => Number(one.slice(2)));
      deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
    }
  });

  /** Each once, and those of one SKU in their order. */
  function isEachInOrder(count: number): void {
    equal(sink.taken.length, count, String(sink.taken));
    equal(new Set(sink.taken).size, count, String(sink.taken));
    for (const [sku, some] of Map.groupBy(sink.taken, (one) => one[0]!)) {
      const numbers = some.map((one) => Number(one.slice(2)));
      deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
        `${sku} of ${sink.taken}`,
      );
    }
  }

  it('that fails batches which were joined gets them before what came after them', async () => {
    sink = new Subscriber(time, 4);
    sink.tookMs = 50;
    await start('batch: 1000');
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await Promise.all([publish('A'), publish('A', 'B')]);
    await publish('A');
    await time.advance(60);
    sink.answer = undefined;
    await time.advance(10_000);
    isEachInOrder(4);
  });

  it('that refuses an event of a batch which goes in several calls gets no other twice', async () => {
    sink = new Subscriber(time, 4);
    await start('batch: 1');
    sink.refused.add('C');
    await publish(...'ABCDEFGH');
    await time.advance(5_000);
    isEachInOrder(7);
    deepEqual(await deadOnes(), [['m8/3', 'C']]);
  });

  it('that was away for long and refuses one event then has one dead letter of it', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await publish(...'ABC');
    await publish('D');
    await time.advance(3_600_000);
    sink.answer = undefined;
    sink.refused.add('C');
    await time.advance(900_000);
    isEachInOrder(3);
    deepEqual(await deadOnes(), [['m3/3', 'C']]);
  });

  it('that takes no event of a batch which is too large as a whole loses none of it', async () => {
    await start();
    for (const sku of 'ABCDEFGHIJKLMNOPQRST') sink.refused.add(sku);
    sink.mostEvents = 1;
    await publish(...'ABCDEFGHIJKLMNOPQRST');
    await publish('Z');
    await time.advance(3_600_000);
    deepEqual([(await kept())!.state, await deadOnes()], ['backing-off', []]);
    sink.refused.clear();
    await time.advance(900_000);
    isEachInOrder(21);
  });

  it('that is sent nothing else has what it refuses for ten minutes among the dead letters, and is no longer left alone', async () => {
    await start();
    sink.refused.add('Z');
    await publish('Z');
    await time.advance(300_000);
    await deliver.stop();
    await start();
    await time.advance(240_000);
    deepEqual([(await kept())!.state, await deadOnes()], ['backing-off', []]);
    await time.advance(120_000);
    deepEqual([(await kept())!.state, await deadOnes()], ['active', [['m1/1', 'Z']]]);
    const { attempts } = sink;
    await publish('A');
    deepEqual([sink.attempts, sink.taken], [attempts + 1, ['A 2']]);
  });

  it('that is sent one event at first, and then others, and refuses all for an hour, has nothing dead', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_REFUSED' };
    await publish('A');
    await time.advance(420_000);
    for (let one = 0; one < 12; one += 1) await publish('A');
    await time.advance(3_600_000);
    deepEqual([(await kept())!.state, await deadOnes()], ['backing-off', []]);
    ok(consumed < 6, `${consumed} times was all of it given back and taken again`);
    sink.answer = undefined;
    await time.advance(900_000);
    isEachInOrder(13);
  });

  it('gets nothing before what came before it, though much of that is refused', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_FAILED' };
    for (const sku of 'XYZ') sink.refused.add(sku);
    await publish('Z');
    await publish('Y', 'A');
    await publish('A', 'X');
    await publish('A');
    sink.answer = undefined;
    await time.advance(60_000);
    isEachInOrder(3);
    deepEqual((await deadOnes()).map(([, sku]) => sku).sort(), ['X', 'Y', 'Z']);
  });

  it('is left alone for as long as it asked for, though what failed is dead', async () => {
    await start('retry: { attempts: 1 }');
    sink.answer = { code: 'WEBHOOK_FAILED', retryAfterMs: 60_000 };
    await publish('A');
    sink.answer = undefined;
    await publish('B');
    await time.advance(55_000);
    equal(sink.attempts, 1);
    await time.advance(10_000);
    deepEqual(sink.taken, ['B 2']);
  });

  it('is shown as it is though the store was away when it took something again', async () => {
    await start();
    sink.answer = { code: 'WEBHOOK_FAILED' };
    await publish('A');
    const { changeControl } = store;
    store.changeControl = () => Promise.reject(new StockbusError('STORE_UNREACHABLE', 'away'));
    sink.answer = undefined;
    await time.advance(5_000);
    deepEqual(sink.taken, ['A 1']);
    store.changeControl = changeControl;
    await time.advance(5_000);
    equal((await kept())!.state, 'active');
  });

  it('is asked by one of two processes, though it lets them wait for its answer', async () => {
    await start();
    const other = await another('');
    sink.answer = { code: 'WEBHOOK_UNREACHABLE' };
    sink.tookMs = 10_000;
    await publish('A');
    await time.advance(2 * 3_600_000);
    equal(sink.mostInFlight, 1);
    [sink.answer, sink.tookMs] = [undefined, 0];
    await publish('A');
    await time.advance(900_000);
    deepEqual(new Set(sink.taken), new Set(all('A')));
    await other.stop();
  });

  it('gets what comes after a dead letter that the broker did not take at first, which is there in the end', async () => {
    await start();
    sink.refused.add('Z');
    unburied = 3;
    await publish('Z', 'A');
    await publish('A');
    await time.advance(60_000);
    // The batch of the dead one was sent again, and what came after it was not sent before that.
    deepEqual(new Set(sink.taken), new Set(['A 2', 'A 3']));
    equal(sink.taken.at(-1), 'A 3');
    deepEqual(await deadOnes(), [['m2/1', 'Z']]);
    equal(await broker.depth(sinkQueue('shop')), 0);
  });

  it('is sent what comes at any moment after what came before it', async () => {
    const body = (n: number) =>
      Buffer.from(
        JSON.stringify({
          ...{ v: 1, source: '/stock', type: TOPIC, time: '2026-03-01T00:00:00Z' },
          events: [{ id: `A${n}`, data: { sku: 'A', n } }],
        }),
      );
    await start();
    const { sinks } = await flowOf('');
    for (let turns = 0; turns < 30; turns += 1) {
      sink.taken.length = 0;
      const consume = async (_: string, __: number, handler: (one: Delivery) => void) => {
        const give = (n: number, ack: () => void): void =>
          handler({
            ...{ id: `m${n}`, body: body(n), contentType: 'application/json', redeliveries: 0 },
            ...{ ack, dead: () => Promise.resolve() },
          });
        setImmediate(() =>
          give(1, () => {
            let later = Promise.resolve();
            for (let turn = 0; turn < turns; turn += 1) later = later.then(() => undefined);
            void later.then(() => give(2, () => undefined));
          }),
        );
        const end = () => Promise.resolve();
        return { close: end, release: end } satisfies Consumer;
      };
      const runtime = simulatedRuntime(time);
      const one = new Deliver({ broker: { consume } as Broker, runtime }, sinks[0]!, sink);
      await one.start();
      await time.advance(10);
      await time.advance(10);
      deepEqual(sink.taken, ['A 1', 'A 2'], `after ${turns} turns`);
      await one.stop();
    }
  });
});
