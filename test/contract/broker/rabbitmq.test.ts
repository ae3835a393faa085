import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { codes, StockbusError } from '../../../core/errors.ts';
import type { Broker, Delivery } from '../../../core/ports.ts';
import { findRabbitmq, rabbitmqctl, startRabbitmq, stopServer } from '../../../scripts/servers.ts';
import { describeWith, notRun } from '../../notRun.ts';
import { openAt, type Place, rabbitmqPlace } from './backends.ts';
import { message } from './contract.ts';
import { Inbox } from './inbox.ts';

const prefixOf = (place: Place): string => new URL(place.address).searchParams.get('prefix') ?? '';

describeWith(
  process.env.STOCKBUS_TEST_BROKER,
  'STOCKBUS_TEST_BROKER',
  'rabbitmq: what it says and survives',
  (server) => {
    let place: Place;
    let broker: Broker;
    let connection: ChannelModel;
    let channel: Channel;

    beforeEach(async () => {
      place = await rabbitmqPlace(server);
      broker = await place.open();
      connection = await connect(server);
      channel = await connection.createChannel();
    });
    afterEach(async () => {
      await broker.close();
      await connection.close();
      await place.remove(['work', 'old']);
    });

    it('names the queue that exists otherwise, and what to do; then goes on', async () => {
      const name = `${prefixOf(place)}old`;
      await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'classic' } });
      await assert.rejects(broker.declare({ queues: ['old'], subscriptions: [] }), (error) => {
        assert.ok(error instanceof StockbusError);
        assert.equal(error.code, 'BROKER_TOPOLOGY_CONFLICT');
        assert.match(error.message, /^queue '.*old' exists with \S+ .*, the hub declares \S+$/);
        assert.ok(error.message.includes(name));
        assert.match(
          error.fault.todo ?? '',
          new RegExp(`delete_queue ${name}.*virtual host.*\\?prefix=`),
        );
        return true;
      });
      await broker.declare({ queues: ['work'], subscriptions: [] });
      await broker.publish([message('m0', 'work')]);
      assert.equal(await broker.depth('work'), 1);
    });

    it('lets what an older version put off come by itself, and removes the queues of it', async () => {
      const prefix = prefixOf(place);
      await broker.declare({ queues: ['work'], subscriptions: [] });
      await broker.close();
      await declareDelays(channel, prefix, 'work');
      const off = channel.publish(
        `${prefix}delay.4`,
        `${'0.'.repeat(15)}1.0.0.1.0.work`,
        Buffer.from('x'),
        {
          messageId: 'put off',
          headers: { 'stockbus-retries': 3, 'stockbus-redeliveries': 0 },
        },
      );
      assert.ok(off);
      broker = await place.open();
      await broker.declare({ queues: ['work'], subscriptions: [] });
      const inbox = new Inbox();
      await broker.consume('work', 10, inbox.handler);
      const delivery = await inbox.next();
      assert.equal(delivery.id, 'put off');
      delivery.ack();
      await broker.close();
      broker = await place.open();
      await broker.declare({ queues: ['work'], subscriptions: [] });
      await eventually(async () => {
        const looking = await connection.createChannel();
        looking.on('error', () => undefined);
        return looking.checkExchange(`${prefix}delay.over`).then(
          () => looking.close().then(() => undefined),
          () => true,
        );
      });
    });

    it('consumes on when somebody deletes the queue', async () => {
      const inbox = new Inbox();
      await broker.declare({ queues: ['work'], subscriptions: [{ topic: 'a.v1', queue: 'work' }] });
      await broker.consume('work', 10, inbox.handler);
      await broker.publish([message('m0', 'work')]);
      const held = await inbox.next();
      await channel.deleteQueue(`${prefixOf(place)}work`);
      await publishWhenBack(broker, 'm1', 'work');
      assert.equal((await inbox.next()).id, 'm1');
      held.ack();
      await broker.publish([{ ...message('m2', ''), to: { topic: 'a.v1' } }]);
      assert.equal((await inbox.next()).id, 'm2');
    });

    it('moves to the dead letters what is never settled, and says so', async () => {
      await broker.declare({ queues: ['work'], subscriptions: [] });
      await broker.publish([message('m0', 'work')]);
      // Of a queue with one active consumer nobody can just get a message.
      await channel.consume(
        `${prefixOf(place)}work`,
        (got) => void (got && channel.nack(got, false, true)),
      );
      const [letter] = await eventually(async () => {
        const letters = await broker.dead(10);
        return letters.length > 0 ? letters : undefined;
      });
      assert.deepEqual([letter?.id, letter?.queue], ['m0', 'work']);
      assert.match(letter?.reason ?? '', /again and again without being settled/);
      assert.ok(Math.abs(Date.parse(letter?.deadAt ?? '') - Date.now()) < 60_000);
    });

    it('never tells a password, and says what to do about a refused login', async () => {
      const address = new URL(server);
      address.username = 'nobody';
      address.password = 'secret-word';
      await assert.rejects(openAt(address.href), (error) => {
        assert.ok(error instanceof StockbusError);
        assert.equal(error.code, 'BROKER_UNREACHABLE');
        assert.match(error.message, /refuses the login of user 'nobody'/);
        assert.match(error.fault.todo ?? '', /check user and password/);
        assert.doesNotMatch(error.message, /secret-word/);
        return true;
      });
    });

    it('names a virtual host that is missing', async () => {
      await assert.rejects(openAt(`${server}/nowhere`), {
        message: /does not open virtual host 'nowhere' to user 'guest'/,
      });
    });
  },
);

describe('rabbitmq: addresses', () => {
  it('says at once that nobody listens', async () => {
    await assert.rejects(openAt('amqp://127.0.0.1:1'), (error) => {
      assert.ok(error instanceof StockbusError);
      assert.equal(error.code, 'BROKER_UNREACHABLE');
      assert.match(error.message, /no connection to RabbitMQ at 127\.0\.0\.1:1: .*ECONNREFUSED/);
      assert.ok(codes[error.code].retryable);
      return true;
    });
  });

  it('refuses what is no address, and a prefix that cannot be', async () => {
    await assert.rejects(openAt('amqp:nonsense'), { code: 'CONFIG_BAD_VALUE' });
    await assert.rejects(openAt('amqp://localhost?prefix=a b'), { code: 'CONFIG_BAD_VALUE' });
  });
});

const nodeSuite = 'rabbitmq: a node that fails';
if (!process.env.STOCKBUS_TEST_BROKER) {
  notRun(
    nodeSuite,
    'STOCKBUS_TEST_BROKER is not set',
    'node scripts/servers.ts start, then the two exports that it prints',
  );
} else if (!findRabbitmq()) {
  notRun(
    nodeSuite,
    'it needs a node of its own, and rabbitmq-server is not installed',
    'bash .ci/install-servers',
  );
} else {
  describe(nodeSuite, failingNode);
}

function failingNode(): void {
  let node: Awaited<ReturnType<typeof startRabbitmq>>;
  let broker: Broker;
  let inbox: Inbox;

  before(async () => {
    node = await startRabbitmq(mkdtempSync(join(tmpdir(), 'stockbus-node-')));
    broker = await openAt(node.address);
    await broker.declare({ queues: ['work'], subscriptions: [] });
    // A node writes down its new queues lazily; killed at once it would not know them again.
    await rabbitmqctl(node, 'eval', '[dets:sync(Table) || Table <- dets:all()].');
    inbox = new Inbox();
    await broker.consume('work', 10, inbox.handler);
  });
  after(async () => {
    await broker?.close();
    if (node) await stopServer(node);
  });

  it('goes on after the node was killed: nothing confirmed is lost, publishes are told', async function () {
    this.timeout(120_000);
    await broker.publish([message('m0', 'work'), message('m1', 'work'), message('m2', 'work')]);
    const [first, , held] = await inbox.take(3);
    first!.ack();
    await stopServer(node, { keepData: true, signal: 'SIGKILL' });
    await assert.rejects(
      eventually(() => broker.ping().then(() => undefined)),
      { code: 'BROKER_UNREACHABLE' },
    );
    await assert.rejects(broker.publish([message('refused', 'work')]), {
      code: 'BROKER_UNREACHABLE',
    });
    held!.ack();
    node = await startRabbitmq(node.folder, node.ports);
    await eventually(() =>
      broker.ping().then(
        () => true,
        () => undefined,
      ),
    );
    await broker.publish([message('m3', 'work'), message('m4', 'work')]);
    const expected = new Set(['m1', 'm2', 'm3', 'm4']);
    while (expected.size > 0) {
      const delivery = await inbox.next();
      assert.notEqual(delivery.id, 'refused');
      expected.delete(delivery.id);
      delivery.ack();
    }
    await broker.ping();
  });

  it('tells senders of an alarm at once, settles deliveries meanwhile, and sends nothing that it refused', async function () {
    this.timeout(120_000);
    await broker.publish([message('before', 'work')]);
    const delivery = await arrival(inbox, 'before');
    await rabbitmqctl(node, 'set_vm_memory_high_watermark', 'absolute', '1MB');
    const refusal = {
      code: 'BROKER_FULL',
      message: /takes no messages now: low on memory/,
    };
    // RabbitMQ says so to whom it has a message from: that one is on its way, and the only one.
    await assert.rejects(broker.publish([message('first', 'work')]), refusal);
    await assert.rejects(broker.ping(), refusal);
    delivery.ack();
    for (const number of [1, 2, 3]) {
      await assert.rejects(broker.publish([message(`refused${number}`, 'work')]), refusal);
    }
    await rabbitmqctl(node, 'set_vm_memory_high_watermark', '0.6');
    await eventually(() =>
      broker.ping().then(
        () => true,
        () => undefined,
      ),
    );
    await broker.publish([message('after', 'work')]);
    for (;;) {
      const { id, ack } = await inbox.next();
      ack();
      assert.doesNotMatch(id, /^refused/);
      if (id === 'after') break;
    }
  });
}

/** As versions up to 0.3 did: a message falls from queue to queue by the bits of its delay. */
async function declareDelays(channel: Channel, prefix: string, queue: string): Promise<void> {
  for (let level = -1; level < 20; level += 1) {
    const name = `${prefix}delay.${level < 0 ? 'over' : level}`;
    await channel.assertExchange(name, 'topic', { durable: true });
    if (level < 0) continue;
    const below = `${prefix}delay.${level === 0 ? 'over' : level - 1}`;
    const args = {
      ...{ 'x-queue-type': 'quorum', 'x-message-ttl': 100 * 2 ** level },
      ...{ 'x-dead-letter-exchange': below, 'x-dead-letter-strategy': 'at-least-once' },
      ...{ 'x-overflow': 'reject-publish' },
    };
    await channel.assertQueue(name, { durable: true, arguments: args });
    const pattern = (bit: number): string => `${'*.'.repeat(19 - level)}${bit}.#`;
    await channel.bindQueue(name, name, pattern(1));
    await channel.bindExchange(below, name, pattern(0));
  }
  await channel.bindQueue(prefix + queue, `${prefix}delay.over`, `#.${queue}`);
}

/** The one of that id; what the restart before delivered twice is passed by. */
async function arrival(inbox: Inbox, id: string): Promise<Delivery> {
  for (;;) {
    const delivery = await inbox.next();
    if (delivery.id === id) return delivery;
    delivery.ack();
  }
}

/**
 * Until the broker has made the queue again, there is none. What reaches the server in the moment
 * of the deletion is refused: it was routed to a queue that ended before it took the message.
 */
async function publishWhenBack(broker: Broker, id: string, queue: string): Promise<void> {
  await eventually(() =>
    broker.publish([message(id, queue)]).then(
      () => true,
      (error: StockbusError) => {
        assert.match(error.code, /^BROKER_(UNROUTABLE|REFUSED)$/);
        return undefined;
      },
    ),
  );
}

/** Asks again until there is an answer, for what no event tells. */
async function eventually<T>(question: () => Promise<T | undefined>): Promise<T> {
  const until = Date.now() + 20_000;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error('it never came');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
