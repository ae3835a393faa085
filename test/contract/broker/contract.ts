import assert from 'node:assert/strict';
import { isStockbusError } from '../../../core/errors.ts';
import type { Broker, BrokerLook, BrokerMessage, DeadDelivery } from '../../../core/ports.ts';
import type { Backend, Capability, Place } from './backends.ts';
import { Child } from './childProcess.ts';
import { Inbox, textOf } from './inbox.ts';

/** What each case gets: queues of its own, in a place that all cases of a backend share. */
export interface Bench {
  backend: Backend;
  place: Place;
  broker: Broker;
  queue: string;
  other: string;
  /** Closes the broker and opens another in the same place. */
  reopen(): Promise<Broker>;
  /** Opens one more, which is closed at the end. */
  another(): Promise<Broker>;
  /** As somebody does who opens none. */
  look(queues: readonly string[]): Promise<BrokerLook>;
}

export const message = (id: string, queue: string, body = `body of ${id}`): BrokerMessage => ({
  id,
  to: { queue },
  body: Buffer.from(body),
  contentType: 'text/plain',
});

const about = (id: string, topic: string): BrokerMessage => ({ ...message(id, ''), to: { topic } });
const numbered = (count: number, queue: string): BrokerMessage[] =>
  Array.from({ length: count }, (_, number) => message(`m${number}`, queue));
const ids = (deliveries: readonly { id: string }[]): string[] => deliveries.map(({ id }) => id);
const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, number) => `m${from + number}`);

/** Every promise of `Broker` that a user could notice broken. */
export const cases: Record<string, (bench: Bench) => Promise<void>> = {
  'delivers what was published, in order, with its body': async ({ broker, queue }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    await broker.publish(numbered(5, queue));
    const calls = [5, 6, 7].map((number) => broker.publish([message(`m${number}`, queue)]));
    await Promise.all(calls);
    const deliveries = await inbox.take(8);
    assert.deepEqual(ids(deliveries), range(0, 8));
    const first = deliveries[0]!;
    assert.equal(textOf(first), 'body of m0');
    assert.equal(first.contentType, 'text/plain');
    assert.equal(first.redeliveries, 0);
    for (const delivery of deliveries) delivery.ack();
  },

  'keeps what is published before anybody consumes': async ({ broker, queue, reopen }) => {
    await broker.publish(numbered(3, queue));
    const inbox = new Inbox();
    await (await reopen()).consume(queue, 10, inbox.handler);
    assert.deepEqual(ids(await inbox.take(3)), range(0, 3));
  },

  'gives a queue to one consumer at a time; when it closes, the next goes on where it was': async ({
    broker,
    queue,
  }) => {
    const [first, second] = [new Inbox(), new Inbox()];
    const active = await broker.consume(queue, 2, first.handler);
    await broker.consume(queue, 10, second.handler);
    await broker.publish(numbered(6, queue));
    const [done, inWork] = await first.take(2);
    done!.ack();
    const kept = await first.next();
    assert.equal(second.all.length, 0);
    const closing = active.close();
    inWork!.ack();
    await closing;
    // Nothing overtook what was in work, or in hand.
    const rest = await second.take(4);
    assert.deepEqual(ids(rest), ['m2', 'm3', 'm4', 'm5']);
    assert.equal(rest[0]!.redeliveries, 1);
    kept.ack();
    for (const delivery of rest) delivery.ack();
    await broker.publish([message('m6', queue)]);
    assert.equal((await second.next()).id, 'm6');
  },

  'gives a consumer no more than its prefetch': async ({ broker, queue, other }) => {
    const inbox = new Inbox();
    const marker = new Inbox();
    await broker.consume(queue, 3, inbox.handler);
    await broker.consume(other, 1, marker.handler);
    await broker.publish(numbered(10, queue));
    const [first] = await inbox.take(3);
    await passThrough(broker, other, marker);
    assert.equal(inbox.all.length, 3);
    first!.ack();
    assert.equal((await inbox.next()).id, 'm3');
    await passThrough(broker, other, marker);
    assert.equal(inbox.all.length, 4);
  },

  'never delivers again what was acknowledged': async ({ broker, queue, reopen }) => {
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 10, inbox.handler);
    await broker.publish(numbered(4, queue));
    for (const delivery of (await inbox.take(4)).slice(0, 3)) delivery.ack();
    await consumer.close();
    const again = new Inbox();
    const next = await reopen();
    await next.consume(queue, 10, again.handler);
    await next.publish([message('m4', queue)]);
    assert.deepEqual(ids(await again.take(2)), ['m3', 'm4']);
  },

  'delivers again, in order and counted, what was not settled': async ({
    broker,
    queue,
    reopen,
  }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    await broker.publish(numbered(4, queue));
    const held = await inbox.take(4);
    held[1]!.ack();
    const again = new Inbox();
    await (await reopen()).consume(queue, 10, again.handler);
    const deliveries = await again.take(3);
    assert.deepEqual(ids(deliveries), ['m0', 'm2', 'm3']);
    assert.deepEqual(
      deliveries.map(({ redeliveries }) => redeliveries),
      [1, 1, 1],
    );
  },

  'gives back at close what a consumer held, and ignores its late settlement': async ({
    broker,
    queue,
  }) => {
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('m0', queue)]);
    const held = await inbox.next();
    await consumer.close();
    await consumer.close();
    held.ack();
    await held.dead('too late');
    const again = new Inbox();
    await broker.consume(queue, 10, again.handler);
    const delivery = await again.next();
    assert.deepEqual([delivery.id, delivery.redeliveries], ['m0', 1]);
  },

  'waits at close for what is in work': async ({ broker, queue, reopen }) => {
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('m0', queue)]);
    const delivery = await inbox.next();
    const closing = consumer.close();
    setImmediate(() => delivery.ack());
    await closing;
    const again = new Inbox();
    const next = await reopen();
    await next.consume(queue, 10, again.handler);
    await next.publish([message('m1', queue)]);
    assert.equal((await again.next()).id, 'm1');
  },

  'gives back in their place, at once, what a consumer lets go': async ({ broker, queue }) => {
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 3, inbox.handler);
    await broker.publish(numbered(5, queue));
    const [first, second] = await inbox.take(3);
    second!.ack();
    const began = Date.now();
    await consumer.release();
    await consumer.release();
    await consumer.close();
    assert.ok(Date.now() - began < 5_000, 'nobody waits until it is settled');
    first!.ack();
    await first!.dead('too late');
    const again = new Inbox();
    await broker.consume(queue, 10, again.handler);
    const deliveries = await again.take(4);
    assert.deepEqual(ids(deliveries), ['m0', 'm2', 'm3', 'm4']);
    assert.deepEqual([deliveries[0]!.redeliveries, deliveries[1]!.redeliveries], [1, 1]);
  },

  'ends a close that waits by letting go': async ({ broker, queue }) => {
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('m0', queue)]);
    await inbox.next();
    const began = Date.now();
    const closing = consumer.close();
    await consumer.release();
    await closing;
    assert.ok(Date.now() - began < 5_000, 'nobody waits until it is settled');
    const again = new Inbox();
    await broker.consume(queue, 10, again.handler);
    assert.equal((await again.next()).id, 'm0');
  },

  'keeps dead letters with their reason': async ({ broker, queue, reopen }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('d0', queue), message('d1', queue)]);
    const [first, second] = await inbox.take(2);
    await first!.dead(`the endpoint is gone ${'x'.repeat(100_000)}`);
    second!.ack();
    const next = await reopen();
    for (let look = 0; look < 3; look += 1) {
      const letters = (await next.dead(1_000)).filter((letter) => letter.queue === queue);
      assert.equal(letters.length, 1);
      const letter = letters[0]!;
      assert.deepEqual([letter.id, textOf(letter)], ['d0', 'body of d0']);
      assert.match(letter.reason, /^the endpoint is gone x/);
      assert.ok(Math.abs(Date.parse(letter.deadAt) - Date.now()) < 60_000, letter.deadAt);
    }
    const again = new Inbox();
    await next.consume(queue, 10, again.handler);
    await next.publish([message('d2', queue)]);
    assert.equal((await again.next()).id, 'd2');
  },

  'gives out dead letters as they come, again until they are acknowledged': async ({
    broker,
    queue,
    reopen,
  }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    const early = await deadOf(broker, queue);
    await broker.publish([message('l0', queue), message('l1', queue)]);
    for (const delivery of await inbox.take(2)) await delivery.dead(`gone ${delivery.id}`);
    const [first, second] = [await early.next(), await early.next()];
    const facts = ({ id, reason, contentType }: DeadDelivery) => [id, reason, contentType];
    const seen = [first, second].sort((one, other) => (one.id < other.id ? -1 : 1));
    assert.deepEqual(seen.map(facts), [
      ['l0', 'gone l0', 'text/plain'],
      ['l1', 'gone l1', 'text/plain'],
    ]);
    assert.equal(Buffer.from(seen[0]!.body).toString(), 'body of l0');
    seen[0]!.ack();
    await early.consumer.close();
    const late = await deadOf(await reopen(), queue);
    const again = await late.next();
    assert.deepEqual([...facts(again), again.deadAt], [...facts(seen[1]!), seen[1]!.deadAt]);
    again.ack();
    await late.consumer.close();
  },

  'keeps a part of a message among the dead letters, and the rest as it was': async ({
    broker,
    queue,
  }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('d0', queue)]);
    const delivery = await inbox.next();
    await delivery.dead('refused for itself', { id: 'd0/1', body: Buffer.from('a part') });
    delivery.ack();
    const letters = (await broker.dead(1_000)).filter((letter) => letter.queue === queue);
    assert.deepEqual(
      letters.map((letter) => [letter.id, textOf(letter), letter.reason]),
      [['d0/1', 'a part', 'refused for itself']],
    );
  },

  'copies a topic to every queue that is subscribed': async ({ broker, queue, other }) => {
    const topics = [`${queue}.changed.v1`, `${queue}.rejected.v1`] as const;
    const subscriptions = [
      { topic: topics[0], queue },
      { topic: topics[1], queue },
      { topic: topics[0], queue: other },
    ];
    await broker.declare({ queues: [queue, other], subscriptions });
    const inboxes = [new Inbox(), new Inbox()];
    await broker.consume(queue, 10, inboxes[0]!.handler);
    await broker.consume(other, 10, inboxes[1]!.handler);
    await broker.publish([about('t0', topics[0]), about('t1', topics[1]), about('t2', topics[0])]);
    assert.deepEqual(ids(await inboxes[0]!.take(3)), ['t0', 't1', 't2']);
    assert.deepEqual(ids(await inboxes[1]!.take(2)), ['t0', 't2']);
  },

  'takes a topic without a subscriber': async ({ broker, queue }) => {
    await broker.publish([about('t0', `${queue}.nobody.v1`)]);
  },

  'refuses a message for a queue that does not exist': async ({ broker, queue }) => {
    const unknown = { code: 'BROKER_UNROUTABLE' };
    await assert.rejects(broker.publish([message('m0', `${queue}-unknown`)]), unknown);
    await assert.rejects(
      broker.consume(`${queue}-unknown`, 1, () => undefined),
      unknown,
    );
    await assert.rejects(broker.depth(`${queue}-unknown`), unknown);
    await broker.publish([message('m0', queue)]);
  },

  'declares twice what is the same': async ({ broker, queue, other, another }) => {
    const topology = { queues: [queue, other], subscriptions: [{ topic: queue, queue }] };
    await broker.declare(topology);
    await broker.declare(topology);
    await (await another()).declare(topology);
    await broker.publish([about('t0', queue)]);
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    await broker.publish([message('m0', queue)]);
    assert.deepEqual(ids(await inbox.take(2)), ['t0', 'm0']);
  },

  'says how many messages are ready': async ({ broker, queue, reopen }) => {
    await broker.publish(numbered(3, queue));
    assert.equal(await broker.depth(queue), 3);
    const next = await reopen();
    assert.equal(await next.depth(queue), 3);
    const inbox = new Inbox();
    await next.consume(queue, 2, inbox.handler);
    await inbox.take(2);
    assert.equal(await next.depth(queue), 1);
  },

  'says what waits, to whoever looks': async ({ broker, queue, other, look }) => {
    const inbox = new Inbox();
    await broker.publish(numbered(3, queue));
    await broker.consume(queue, 1, inbox.handler);
    await inbox.next();
    for (const seen of [await broker.look([queue, other]), await look([queue, other])]) {
      const found = seen.queues.filter((one) => [queue, other].includes(one.queue));
      const ready = Object.fromEntries(found.map((one) => [one.queue, one.ready]));
      assert.deepEqual(ready, { [queue]: 2, [other]: 0 });
      for (const { waiting, oldest } of found.filter((one) => one.queue === queue)) {
        if (waiting !== undefined) assert.deepEqual([waiting, oldest], [3, 'm0']);
      }
    }
    const unknown = await broker.look([`${queue}-unknown`]);
    assert.ok(unknown.queues.every((one) => one.queue !== `${queue}-unknown`));
  },

  'counts dead letters, to whoever looks': async ({ broker, queue, look }) => {
    const { dead: before } = await broker.look([]);
    const inbox = new Inbox();
    await broker.consume(queue, 2, inbox.handler);
    await broker.publish(numbered(2, queue));
    for (const delivery of await inbox.take(2)) await delivery.dead('nobody wants it');
    assert.equal((await broker.look([])).dead, before + 2);
    assert.equal((await look([])).dead, before + 2);
  },

  'ends a subscription: what waits stays, and nothing more comes': async ({
    broker,
    queue,
    other,
    another,
  }) => {
    const topic = `about.${queue}`;
    const [gone, kept] = [queue, other].map((one) => ({ topic, queue: one }));
    await broker.declare({ queues: [], subscriptions: [gone!, kept!] });
    await broker.publish([about('m0', topic)]);
    const second = await another();
    await second.undeclare({ queues: [queue], subscriptions: [gone!] });
    await second.undeclare({ queues: [queue], subscriptions: [gone!] });
    await broker.publish([about('m1', topic)]);
    const inbox = new Inbox();
    await broker.consume(other, 10, inbox.handler);
    assert.deepEqual(ids(await inbox.take(2)), ['m0', 'm1']);
    assert.deepEqual([await broker.depth(queue), await second.depth(queue)], [1, 1]);
    await broker.declare({ queues: [queue], subscriptions: [gone!] });
    await broker.publish([about('m2', topic)]);
    assert.equal(await broker.depth(queue), 2);
  },

  'removes a queue that nobody consumes, with what waits in it only where that is said': async ({
    broker,
    queue,
    other,
    another,
  }) => {
    const topic = `about.${queue}`;
    await broker.declare({ queues: [queue], subscriptions: [{ topic, queue }] });
    const inbox = new Inbox();
    const consumer = await broker.consume(queue, 1, inbox.handler);
    await broker.publish(numbered(3, queue));
    (await inbox.next()).ack();
    const second = await another();
    for (const one of [broker, second]) {
      const refused = { code: 'BROKER_QUEUE_IN_USE' };
      await assert.rejects(one.remove(queue, { onlyEmpty: false }), refused);
    }
    await consumer.release();
    await assert.rejects(second.remove(queue, { onlyEmpty: true }), {
      code: 'BROKER_QUEUE_FILLED',
      message: /2 messages wait/,
    });
    assert.equal(await second.remove(queue, { onlyEmpty: false }), 2);
    assert.equal(await second.remove(queue, { onlyEmpty: true }), 0);
    await broker.publish([about('m3', topic), message('m4', other)]);
    assert.deepEqual(
      (await broker.look([queue])).queues.filter((one) => one.queue === queue),
      [],
    );
    await broker.declare({ queues: [queue], subscriptions: [] });
    await broker.publish([message('m5', queue)]);
    const again = new Inbox();
    await broker.consume(queue, 10, again.handler);
    assert.equal((await again.next()).id, 'm5');
    assert.equal(await second.remove(other, { onlyEmpty: false }), 1);
  },

  'carries 4 MB, and refuses what is larger than its bound': async ({ broker, queue }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    const body = Buffer.alloc(4 * 1024 * 1024, 'stock');
    await broker.publish([{ ...message('big', queue), body }]);
    assert.ok(body.equals((await inbox.next()).body));
    const tooLarge = { ...message('huge', queue), body: Buffer.alloc(20 * 1024 * 1024) };
    await assert.rejects(broker.publish([tooLarge]), { code: 'PAYLOAD_TOO_LARGE' });
  },

  'notices what another process publishes': async ({ broker, queue, another }) => {
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    const publisher = await another();
    for (let number = 0; number < 5; number += 1) {
      await publisher.publish([message(`a${number}`, queue)]);
      await broker.publish([message(`b${number}`, queue)]);
    }
    const expected = [0, 1, 2, 3, 4].flatMap((number) => [`a${number}`, `b${number}`]);
    assert.deepEqual(ids(await inbox.take(10)), expected);
  },

  'closes once and for all': async ({ broker, queue }) => {
    const publishing = broker.publish(numbered(50, queue));
    await Promise.all([broker.close(), broker.close(), publishing]);
    const closed = { code: 'BROKER_CLOSED' };
    await assert.rejects(broker.publish([message('m0', queue)]), closed);
    await assert.rejects(
      broker.consume(queue, 1, () => undefined),
      closed,
    );
    await assert.rejects(broker.ping(), closed);
  },

  'can be reached': ({ broker }) => broker.ping(),

  'loses nothing confirmed when the publisher is killed': async ({ broker, place, queue }) => {
    const child = new Child('publish', place.address, queue);
    await child.told('confirmed', 40);
    await child.kill();
    const confirmed = child.lines.map((line) => line.replace('confirmed ', ''));
    const inbox = new Inbox();
    await broker.consume(queue, 1_000, inbox.handler);
    const missing = new Set(confirmed);
    while (missing.size > 0) {
      const delivery = await inbox.next();
      assert.equal(textOf(delivery), `body of ${delivery.id.slice(1)}`);
      missing.delete(delivery.id);
      delivery.ack();
    }
  },

  'delivers again what a killed consumer held': async ({ broker, place, queue }) => {
    await broker.publish(numbered(5, queue));
    const child = new Child('hold', place.address, queue);
    await child.told('held', 3);
    await child.kill();
    const inbox = new Inbox();
    await broker.consume(queue, 10, inbox.handler);
    const deliveries = await inbox.take(5);
    assert.deepEqual(ids(deliveries), range(0, 5));
    assert.deepEqual(
      deliveries.map(({ redeliveries }) => redeliveries),
      [1, 1, 1, 0, 0],
    );
  },
};

/** What not every broker can. Where it is declared as lacking, its case must fail as declared. */
export const capabilities: Record<Capability, (bench: Bench) => Promise<void>> = {
  'a consumer waits while one of another process is active, and takes over when that dies': async ({
    broker,
    place,
    queue,
    other,
  }) => {
    const child = new Child('hold', place.address, queue);
    try {
      await broker.publish(numbered(5, queue));
      await child.told('held', 3);
      const [inbox, marker] = [new Inbox(), new Inbox()];
      await broker.consume(queue, 10, inbox.handler);
      await broker.consume(other, 1, marker.handler);
      await passThrough(broker, other, marker);
      assert.equal(inbox.all.length, 0);
      await child.kill();
      assert.deepEqual(ids(await inbox.take(5)), range(0, 5));
    } finally {
      await child.kill();
    }
  },
};

export const isCode = (error: unknown, code: string): boolean =>
  isStockbusError(error) ? error.code === code : (error as { code?: string })?.code === code;

/** When it comes back, whatever was to be delivered before it has been. */
async function passThrough(broker: Broker, queue: string, marker: Inbox): Promise<void> {
  await broker.publish([message('marker', queue)]);
  (await marker.next()).ack();
}

/** Of one queue: those of others that share the place are left to them. */
async function deadOf(broker: Broker, queue: string) {
  const waiting: DeadDelivery[] = [];
  let told = Promise.withResolvers<void>();
  const consumer = await broker.consumeDead(100, (letter) => {
    if (letter.queue !== queue) return;
    waiting.push(letter);
    told.resolve();
  });
  const next = async (): Promise<DeadDelivery> => {
    while (waiting.length === 0) {
      await told.promise;
      told = Promise.withResolvers<void>();
    }
    return waiting.shift()!;
  };
  return { consumer, next };
}
