import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../core/brokers/embedded.ts';
import type { Commit } from '../../core/commit.ts';
import { eventsOf } from '../../core/deliver/stockEvents.ts';
import { StockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { type StockChanged, textOfBody } from '../../core/message.ts';
import type { PackKey } from '../../core/pack.ts';
import type { Broker, BrokerMessage, CommitResult } from '../../core/ports.ts';
import { RecentTexts } from '../../core/relay/RecentTexts.ts';
import { Relay } from '../../core/relay.ts';
import { type Doc, day, LedgerRig } from '../ledgerRig.ts';
import { MemoryStore } from '../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const TOPIC = 'stock.changed.v1';
const QUEUE = 'deliver.shop';
const KEEP_MS = 600_000;

/** Lacks the packs of a SKU until somebody brings them back. */
class TornStore extends MemoryStore {
  isTorn = true;

  override packsByKey(keys: readonly PackKey[]) {
    return super.packsByKey(keys.filter(([sku]) => !this.isTorn || sku !== 'B'));
  }
}

describe('relay', () => {
  let folder: string;
  let time: SimulatedTime;
  let broker: Broker;
  let store: TornStore;
  let rig: LedgerRig;
  let relay: Relay;
  let logged: [event: string, fields: Record<string, unknown>][];
  let gauges: Map<string, number>;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-relay-'));
    time = new SimulatedTime();
    broker = openEmbedded(folder, simulatedRuntime(time), { sync: async () => undefined });
    store = new TornStore();
    rig = new LedgerRig({ store });
    logged = [];
    gauges = new Map();
  });

  afterEach(async () => {
    await relay.stop();
    await broker.close();
    assert.equal(time.pending, 0, 'a timer still stands');
    await rm(folder, { recursive: true });
  });

  /** Starts it over what was booked; gives the SKUs whose changes arrive, in their order. */
  async function start(publish?: Broker['publish']): Promise<string[]> {
    await broker.declare({ queues: [QUEUE], subscriptions: [{ topic: TOPIC, queue: QUEUE }] });
    const arrived: string[] = [];
    await broker.consume(QUEUE, 32, (delivery) => {
      const events = eventsOf(textOfBody(delivery.body));
      arrived.push(...events.map(({ data }) => (data as StockChanged).sku));
      delivery.ack();
    });
    const runtime = simulatedRuntime(time, {
      log: (_level, event, fields = {}) => logged.push([event, fields]),
      metrics: {
        count: () => undefined,
        observe: () => undefined,
        gauge: (name, value) => gauges.set(name, value),
      },
    });
    const to = publish ? Object.assign(Object.create(broker), { publish }) : broker;
    relay = new Relay({ broker: to, store, runtime, keepMs: KEEP_MS });
    relay.start();
    await time.advance(1_000);
    return arrived;
  }

  const told = (event: string) =>
    logged.flatMap(([one, fields]) => (one === event ? [fields] : []));

  async function receive(...skus: string[]): Promise<void> {
    for (const sku of skus) {
      const lines = [{ sku, location: 'W', quantity: '1', unitCost: '1' }];
      await rig.book('receive', { document: `R ${sku}`, at: day(1), lines });
    }
  }

  it('lets others pass what cannot be made of the store, tells it, and sends it once it can', async () => {
    await receive('A', 'B', 'C');
    const arrived = await start();
    assert.deepEqual(arrived, ['A', 'C']);
    assert.deepEqual(
      told('relay.held').map(({ code, topic, events }) => [code, topic, events]),
      [['STORE_CORRUPT', TOPIC, 1]],
    );
    assert.equal(gauges.get('stockbus_outbox_held_records'), 1);
    assert.equal((await store.outbox(10)).length, 1, 'it is kept');
    store.isTorn = false;
    await time.advance(limits.heldRecordsRetryMs);
    assert.deepEqual(arrived, ['A', 'C', 'B']);
    assert.equal(gauges.get('stockbus_outbox_held_records'), 0);
    assert.deepEqual(await store.outbox(10), []);
  });

  it('lets others pass what the broker refuses as too large', async () => {
    store.isTorn = false;
    await receive('A', 'B', 'C');
    const arrived = await start((messages: readonly BrokerMessage[]) => {
      const isLarge = messages.some(({ body }) => textOfBody(body).includes('"sku":"B"'));
      if (isLarge) return Promise.reject(new StockbusError('PAYLOAD_TOO_LARGE', 'too large'));
      return broker.publish(messages);
    });
    assert.deepEqual(arrived, ['A', 'C']);
    assert.deepEqual(
      told('relay.held').map(({ code }) => code),
      ['PAYLOAD_TOO_LARGE'],
    );
    assert.equal((await store.outbox(10)).length, 1, 'it is kept');
  });

  it('reads the packs of a message at once, and a pack of many messages once', async () => {
    store.isTorn = false;
    const line = (sku: string) => ({ sku, location: 'W', quantity: '1', unitCost: '1' });
    const many = Array.from({ length: 700 }, (_, index) => line(`S${index}`));
    await rig.book('receive', { document: 'R1', at: day(1), lines: many });
    const long = Array.from({ length: 1_200 }, () => line('L'));
    await rig.book('receive', { document: 'R2', at: day(1), lines: long });
    const asked: number[] = [];
    const { packsByKey } = store;
    store.packsByKey = (keys) => {
      asked.push(keys.length);
      return packsByKey.call(store, keys);
    };
    const arrived = await start();
    assert.deepEqual(asked, [500, 200, 1]);
    assert.equal(arrived.length, 1_900);
  });

  it('waits with all of them while the broker as a whole refuses', async () => {
    store.isTorn = false;
    await receive('A', 'B');
    let isAway = true;
    const arrived = await start((messages: readonly BrokerMessage[]) => {
      if (isAway) return Promise.reject(new StockbusError('BROKER_TOPOLOGY_CONFLICT', 'no'));
      return broker.publish(messages);
    });
    assert.deepEqual([arrived, told('relay.held')], [[], []]);
    isAway = false;
    await time.advance(limits.reconnectMaxMs);
    assert.deepEqual(arrived, ['A', 'B']);
  });

  it('sends the next while what was sent is taken off, each once', async () => {
    store.isTorn = false;
    await receive('A');
    const { published } = store;
    const gates: PromiseWithResolvers<void>[] = [];
    store.published = async (ids, at) => {
      gates.push(Promise.withResolvers<void>());
      await gates.at(-1)!.promise;
      return published.call(store, ids, at);
    };
    const arrived = await start();
    await receive('B', 'C');
    relay.wake();
    await time.advance(limits.outboxPollMs);
    assert.deepEqual([arrived, gates.length], [['A', 'B', 'C'], 1]);
    gates[0]!.resolve();
    await time.advance(limits.outboxPollMs);
    assert.equal(gates.length, 2, 'what was sent meanwhile is taken off together');
    gates[1]!.resolve();
    await time.advance(limits.outboxPollMs);
    assert.deepEqual([arrived, await store.outbox(10)], [['A', 'B', 'C'], []]);
    assert.deepEqual(await store.eventGroups(), [{ group: '00', first: 1, last: 3 }]);
  });

  it('takes off again what could not be taken off, and does not send it again', async () => {
    store.isTorn = false;
    await receive('A');
    const { published } = store;
    store.published = () => Promise.reject(new StockbusError('STORE_DISK', 'full'));
    const arrived = await start();
    assert.deepEqual(told('relay.waits')[0], { code: 'STORE_DISK', message: 'full' });
    assert.equal((await store.outbox(10)).length, 1, 'it is kept');
    store.published = published;
    await receive('B');
    relay.wake();
    await time.advance(limits.reconnectMaxMs);
    assert.deepEqual([arrived, await store.outbox(10)], [['A', 'B'], []]);
  });

  it('numbers what went out, and keeps it for the time that is asked for', async () => {
    store.isTorn = false;
    await receive('A', 'B');
    await start();
    assert.deepEqual(await store.eventGroups(), [{ group: '00', first: 1, last: 2 }]);
    await time.advance(KEEP_MS / 2);
    await receive('C');
    relay.wake();
    await time.advance(KEEP_MS / 2 - limits.eventsSweepMs);
    assert.deepEqual(await store.eventGroups(), [{ group: '00', first: 1, last: 3 }]);
    await time.advance(2 * limits.eventsSweepMs);
    assert.deepEqual(await store.eventGroups(), [{ group: '00', first: 3, last: 3 }]);
  });

  it('goes on although the store forgets nothing, and forgets later', async () => {
    store.isTorn = false;
    await receive('A', 'B');
    const { forgetEvents } = store;
    store.forgetEvents = () => Promise.reject(new StockbusError('STORE_DISK', 'full'));
    const arrived = await start();
    await time.advance(2 * KEEP_MS);
    await receive('C');
    relay.wake();
    await time.advance(limits.eventsSweepMs);
    assert.deepEqual(arrived, ['A', 'B', 'C']);
    assert.deepEqual(told('relay.keeps_events')[0], { code: 'STORE_DISK', message: 'full' });
    store.forgetEvents = forgetEvents;
    await time.advance(limits.eventsSweepMs);
    assert.deepEqual(await store.eventGroups(), [{ group: '00', first: 3, last: 3 }]);
  });
});

describe('texts of what was just committed', () => {
  const receive = (document: string, sku = 'A'): Doc => {
    const lines = [{ sku, location: 'W', quantity: '1', unitCost: '1' }];
    return ['receive', { document, at: day(1), lines }];
  };

  /** Refuses commits as long as it is told to. */
  class MovedStore extends MemoryStore {
    conflicts = 0;

    override async commit(commit: Commit): Promise<CommitResult> {
      if (this.conflicts === 0) return super.commit(commit);
      this.conflicts -= 1;
      return { outcome: 'conflict' };
    }
  }

  it('are those of commits, and not of what came to none', async () => {
    const store = new MovedStore();
    const rig = new LedgerRig({ store });
    const kept: string[] = [];
    class Watched extends RecentTexts {
      override keep(id: string, text: string): void {
        kept.push(id);
        super.keep(id, text);
      }
    }
    Object.assign(rig.parts, { recent: new Watched(1_000_000) });
    store.conflicts = 3;
    await rig.book(...receive('R1'));
    assert.deepEqual(
      kept,
      (await store.outbox(10)).map(({ id }) => id),
    );
  });

  it('make room for later ones, though nobody fetches them', () => {
    const recent = new RecentTexts(10);
    for (const id of ['a', 'b', 'c']) recent.keep(id, id.repeat(5));
    assert.deepEqual(
      [recent.get('a'), recent.get('b'), recent.get('c')],
      [undefined, 'bbbbb', 'ccccc'],
    );
    recent.keep('d', 'far too long for it');
    assert.deepEqual([recent.get('c'), recent.get('d')], ['ccccc', undefined]);
    recent.keep('c', 'other');
    recent.keep('e', 'eeeee');
    assert.deepEqual([recent.get('c'), recent.get('e')], ['other', 'eeeee']);
  });
});
