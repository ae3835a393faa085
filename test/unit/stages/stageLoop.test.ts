/** The loop of a stage, where the world is not as it should be. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { StockbusError } from '../../../core/errors.ts';
import type { FlowStage } from '../../../core/flow/compiledFlow.ts';
import { handedBatchText, handedText } from '../../../core/handedBatch.ts';
import { limits } from '../../../core/limits.ts';
import type {
  Broker,
  BrokerMessage,
  Delivery,
  Payload,
  StageArrival,
  StageCommit,
  StageRow,
} from '../../../core/ports.ts';
import { StageLoop } from '../../../core/StageLoop.ts';
import { leavingFrom } from '../../../core/stages/leavingBatch.ts';
import { MemoryStages } from '../../../core/stages/MemoryStages.ts';
import { groupAcross } from '../../../core/steps/groupAcross.ts';
import { stagedRecord } from '../../../core/steps/stagedRecord.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const target = { line: new Set(['sku']), shared: new Set<string>(), optional: new Set<string>() };

function stageOf(): FlowStage {
  const report = ({ message }: { message: string }): never => {
    throw new Error(message);
  };
  const options = { by: 'd', across: 'payloads', complete: { size: '2', after: '1m' } };
  const read = groupAcross.options.read(options, [], report)!;
  const stage = groupAcross.make(read, { path: [], target, report });
  const leg = { name: 'f' } as FlowStage['leg'];
  const at = { file: 'flows/f.yaml', line: 1, column: 1 };
  return { name: 'f/group', queue: 'q', at, stage, isKeyed: true, awaits: undefined, leg };
}

/** A store that fails as often as it is told to. */
class ShakyStages extends MemoryStages {
  failures: StockbusError[] = [];
  /** Characters that leave in each commit. */
  readonly leaving: number[] = [];

  override async commitStage(commit: StageCommit): Promise<'committed' | 'conflict'> {
    const failure = this.failures.shift();
    if (failure) throw failure;
    this.leaving.push(commit.outs.reduce((sum, { body }) => sum + body.length, 0));
    return super.commitStage(commit);
  }
}

let ids = 0;
/** Of all loops, as they are of all processes. */
const newId = (): string => {
  ids += 1;
  return `00000000-0000-7000-8000-${String(ids).padStart(12, '0')}`;
};

class Rig {
  readonly time = new SimulatedTime();
  readonly stages: ShakyStages;
  readonly settled: string[] = [];
  readonly sent: string[] = [];
  /** Ids of what it put into queues. */
  readonly published: string[] = [];
  failsToTake: StockbusError | undefined;
  readonly loop: StageLoop;
  #hand: ((delivery: Delivery) => void) | undefined;

  constructor(stages = new ShakyStages(), stage = stageOf()) {
    this.stages = stages;
    const broker = {
      publish: async (messages: readonly BrokerMessage[]) =>
        void this.published.push(...messages.map(({ id }) => id)),
      consume: async (_queue: string, _prefetch: number, hand: (delivery: Delivery) => void) => {
        this.#hand = hand;
        return { close: async () => undefined, release: async () => undefined };
      },
    } as unknown as Broker;
    const take = async (_leg: unknown, { body }: Payload) => {
      if (this.failsToTake) throw this.failsToTake;
      for await (const bytes of body)
        this.sent.push(...leavingFrom(Buffer.from(bytes).toString(), 'a test').map(shown));
      return {} as never;
    };
    const runtime = { ...simulatedRuntime(this.time), newId };
    this.loop = new StageLoop({ broker, store: stages, runtime, take }, stage);
  }

  deliver(id: string, body: string): void {
    const ack = (): void => void this.settled.push(`${id} done`);
    const dead = async (reason: string): Promise<void> => void this.settled.push(`${id} ${reason}`);
    const text = Buffer.from(body);
    const facts = { contentType: '', redeliveries: 0 };
    this.#hand!({ id, body: text, ack, dead, ...facts });
  }

  async passes(ms: number): Promise<void> {
    await this.time.advance(ms);
  }
}

const shown = ({ members = [], faults = [] }: ReturnType<typeof leavingFrom>[number]): string =>
  [...members.map(({ value }) => value.sku), ...faults.map(({ code }) => code)].join(' ');

const batchOf = (key: string, ...skus: string[]): string => {
  const origin = { intakeId: `i-${key}-${skus}`, flow: 'f', name: 'a.csv' };
  const head = { origin, time: '2026-03-01T00:00:00.000Z', actor: 'flow:f' };
  const rows = skus.map((sku, index) =>
    handedText({ part: `s${index}`, key, value: { sku }, record: index + 1, given: { size: 2 } }),
  );
  return handedBatchText(head, rows);
};

const away = (): StockbusError => new StockbusError('STORE_UNREACHABLE', 'switched off');

describe('the loop of a stage', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = new Rig();
    await rig.loop.start();
  });
  afterEach(() => rig.loop.stop());

  it('acknowledges what is durable, and lets go on what is complete', async () => {
    rig.deliver('1', batchOf('K', 'A'));
    await rig.passes(10);
    deepEqual([rig.settled, rig.sent], [['1 done'], []]);
    rig.deliver('2', batchOf('K', 'B'));
    await rig.passes(10);
    deepEqual([rig.settled, rig.sent], [['1 done', '2 done'], ['A B']]);
    deepEqual(await rig.stages.stageOuts('f/group', 9), []);
  });

  it('waits with what it has in hand while the store is away', async () => {
    rig.stages.failures = [away(), away()];
    rig.deliver('1', batchOf('K', 'A', 'B'));
    await rig.passes(10);
    equal(rig.loop.waitsFor?.code, 'STORE_UNREACHABLE');
    deepEqual(rig.settled, []);
    await rig.passes(10_000);
    deepEqual([rig.settled, rig.sent, rig.loop.waitsFor], [['1 done'], ['A B'], undefined]);
  });

  it('keeps what has left while it cannot go on, over a restart', async () => {
    rig.failsToTake = new StockbusError('BROKER_UNREACHABLE', 'switched off');
    rig.deliver('1', batchOf('K', 'A', 'B'));
    await rig.passes(100);
    deepEqual([rig.settled, rig.sent], [['1 done'], []]);
    const next = new Rig(rig.stages);
    await next.loop.start();
    await next.passes(10);
    await next.loop.stop();
    deepEqual(next.sent, ['A B']);
    rig.failsToTake = undefined;
  });

  it('lets others pass what cannot go on whatever the world is like', async () => {
    rig.failsToTake = new StockbusError('PAYLOAD_REFUSED', 'too much of it is wrong');
    rig.deliver('1', batchOf('K', 'A', 'B'));
    await rig.passes(100);
    rig.failsToTake = undefined;
    rig.deliver('2', batchOf('L', 'C', 'D'));
    await rig.passes(2_000);
    deepEqual(rig.sent, ['C D']);
    equal((await rig.stages.stageOuts('f/group', 9)).length, 1);
  });

  it('buries what is no batch', async () => {
    rig.deliver('1', 'no batch');
    rig.deliver('2', batchOf('K', 'A', 'B'));
    await rig.passes(10_000);
    equal(rig.settled.length, 2);
    match(rig.settled.join('\n'), /1 not a batch for a stage: MESSAGE_INVALID/);
    deepEqual(rig.sent, ['A B']);
  });

  it('stops though others change its rows all the time', async () => {
    rig.stages.commitStage = async () => 'conflict';
    rig.deliver('1', batchOf('K', 'A', 'B'));
    await rig.passes(10_000);
    const stopped = rig.loop.stop();
    await rig.passes(1_000);
    await stopped;
    deepEqual([rig.settled, rig.sent], [[], []]);
  });

  describe('with a row that it cannot read', () => {
    const unreadable = (key: string, body = '{"v":9}') => ({
      ...{ key, expected: '' },
      row: { since: '', dueAt: '2000-01-01T00:00:00.000Z', waiting: 1, body },
    });
    beforeEach(async () => {
      const rows = [unreadable('BAD'), unreadable('WORSE', 'no JSON')];
      await rig.stages.commitStage({ id: 'x', stage: 'f/group', rows, outs: [] });
    });
    const mend = (): Promise<unknown> =>
      rig.stages.commitStage({
        ...{ id: 'y', stage: 'f/group', outs: [] },
        rows: ['BAD', 'WORSE'].map((key) => ({ key, expected: 'x' })),
      });

    it('puts off what comes for it, and takes it once the row is mended', async () => {
      rig.deliver('1', batchOf('BAD', 'A', 'B'));
      rig.deliver('2', batchOf('K', 'C', 'D'));
      rig.deliver('3', batchOf('WORSE', 'E', 'F'));
      await rig.passes(10);
      deepEqual([rig.settled, rig.sent], [['2 done'], ['C D']]);
      await mend();
      await rig.passes(5_000);
      deepEqual(
        [rig.settled, rig.sent],
        [
          ['2 done', '1 done', '3 done'],
          ['C D', 'A B', 'E F'],
        ],
      );
    });

    it('puts what nobody can read for long at the end of its queue', async () => {
      rig.deliver('1', batchOf('BAD', 'A', 'B'));
      await rig.passes(290_000);
      deepEqual([rig.settled, rig.published], [[], []]);
      await rig.passes(130_000);
      deepEqual([rig.settled, rig.published], [['1 done'], ['1']]);
    });

    it('decides what else is due, says which it is, and forgets it once it is mended', async () => {
      await rig.passes(2_000);
      equal(rig.loop.waitsFor?.code, 'FORMAT_UNKNOWN');
      match(rig.loop.waitsFor.message, /'BAD'/);
      rig.deliver('1', batchOf('K', 'A'));
      await rig.passes(70_000);
      deepEqual(rig.sent, ['GROUP_INCOMPLETE']);
      await mend();
      await rig.passes(2_000);
      equal(rig.loop.waitsFor, undefined);
    });
  });

  it('waits with a row of which it cannot read a member, once it has to, and tells which it is', async () => {
    rig.deliver('1', batchOf('BAD', 'A'));
    await rig.passes(10);
    const [{ version, ...row }] = (await rig.stages.stageRows('f/group', ['BAD'])) as [StageRow];
    const [member] = await rig.stages.stageMembers('f/group', ['BAD']);
    const written = async (id: string, expected: string, body: string): Promise<void> => {
      const adds = [{ id: member!.id, number: 0, body }];
      const rows = [{ key: 'BAD', expected, row, drops: [member!.id], adds }];
      const commit = { id, stage: 'f/group', rows, outs: [] };
      equal(await rig.stages.commitStage(commit), 'committed');
    };
    await written('x', version, '{"v":9}');
    rig.deliver('2', batchOf('BAD', 'B'));
    rig.deliver('3', batchOf('K', 'C', 'D'));
    await rig.passes(2_000);
    deepEqual(rig.settled, ['1 done', '3 done']);
    deepEqual(rig.sent, ['C D']);
    match(rig.loop.waitsFor!.message, /a member of f\/group under 'BAD'/);
    await written('y', 'x', member!.body);
    await rig.passes(2_000);
    equal(rig.loop.waitsFor, undefined);
    await rig.passes(5_000);
    deepEqual(rig.sent, ['C D', 'A B']);
  });

  it('commits a large batch in portions, and all of it', async () => {
    const text = 'x'.repeat(limits.stageOutBytes / 8);
    const large = ({ value, ...arrival }: StageArrival) => ({
      ...stagedRecord({ ...arrival, value: { ...value, text } }),
      members: [{ value, record: arrival.record }],
    });
    const through: FlowStage = {
      ...stageOf(),
      stage: {
        arrive: (_, arrival) => ({ out: [large(arrival)] }),
        ...{ waiting: () => 0, dueAt: () => '', due: () => ({ out: [] }) },
      },
    };
    const other = new Rig(new ShakyStages(), through);
    await other.loop.start();
    const skus = Array.from({ length: 30 }, (_, index) => `S${index}`);
    other.deliver('1', batchOf('K', ...skus));
    await other.passes(10);
    await other.loop.stop();
    deepEqual([other.settled, other.sent], [['1 done'], skus]);
    equal(other.stages.leaving.length, 4);
    ok(other.stages.leaving.every((characters) => characters < 1.2 * limits.stageOutBytes));
  });

  it('is settled by versions where two decide about one key', async () => {
    const other = new Rig(rig.stages);
    await other.loop.start();
    rig.deliver('1', batchOf('K', 'A'));
    other.deliver('1', batchOf('K', 'B'));
    await Promise.all([rig.passes(100), other.passes(100)]);
    await Promise.all([rig.passes(5_000), other.passes(5_000)]);
    await other.loop.stop();
    const sent = [...new Set([...rig.sent, ...other.sent])];
    equal(sent.length, 1);
    deepEqual(sent[0]!.split(' ').sort(), ['A', 'B']);
  });

  it('decides what is due, once, whoever looks for it', async () => {
    rig.deliver('1', batchOf('K', 'A'));
    await rig.passes(10);
    const other = new Rig(rig.stages);
    await other.loop.start();
    await other.passes(60_000);
    await rig.passes(70_000);
    await other.loop.stop();
    deepEqual([...other.sent, ...rig.sent], ['GROUP_INCOMPLETE']);
  });
});
