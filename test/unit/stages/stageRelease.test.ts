/** What waits in a stage that is gone, where the world is not as it should be. */
import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { StockbusError } from '../../../core/errors.ts';
import type { TakingFlow } from '../../../core/flow/compiledFlow.ts';
import type { Broker, LeavingRecord, Payload, StagedRecord } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { KeptStages } from '../../../core/stages/KeptStages.ts';
import { leavingText, memberText, rowText } from '../../../core/stages/leavingBatch.ts';
import { MemoryStages } from '../../../core/stages/MemoryStages.ts';
import { StageRelease } from '../../../core/stages/StageRelease.ts';
import { delay } from '../../../core/steps/delay.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';
import { testSpool } from '../../testSpool.ts';

const STAGE = 'f/delay';
const SINCE = '2026-02-28T23:59:00.000Z';

const record = (id: string): StagedRecord => ({
  ...{ id, value: { id }, source: { Id: id }, record: 1, at: SINCE, actor: 'flow:f' },
  origin: { intakeId: `i-${id}`, flow: 'f', name: `${id}.json` },
});
const row = (id: string, waiting = 1, body?: string) => {
  const adds = waiting > 0 ? [{ id, number: 0, body: memberText(record(id)) }] : [];
  const characters = adds.reduce((sum, member) => sum + member.body.length, 0);
  const isWaiting = waiting > 0 ? { isWaiting: true } : {};
  const text = rowText({ characters, next: 1, state: { ...isWaiting, until: SINCE } });
  return {
    ...{ key: id, expected: '', adds },
    row: { since: SINCE, dueAt: '2027-01-01T00:00:00.000Z', waiting, body: body ?? text },
  };
};
const out = (...records: LeavingRecord[]) => ({ id: 'o1', body: leavingText(records) });

describe('a stage that is released', () => {
  let stages: MemoryStages;
  let parked: string[];
  let failure: StockbusError | undefined;
  beforeEach(async () => {
    stages = new MemoryStages();
    parked = [];
    failure = undefined;
    await stages.knowStages([STAGE]);
  });

  const broker = { declare: async () => undefined, depth: async () => 0 } as unknown as Broker;
  /** As intake does. */
  async function take(leg: TakingFlow, { origin, body }: Payload): Promise<void> {
    if (failure) throw failure;
    const run = leg.makeRun(testSpool());
    for await (const records of leg.read.codec.read(body, { name: origin.name })) {
      const result = await run.push(records);
      deepEqual([result.messages, result.handed], [[], undefined]);
      for (const { faults, members } of result.parked)
        parked.push(
          `${leg.name} ${origin.name} ${JSON.stringify(members[0]!.value)} ${faults.map(({ code }) => code)}`,
        );
    }
    await run.close();
  }
  const release = (from = broker) =>
    new StageRelease(
      { broker: from, store: stages, runtime: systemRuntime(), take },
      STAGE,
      delay,
    ).run();

  it('parks what waits as it was read, and what was to go on, and keeps what was decided', async () => {
    const decided = { ...record('C'), faults: [{ code: 'AWAIT_MISSING' as const, message: '' }] };
    const dropped = { ...record('D'), isDropped: true as const };
    const rows = [row('A'), row('gone', 0)];
    await stages.commitStage({
      ...{ id: 'x', stage: STAGE, rows },
      outs: [out(record('B'), decided, dropped)],
    });
    const released = await release();
    deepEqual(parked.sort(), [
      'f A.json {"Id":"A"} STAGE_RELEASED',
      'f B.json {"Id":"B"} STAGE_RELEASED',
      'f B.json {"Id":"C"} AWAIT_MISSING',
    ]);
    deepEqual([released.parked, released.unread], [3, []]);
    deepEqual(await stages.stages(), []);
    deepEqual(await stages.staged({ stage: STAGE }, { limit: 9 }), { rows: [] });
  });

  it('goes on where it was cut short', async () => {
    await stages.commitStage({ id: 'x', stage: STAGE, rows: [row('A'), row('B')], outs: [] });
    failure = new StockbusError('BROKER_UNREACHABLE', 'switched off');
    await rejects(release(), /switched off/);
    deepEqual(await stages.stages(), [{ stage: STAGE, waiting: 0, outs: 2 }]);
    failure = undefined;
    equal((await release()).parked, 2);
    deepEqual(await stages.stages(), []);
  });

  it('gives a batch back to its queue where the store does not take what is in it', async () => {
    const settled: string[] = [];
    const head = { v: 1, origin: record('A').origin, time: SINCE, actor: 'flow:f' };
    const records = [{ id: 'A', key: 'A', value: { id: 'A' }, source: { Id: 'A' }, record: 1 }];
    const delivery = {
      body: Buffer.from(JSON.stringify({ ...head, records })),
      ack: () => void settled.push('ack'),
    };
    const consume = async (_queue: string, _most: number, handler: (one: unknown) => void) => {
      handler(delivery);
      const release = async () => void settled.push('let go');
      return { close: async () => undefined, release };
    };
    const queued = { ...broker, depth: async () => 1 - settled.length, consume };
    const commit = stages.commitStage.bind(stages);
    stages.commitStage = async () => 'conflict';
    await rejects(release(queued as unknown as Broker), /did not take what leaves f\/delay/);
    deepEqual([settled, parked], [['let go'], []]);
    settled.length = 0;
    stages.commitStage = commit;
    settled.length = 0;
    await release(queued as unknown as Broker);
    deepEqual([settled, parked], [['ack'], ['f A.json {"Id":"A"} STAGE_RELEASED']]);
  });

  it('parks under the same id what comes again because its acknowledgement was lost', async () => {
    const head = { v: 1, origin: record('A').origin, time: SINCE, actor: 'flow:f' };
    const records = [{ id: 'A', key: 'A', value: { id: 'A' }, source: { Id: 'A' }, record: 1 }];
    let comes = 0;
    const delivery = {
      body: Buffer.from(JSON.stringify({ ...head, records })),
      ack: () => {
        comes -= 1;
      },
    };
    const consume = async (_queue: string, _most: number, handler: (one: unknown) => void) => {
      handler(delivery);
      return { close: async () => undefined };
    };
    const queued = { ...broker, depth: async () => comes, consume };
    // Cut short while it still lies there, then after it was parked.
    failure = new StockbusError('BROKER_UNREACHABLE', 'switched off');
    comes = 1;
    await rejects(release(queued as unknown as Broker), /switched off/);
    failure = undefined;
    const intakes: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      comes = 1;
      intakes.push(...(await release(queued as unknown as Broker)).intakes);
    }
    deepEqual([intakes.length, new Set(intakes).size], [2, 1]);
    match(intakes[0]!, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  it('leaves what it cannot read, and says why', async () => {
    await stages.commitStage({
      ...{ id: 'x', stage: STAGE, rows: [row('A', 1, '{"v":9}'), row('B')] },
      outs: [{ id: '0', body: 'no JSON' }],
    });
    const { parked: count, unread } = await release();
    deepEqual([count, unread.map(({ code }) => code)], [1, ['FORMAT_UNKNOWN', 'STORE_CORRUPT']]);
    match(unread[0]!.message, /'A'/);
    deepEqual(await stages.stages(), [{ stage: STAGE, waiting: 1, since: SINCE, outs: 1 }]);
  });
});

describe('stages that are known', () => {
  it('are measured: how many records wait, and since when; what is left of none is forgotten', async () => {
    const stages = new MemoryStages();
    const gauges = new Map<string, number>();
    const time = new SimulatedTime();
    const metrics = {
      ...{ count: () => undefined, observe: () => undefined },
      gauge: (name: string, value: number, { stage } = { stage: '' }) =>
        void gauges.set(`${name} ${stage}`, value),
    };
    await stages.knowStages([STAGE, 'f/group']);
    await stages.commitStage({ id: 'x', stage: STAGE, rows: [row('A'), row('B')], outs: [] });
    const broker = { declare: async () => undefined, depth: async () => 0 };
    const runtime = { ...simulatedRuntime(time), metrics };
    const kept = new KeptStages({ broker, store: stages, runtime });
    await kept.start([]);
    await time.advance(30_000);
    const first = [...gauges];
    // Somebody else releases it.
    const versions = await stages.stageRows(STAGE, ['A', 'B']);
    const rows = versions.map(({ key, version }) => ({ key, expected: version }));
    await stages.commitStage({ id: 'y', stage: STAGE, rows, outs: [] });
    await stages.forgetStage(STAGE);
    await time.advance(15_000);
    equal(gauges.get(`stockbus_stage_waiting_records ${STAGE}`), 0);
    equal(gauges.get(`stockbus_stage_oldest_seconds ${STAGE}`), 0);
    await kept.stop();
    equal(time.pending, 0);
    deepEqual(first, [
      [`stockbus_stage_waiting_records ${STAGE}`, 2],
      [`stockbus_stage_oldest_seconds ${STAGE}`, 90],
    ]);
  });
});
