/** What every connector promises (core/ports.ts): one suite, one case a connector. */
import assert from 'node:assert/strict';
import { isRetryable, StockbusError } from '../../../core/errors.ts';
import type {
  Accept,
  Lookup,
  Outgoing,
  Payload,
  Receipt,
  Sink,
  Source,
} from '../../../core/ports.ts';

/** A world in which payloads arrive. */
export interface SourceRig {
  /** A source over this world; another call stands for the process after a crash. */
  open(): Source;
  arrive(name: string, text: string): Promise<void>;
  /** Resolves when the sender can see that this was taken in. */
  acknowledged(name: string): Promise<boolean>;
  /** Resolves to the reason that the sender finds when it was put aside. */
  putAside(name: string): Promise<string | undefined>;
  /** It offers several payloads at the same time, each with its place in line. */
  offersAtOnce?: true;
  /**
   * What may be wrong with the other side: nothing comes from it though it is there, it breaks off in the midst of what it says,
   * or what it says is nonsense. Begins that, and gives what ends it.
   */
  troubles?: Record<Trouble, (() => Promise<() => Promise<void>>) | Lack>;
  close(): Promise<void>;
}

const troubles = ['silence', 'breaking off', 'garbage'] as const;
export type Trouble = (typeof troubles)[number];

/** A world that takes what is sent. */
export interface SinkRig {
  sink: Sink;
  /** What arrived for good, repetitions dropped as a receiver would. */
  received(): Promise<string[]>;
  /** What the other side does from now on. */
  behave(how: 'well' | 'passing failure' | 'final failure'): Promise<void>;
  close(): Promise<void>;
}

/** A world that is asked: `/there` has `{"name":"there"}`, `/large` more than may be, nothing else is there. */
export interface LookupRig {
  lookup: Lookup;
  /** What the other side does from now on. */
  behave(how: 'well' | 'passing failure' | 'refusal' | 'silence'): void;
  close(): Promise<void>;
}

/** A promise that a connector cannot keep, with the reason, and whether that still holds. */
export interface Lack {
  reason: string;
  holds(): Promise<boolean>;
}

export interface ConnectorCase {
  name: string;
  source: (() => Promise<SourceRig>) | Lack;
  sink: (() => Promise<SinkRig>) | Lack;
  /** A sink whose other side never refuses for good. */
  refusal?: Lack;
  lookup: (() => Promise<LookupRig>) | Lack;
}

const isLack = (part: unknown): part is Lack => typeof part === 'object';

export const receiptOf = (payload: Payload): Receipt => ({
  origin: payload.origin,
  records: 1,
  filtered: 0,
  messages: 1,
  parked: 0,
  faults: [],
  told: [],
});

export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Waits for what another part does in its own time. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`it never came: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const passing = () => new StockbusError('BROKER_UNREACHABLE', 'the broker is away');
const final = () => new StockbusError('TEXT_BAD_ENCODING', 'byte 7 is not UTF-8');

export function connectorContract(given: ConnectorCase): void {
  describe(`connector contract: ${given.name}`, () => {
    describe('source', () => {
      if (isLack(given.source)) lacking(given.source);
      else sourceContract(given.source);
    });
    describe('sink', () => {
      if (isLack(given.sink)) lacking(given.sink);
      else sinkContract(given.sink, given.refusal);
    });
    describe('look-up', () => {
      if (isLack(given.lookup)) lacking(given.lookup);
      else lookupContract(given.lookup);
    });
  });
}

function lookupContract(make: () => Promise<LookupRig>): void {
  let rig: LookupRig;
  const find = async (path: string, timeoutMs = 5_000): Promise<string | undefined> => {
    const found = await rig.lookup.find(path, timeoutMs);
    return found && Buffer.from(found).toString();
  };

  beforeEach(async () => {
    rig = await make();
  });
  afterEach(async () => {
    rig.lookup.close();
    await rig.close();
  });

  it('finds what is there, and that there is nothing', async () => {
    assert.equal(await find('/there'), '{"name":"there"}');
    assert.equal(await find('/elsewhere'), undefined);
    assert.equal(await find('/there'), '{"name":"there"}');
  });

  it('tells a world that fails, or is silent, from a question that is refused', async () => {
    const codes: (readonly [string, boolean])[] = [];
    for (const how of ['passing failure', 'silence', 'refusal'] as const) {
      rig.behave(how);
      const error: unknown = await find('/there', 100).catch((thrown) => thrown);
      assert.ok(error instanceof StockbusError, how);
      codes.push([error.code, isRetryable(error.fault)]);
    }
    assert.deepEqual(codes, [
      ['ENRICH_FAILED', true],
      ['ENRICH_FAILED', true],
      ['ENRICH_REFUSED', false],
    ]);
    rig.behave('well');
    assert.equal(await find('/there'), '{"name":"there"}');
  });

  it('refuses an answer that is too large', async () => {
    await assert.rejects(find('/large'), { code: 'ENRICH_REFUSED' });
    assert.equal(await find('/there'), '{"name":"there"}');
  });

  it('leads nowhere but below its address, whatever a record says', async () => {
    const strange = [
      'there',
      '//there',
      '/../there',
      '/%2e%2e/there',
      '/x/../there',
      '/x/.',
      '/a#b',
    ];
    for (const path of [...strange, '\\there', '/\\there', '@there', `/${'x'.repeat(3_000)}`])
      await assert.rejects(find(path), { code: 'ENRICH_REFUSED' }, path);
  });
}

function lacking(lack: Lack): void {
  it(`lacks this, still for the reason that ${lack.reason}`, async () => {
    assert.ok(await lack.holds(), `no longer true: ${lack.reason}`);
  });
}

function sourceContract(make: () => Promise<SourceRig>): void {
  let rig: SourceRig;
  let opened: Source[];

  const open = async (accept: Accept): Promise<Source> => {
    const source = rig.open();
    opened.push(source);
    await source.start(accept);
    return source;
  };

  beforeEach(async () => {
    rig = await make();
    opened = [];
  });

  afterEach(async () => {
    await Promise.all(opened.map((source) => source.stop()));
    await rig.close();
  });

  it('offers what came before and after the start, whole', async () => {
    const texts: string[] = [];
    await rig.arrive('a.csv', 'first');
    await open(async (payload) => {
      texts.push(`${payload.origin.name}: ${await textOf(payload.body)}`);
      return receiptOf(payload);
    });
    await until(() => texts.length === 1);
    await rig.arrive('b.csv', 'second');
    await until(() => texts.length === 2);
    assert.deepEqual(texts, ['a.csv: first', 'b.csv: second']);
  });

  it('acknowledges each payload alone, and only when accept has resolved for it', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const offered: string[] = [];
    await rig.arrive('a.csv', 'x');
    await rig.arrive('b.csv', 'x');
    await open(async (payload) => {
      offered.push(payload.origin.name);
      if (payload.origin.name === offered[0]) await promise;
      return receiptOf(payload);
    });
    try {
      await until(() => offered.length > 0);
      if (rig.offersAtOnce) await until(() => rig.acknowledged('b.csv'));
      assert.equal(await rig.acknowledged('a.csv'), false);
    } finally {
      resolve();
    }
    await until(() => rig.acknowledged('a.csv'));
    await until(() => rig.acknowledged('b.csv'));
    assert.deepEqual(offered, ['a.csv', 'b.csv']);
  });

  it('offers again, under the same intake id, after a passing fault', async () => {
    const ids: string[] = [];
    await rig.arrive('a.csv', 'x');
    await open(async (payload) => {
      ids.push(payload.origin.intakeId);
      if (ids.length < 2) throw passing();
      assert.equal(await textOf(payload.body), 'x');
      return receiptOf(payload);
    });
    await until(() => rig.acknowledged('a.csv'));
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  });

  it('puts aside with the reason after a final fault, and goes on', async () => {
    await rig.arrive('bad.csv', 'x');
    await open(async (payload) => {
      if (payload.origin.name === 'bad.csv') throw final();
      return receiptOf(payload);
    });
    await until(async () => (await rig.putAside('bad.csv')) !== undefined);
    assert.match((await rig.putAside('bad.csv'))!, /TEXT_BAD_ENCODING[\s\S]*byte 7 is not UTF-8/);
    await rig.arrive('good.csv', 'y');
    await until(() => rig.acknowledged('good.csv'));
  });

  it('puts aside what could be read only in part', async () => {
    await rig.arrive('half.csv', 'x');
    await open(async (payload) => ({ ...receiptOf(payload), refused: final().fault }));
    await until(async () => (await rig.putAside('half.csv')) !== undefined);
    assert.match((await rig.putAside('half.csv'))!, /TEXT_BAD_ENCODING/);
  });

  it('offers again, under the same intake id, after a crash', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const ids: string[] = [];
    await rig.arrive('a.csv', 'x');
    await open(async (payload) => {
      ids.push(payload.origin.intakeId);
      return promise;
    });
    await until(() => ids.length === 1);
    await open(async (payload) => {
      ids.push(payload.origin.intakeId);
      return receiptOf(payload);
    });
    await until(() => rig.acknowledged('a.csv'));
    assert.deepEqual(ids, [ids[0], ids[0]]);
    reject(passing());
  });

  it('offers all again, each under its intake id, of which some were durable when the process died', async () => {
    const names = ['a.csv', 'b.csv', 'c.csv'];
    for (const name of names) await rig.arrive(name, name);
    const { promise, reject } = Promise.withResolvers<never>();
    const before = new Map<string, string>();
    await open(async ({ origin }) => {
      before.set(origin.name, origin.intakeId);
      // Whatever became of it: the source never hears of it.
      return promise;
    });
    await until(() => before.size === (rig.offersAtOnce ? names.length : 1));
    const after = new Map<string, string>();
    await open(async (payload) => {
      assert.equal(await textOf(payload.body), payload.origin.name);
      after.set(payload.origin.name, payload.origin.intakeId);
      return receiptOf(payload);
    });
    for (const name of names) await until(() => rig.acknowledged(name));
    for (const [name, intakeId] of before) assert.equal(after.get(name), intakeId, name);
    reject(passing());
  });

  for (const trouble of troubles) {
    it(`offers nothing that is not whole while there is ${trouble}, stops all the same, and goes on after it`, async () => {
      const begin = rig.troubles?.[trouble];
      if (!begin) return;
      if (isLack(begin)) {
        assert.ok(await begin.holds(), `no longer true: ${begin.reason}`);
        return;
      }
      const texts = new Map<string, string>();
      const accept: Accept = async (payload) => {
        texts.set(payload.origin.name, await textOf(payload.body));
        return receiptOf(payload);
      };
      const source = await open(accept);
      await rig.arrive('before.csv', 'before');
      await until(() => rig.acknowledged('before.csv'));
      const end = await begin();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await source.stop();
      await end();
      await open(accept);
      await rig.arrive('after.csv', 'after');
      await until(() => rig.acknowledged('after.csv'));
      assert.equal(texts.get('after.csv'), 'after');
      texts.delete('after.csv');
      assert.deepEqual([...texts], [['before.csv', 'before']]);
    });
  }

  it('lets what is in hand finish when it is stopped, twice if need be', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const offered: string[] = [];
    await rig.arrive('a.csv', 'x');
    await rig.arrive('b.csv', 'x');
    const source = await open(async (payload) => {
      offered.push(payload.origin.name);
      await promise;
      return receiptOf(payload);
    });
    await until(() => offered.length > 0);
    const stopped = source.stop();
    resolve();
    await stopped;
    await source.stop();
    for (const name of ['a.csv', 'b.csv'])
      assert.equal(await rig.acknowledged(name), offered.includes(name), name);
    await rig.arrive('c.csv', 'x');
    assert.equal(offered.includes('c.csv'), false);
  });
}

export const outgoing = (id: string, text: string): Outgoing => ({
  id,
  contentType: 'text/csv',
  extension: 'csv',
  body: [Buffer.from(text)],
  flow: 'stock-out',
});

function sinkContract(make: () => Promise<SinkRig>, refusal: Lack | undefined): void {
  let rig: SinkRig;

  beforeEach(async () => {
    rig = await make();
  });

  afterEach(() => rig.close());

  const faultAt = async (id: string): Promise<StockbusError> => {
    try {
      await rig.sink.send(outgoing(id, id));
    } catch (error) {
      assert.ok(error instanceof StockbusError, `not one of ours: ${error}`);
      return error;
    }
    throw new Error('it was sent');
  };

  it('delivers what is sent', async () => {
    await rig.sink.send(outgoing('m1', 'one'));
    await rig.sink.send({ ...outgoing('m2', ''), body: slowly('tw', 'o') });
    assert.deepEqual((await rig.received()).sort(), ['one', 'two']);
  });

  it('sends the same id again without a second effect', async () => {
    await rig.sink.send(outgoing('m1', 'one'));
    await rig.sink.send(outgoing('m1', 'one'));
    assert.deepEqual(await rig.received(), ['one']);
  });

  it('takes what is sent at the same time', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => rig.sink.send(outgoing(id, id))));
    assert.deepEqual((await rig.received()).sort(), ids);
  });

  it('tells a passing failure as one, and works when it is over', async () => {
    await rig.behave('passing failure');
    assert.ok(isRetryable((await faultAt('m1')).fault));
    await rig.behave('well');
    await rig.sink.send(outgoing('m1', 'm1'));
    assert.deepEqual(await rig.received(), ['m1']);
  });

  if (refusal) lacking(refusal);
  else {
    it('tells a refusal as final', async () => {
      await rig.behave('final failure');
      assert.equal(isRetryable((await faultAt('m1')).fault), false);
    });
  }

  it('closes twice', async () => {
    await rig.sink.close();
    await rig.sink.close();
  });
}

async function* slowly(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await new Promise((resolve) => setImmediate(resolve));
    yield Buffer.from(part);
  }
}
