import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Apply } from '../../../core/apply.ts';
import { openEmbedded } from '../../../core/brokers/embedded.ts';
import { schemas } from '../../../core/catalog.ts';
import { madeAfter } from '../../../core/commit.ts';
import { StockbusError } from '../../../core/errors.ts';
import { commandCheck } from '../../../core/flow/commandCheck.ts';
import { messageSchemas } from '../../../core/flow/messageSchemas.ts';
import { batchText } from '../../../core/intake/batchText.ts';
import { commandQueue } from '../../../core/intake/publishBatches.ts';
import { limits } from '../../../core/limits.ts';
import type { Broker, Store } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';
import { hashOfContent } from '../../hashOfContent.ts';
import { until } from '../../hubRun.ts';
import { euros } from '../../stockBook.ts';

type Document = [type: string, id: string, lines: object[]];

const commandOf = (type: string, id: string, lines: object[]) => {
  const data = { document: id, at: '2026-01-01T00:00:00.000Z', lines };
  const contenthash = hashOfContent(type, data);
  const time = '2026-01-02T00:00:00.000Z';
  return { id, source: '/flows/t', type, time, contenthash, actor: 'flow:t', record: 1, data };
};

describe('apply', () => {
  const runtime = systemRuntime((_level, event, fields) => {
    if (event === 'apply.refused') refused.push(`${fields?.code} ${fields?.message}`);
  });
  const checkCommand = commandCheck({ ajv: messageSchemas(schemas) });
  let refused: string[];
  let folder: string;
  let broker: Broker;
  let store: Store;
  let loops: Apply[];
  let batches: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
    store = await sqlite.open(`file:${folder}`, runtime);
    broker = openEmbedded(folder, runtime);
    await broker.declare({ queues: [commandQueue(0), commandQueue(1)], subscriptions: [] });
    loops = [];
    refused = [];
    batches = 0;
  });

  afterEach(async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
    await broker.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const start = async (
    partition: number,
    policy: Partial<StockPolicy> = {},
    sleep = runtime.sleep,
  ): Promise<Apply> => {
    const parts = {
      broker,
      store,
      runtime: { ...runtime, sleep },
      policy: { ...euros, ...policy },
      checkCommand,
      committed: () => undefined,
    };
    const loop = new Apply(parts, partition);
    loops.push(loop);
    await loop.start();
    return loop;
  };

  const publish = (partition: number, id: string, body: unknown): Promise<void> =>
    broker.publish([
      {
        id,
        to: { queue: commandQueue(partition) },
        body: Buffer.from(JSON.stringify(body)),
        contentType: 'application/json',
      },
    ]);

  /** Booked and parked of one batch. */
  const apply = (partition: number, documents: Document[], more = {}): Promise<string> => {
    const commands = documents.map(([type, id, lines]) => ({
      ...commandOf(type, id, lines),
      ...more,
    }));
    return applyCommands(partition, commands);
  };
  const applyCommands = async (partition: number, commands: object[]): Promise<string> => {
    batches += 1;
    const intakeId = `i${batches}`;
    const origin = { intakeId, flow: 't', name: 't' };
    const counts = { records: commands.length, filtered: 0, batches: 1 };
    const part = { origin, index: 0, ...counts, commands, parked: [] };
    await publish(partition, intakeId, { v: 1, parts: [part] });
    const { booked, parked } = await until('the batch to be applied', () => store.intake(intakeId));
    return `${booked} booked, ${parked} parked`;
  };

  const receive = (id: string, location: string, quantity: string): Document => [
    'stock.receive.v1',
    id,
    [{ sku: 'A', location, quantity, unitCost: '1' }],
  ];
  const issue = (id: string, location: string, quantity: string): Document => [
    'stock.issue.v1',
    id,
    [{ sku: 'A', location, quantity }],
  ];

  it('parks only the refused one of two documents of a SKU that it keeps in memory', async () => {
    await start(0, { negative: 'deny' });
    assert.equal(
      await apply(0, [receive('r1', 'X', '5'), receive('r2', 'Y', '5')]),
      '2 booked, 0 parked',
    );
    const sales = [issue('s1', 'X', '50'), issue('s2', 'Y', '1')];
    assert.equal(await apply(0, sales), '1 booked, 1 parked');
    const [parked] = (await store.parked({}, { limit: 10 })).rows;
    assert.equal(parked?.messageId, 's1');
    assert.equal(parked?.faults[0]?.code, 'STOCK_INSUFFICIENT');
  });

  it('looks at all that came before a close, also where that would be committed together with it', async () => {
    const data = { through: '2026-01-01' };
    const contenthash = hashOfContent('period.close.v1', data);
    const close = { ...commandOf('period.close.v1', 'close', []), data, contenthash };
    const sold = apply(0, [issue('s1', 'X', '5')]);
    const closed = applyCommands(0, [close]);
    await start(0, { closing: { negative: 'refuse' } });
    assert.deepEqual(await Promise.all([sold, closed]), [
      '1 booked, 0 parked',
      '0 booked, 1 parked',
    ]);
    assert.deepEqual(refused, ['PERIOD_NOT_READY 1 cost pool below zero (A main)']);
  });

  it('parks a refused document once, however often it is sent, and says so each time', async () => {
    await start(0, { negative: 'deny' });
    for (let times = 0; times < 2; times += 1) {
      assert.equal(await apply(0, [issue('s1', 'X', '50')]), '0 booked, 1 parked');
    }
    assert.equal((await store.parked({}, { limit: 10 })).rows.length, 1);
    assert.equal(refused.length, 2);
    assert.match(refused[0]!, /^STOCK_INSUFFICIENT .*A/);
  });

  it('books on when another partition used up the layers of a SKU that it keeps in memory', async () => {
    const before = await start(0);
    await apply(0, [receive('r1', 'X', '5')]);
    await before.stop();
    await start(0);
    await apply(0, [receive('r2', 'X', '5')]);
    await start(1);
    await apply(1, [issue('s1', 'X', '10')]);
    assert.equal(await apply(0, [issue('s2', 'X', '1')]), '1 booked, 0 parked');
    const [balance] = (await store.stock({ sku: 'A' }, { limit: 10 })).rows;
    assert.equal(balance?.onHand, -1_000_000n);
  });

  it('parks only the command of a batch that cannot be decided', async () => {
    await start(0);
    const broken: Document = [
      'stock.receive.v1',
      'broken',
      [{ sku: 'A', location: 'X', quantity: 7 }],
    ];
    const batch = [receive('r1', 'X', '5'), broken];
    assert.equal(await apply(0, batch), '1 booked, 1 parked');
  });

  it('parks what is not as intake made it, or what its schema does not allow, and books the rest', async () => {
    await start(0);
    const [type, id, lines] = receive('r1', 'X', '100');
    const altered = commandOf(type, id, lines);
    altered.data.lines = [{ sku: 'A', location: 'X', quantity: '900', unitCost: '1' }];
    const wrong = [
      [{ sku: 'A', location: 'X', quantity: 7 }],
      [{ sku: 'A', quantity: '7' }],
      [],
      [{ sku: 'A', location: 'X', quantity: '7', colour: 'red' }],
    ].map((each, index) => commandOf('stock.receive.v1', `w${index}`, each));
    const hollow = { ...commandOf('stock.receive.v1', 'hollow', []), data: {} };
    hollow.contenthash = hashOfContent('stock.receive.v1', {});
    const sound = commandOf(...receive('r2', 'X', '5'));
    const commands = [altered, ...wrong, hollow, sound];
    const counts = { index: 0, records: commands.length, filtered: 0, batches: 1 };
    const origin = { intakeId: 'i', flow: 't', name: 't' };
    await publish(0, 'i', { v: 1, parts: [{ origin, ...counts, commands, parked: [] }] });
    const report = await until('the batch to be applied', () => store.intake('i'));
    assert.deepEqual([report.booked, report.parked], [1, 6]);
    const [balance] = (await store.stock({ sku: 'A' }, { limit: 1 })).rows;
    assert.equal(balance?.onHand, 5_000_000n);
    const { rows } = await store.parked({}, { limit: 10 });
    const codes = new Map(rows.map(({ messageId, faults }) => [messageId, faults[0]!.code]));
    assert.equal(codes.get('r1'), 'CONTENT_ALTERED');
    assert.deepEqual(
      new Set([...codes.values()].sort()),
      new Set(['CONTENT_ALTERED', 'MESSAGE_INVALID']),
    );
    assert.equal(
      JSON.parse(rows.find((row) => row.messageId === 'r1')!.content).data.lines[0].quantity,
      '900',
    );
    assert.equal(refused.filter((line) => line.startsWith('CONTENT_ALTERED')).length, 1);
    // Booked as it was sent at first, when it is sent again.
    assert.equal(await apply(0, [receive('r1', 'X', '100')]), '1 booked, 0 parked');
  });

  it('knows a message again whoever sends it, and what enriches it is no part of its content', async () => {
    await start(0);
    assert.equal(
      await apply(0, [receive('r1', 'X', '5')], { actor: 'cli:ada' }),
      '1 booked, 0 parked',
    );
    assert.equal(await apply(0, [receive('r1', 'X', '5')]), '0 booked, 0 parked');
    assert.equal((await store.intake('i2'))?.exists, 1);
    const enriched = { unitCost: '2' };
    assert.equal(await apply(0, [receive('r2', 'X', '5')], { enriched }), '0 booked, 1 parked');
    const [parked] = (await store.parked({}, { limit: 10 })).rows;
    assert.deepEqual(parked?.faults[0]?.code, 'FIELD_RESERVED');
    assert.match(refused[0]!, /^FIELD_RESERVED enriched/);
    const [entry] = (await store.ledger({ sku: 'A' }, { limit: 10 })).rows;
    assert.equal(entry?.actor, 'cli:ada');
    // Known, whatever it expects by now; what is new is refused, and told.
    const expecting = { enriched: { expectedVersion: '9' } };
    assert.equal(await apply(0, [receive('r1', 'X', '5')], expecting), '0 booked, 0 parked');
    assert.equal(await apply(0, [receive('r3', 'X', '5')], expecting), '0 booked, 1 parked');
    assert.match(refused.at(-1)!, /^VERSION_MISMATCH/);
    const current = { enriched: { expectedVersion: '1' } };
    assert.equal(await apply(0, [receive('r3', 'X', '5')], current), '1 booked, 0 parked');
  });

  it('closes a period once the store is there again, however often it was not', async () => {
    let lost = limits.closingLooks + 1;
    const commit = store.commit.bind(store);
    store.commit = async (decided) => {
      lost -= 1;
      if (lost >= 0) throw new StockbusError('STORE_UNREACHABLE', 'switched off');
      return commit(decided);
    };
    await start(0, {}, async () => undefined);
    const data = { through: '2026-01-01' };
    const contenthash = hashOfContent('period.close.v1', data);
    const close = { ...commandOf('period.close.v1', 'close', []), data, contenthash };
    assert.equal(await applyCommands(0, [close]), '1 booked, 0 parked');
    assert.equal((await store.period()).closedThrough, '2026-01-01');
  });

  it('goes on in smaller commits where the store gives up on a large one', async () => {
    const asked: number[] = [];
    Object.assign(store, { commitBatches: 16 });
    const commit = store.commit.bind(store);
    store.commit = (decided) =>
      commit((after) => {
        const given = madeAfter(decided, after);
        asked.push(given.tallies.length);
        if (given.tallies.length > 2)
          throw new StockbusError('STORE_TRANSIENT', 'too much at once');
        return given;
      });
    const sent = Array.from({ length: 40 }, (_, index) =>
      apply(0, [receive(`r${index}`, 'X', '1')]),
    );
    await until('all to be in the queue', async () => {
      return (await broker.depth(commandQueue(0))) === sent.length;
    });
    await start(0);
    assert.deepEqual(new Set(await Promise.all(sent)), new Set(['1 booked, 0 parked']));
    const [balance] = (await store.stock({ sku: 'A' }, { limit: 1 })).rows;
    assert.equal(balance?.onHand, 40_000_000n);
    assert.deepEqual(
      asked.filter((size) => size > 2),
      [16, 8, 4],
    );
  });

  it('reads what waits behind a commit while that is on its way', async () => {
    const { load, commit } = store;
    store = { ...store, commitBatches: 1, answersAtOnce: false };
    const isRead = Promise.withResolvers<void>();
    store.load = async (request) => {
      const loaded = await load(request);
      if (request.skus.includes('B')) isRead.resolve();
      return loaded;
    };
    store.commit = async (decided) => {
      const result = await commit(decided);
      await isRead.promise;
      return result;
    };
    const lines = (quantity: string) => [{ sku: 'B', location: 'X', quantity }];
    const first = apply(0, [receive('r1', 'X', '5')]);
    await until('it to be in the queue', () => broker.depth(commandQueue(0)));
    const second = apply(0, [
      ['stock.receive.v1', 'r2', [{ ...lines('3')[0], unitCost: '1' }]],
      ['stock.issue.v1', 's2', lines('9')],
      ['stock.issue.v1', 's3', lines('1')],
    ]);
    await until('both', async () => (await broker.depth(commandQueue(0))) === 2);
    await start(0, { negative: 'deny' });
    assert.equal(await first, '1 booked, 0 parked');
    assert.equal(await second, '2 booked, 1 parked');
    const [balance] = (await store.stock({ sku: 'B' }, { limit: 1 })).rows;
    assert.equal(balance?.onHand, 2_000_000n);
  });

  it('buries what is no batch, and goes on', async () => {
    await start(0);
    const batch = { origin, index: 0, records: 1, filtered: 0, commands: [], parked: [] };
    const sound = commandOf(...receive('r1', 'X', '5'));
    const strangers = [
      ...[null, {}, 'text', 7, [batch], batch],
      ...[{ parts: [batch] }, { v: '1', parts: [batch] }, { v: 2, parts: [batch] }],
      ...[{ v: 1 }, { v: 1, parts: batch }, { v: 1, parts: [7] }],
      ...[
        { v: 1, producer: 7, parts: [batch] },
        { v: 1, number: -1, parts: [batch] },
      ],
      ...strangeParts(batch, sound),
    ];
    for (const body of strangers) await publish(0, 'stranger', body);
    assert.equal(await apply(0, [receive('r1', 'X', '5')]), '1 booked, 0 parked');
    const dead = await until('the dead letters', async () => {
      const letters = await broker.dead(100);
      return letters.length === strangers.length ? letters : undefined;
    });
    for (const { reason } of dead) assert.match(reason, /^not a batch of commands: /);
    assert.match(
      dead[8]!.reason,
      /FORMAT_UNKNOWN the batch is of version 2, this Stockbus reads 1/,
    );
  });

  const origin = { intakeId: 'i', flow: 't', name: 't' };
  /** As parts of a batch none of them is one. */
  const strangeParts = (batch: object, sound: object): object[] =>
    [
      ...[
        { ...batch, origin: {} },
        { ...batch, index: -1 },
        { ...batch, records: '1' },
      ],
      ...[
        { ...batch, commands: {} },
        { ...batch, parked: null },
        { ...batch, batches: 1.5 },
        { ...batch, shared: 7 },
        { ...batch, shared: { ...sound, source: 7 }, commands: [sound] },
      ],
      ...[
        null,
        'x',
        {},
        { ...sound, id: 7 },
        { ...sound, data: [] },
        { ...sound, record: '1' },
      ].map((command) => ({ ...batch, commands: [command] })),
      ...[null, {}, { id: 'p', origin, stage: 'never', record: 1, content: '', faults: [] }].map(
        (parked) => ({ ...batch, parked: [parked] }),
      ),
    ].map((part) => ({ v: 1, parts: [part] }));

  it('applies a batch of several payloads, counts for each, and knows a part again by itself', async () => {
    const loop = await start(0, { negative: 'deny' });
    const partOf = (intakeId: string, documents: Document[], batches?: number) => ({
      origin: { intakeId, flow: 't', name: intakeId },
      ...{ index: 0, records: documents.length + 1, filtered: 1, parked: [] },
      commands: documents.map((document) => commandOf(...document)),
      ...(batches === undefined ? {} : { batches }),
    });
    const one = partOf('one', [receive('r1', 'X', '5'), issue('s1', 'X', '9')], 1);
    const two = partOf('two', [receive('r2', 'X', '3')], 1);
    const sent = { v: 1, producer: 'p', number: 1, parts: [one, two] };
    await publish(0, 'first', sent);
    const told = async (intakeId: string) => {
      const { origin, records, filtered, booked, parked, done } = (await store.intake(intakeId))!;
      return { name: origin.name, records, filtered, booked, parked, done };
    };
    await until('both', () => store.intake('two'));
    const expected = { filtered: 1, done: true };
    const ofOne = { ...expected, name: 'one', records: 3, booked: 1, parked: 1 };
    assert.deepEqual(await told('one'), ofOne);
    const ofTwo = { ...expected, name: 'two', records: 2, booked: 1, parked: 0 };
    assert.deepEqual(await told('two'), ofTwo);
    await loop.stop();

    // Each alone, and published by another, as after a crash.
    await start(0, { negative: 'deny' });
    await publish(0, 'again', { v: 1, producer: 'q', number: 7, parts: [two] });
    await publish(0, 'again', { v: 1, parts: [one] });
    assert.equal(await apply(0, [receive('r3', 'X', '1')]), '1 booked, 0 parked');
    assert.deepEqual(await told('one'), ofOne);
    assert.deepEqual(await told('two'), ofTwo);
  });

  it('books the others of a batch of which one part is none, and puts that one alone to the dead letters', async () => {
    await start(0);
    const partOf = (intakeId: string, document: Document) => ({
      origin: { intakeId, flow: 't', name: intakeId },
      ...{ index: 0, records: 1, filtered: 0, parked: [], batches: 1 },
      commands: [commandOf(...document)],
    });
    const texts = [
      JSON.stringify(partOf('one', receive('r1', 'X', '5'))),
      '{"origin":{"intakeId":"bad"}}',
      JSON.stringify(partOf('two', receive('r2', 'X', '3'))),
    ];
    const body = batchText(
      texts.map((text) => ({ part: Buffer.from(text) })),
      { producer: 'p', number: 1 },
    );
    const to = { queue: commandQueue(0) };
    await broker.publish([{ id: 'joined', to, body, contentType: 'application/json' }]);
    await until('both', async () => (await store.intake('one')) && (await store.intake('two')));
    const [letter] = await until('the dead letter', async () => {
      const dead = await broker.dead(10);
      return dead.length > 0 ? dead : undefined;
    });
    assert.equal(letter!.id, 'joined#1');
    assert.match(
      letter!.reason,
      /not a part of a batch of commands: MESSAGE_INVALID it has no origin/,
    );
    assert.deepEqual(JSON.parse(Buffer.from(letter!.body).toString()).parts, [
      JSON.parse(texts[1]!),
    ]);
    await until(
      'all settled',
      async () => (await broker.depth(commandQueue(0))) === 0 || undefined,
    );
    assert.equal((await broker.dead(10)).length, 1);
  });

  it('books a batch that seems to kill its consumer part by part, so that what does no harm is booked first', async () => {
    const partOf = (intakeId: string, document: Document): string =>
      JSON.stringify({
        origin: { intakeId, flow: 't', name: intakeId },
        ...{ index: 0, records: 1, filtered: 0, parked: [], batches: 1 },
        commands: [commandOf(...document)],
      });
    const texts = ['r1', 'r2', 'r3'].map((id) => partOf(id, receive(id, 'X', '1')));
    const body = batchText(texts.map((text) => ({ part: Buffer.from(text) })));
    const to = { queue: commandQueue(0) };
    await broker.publish([{ id: 'joined', to, body, contentType: 'application/json' }]);
    for (let death = 0; death < 3; death += 1) {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      const consumer = await broker.consume(commandQueue(0), 1, resolve);
      await promise;
      await consumer.release();
    }
    let commits = 0;
    const watched = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name === 'commit') commits += 1;
        return value.bind(target);
      },
    });
    const parts = { broker, store: watched, runtime, policy: euros, checkCommand };
    const loop = new Apply({ ...parts, committed: () => undefined }, 0);
    loops.push(loop);
    await loop.start();
    await until('the last', () => store.intake('r3'));
    assert.equal(commits, texts.length);
  });
});
