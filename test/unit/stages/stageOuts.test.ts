/** What has left a stage, where a system that the leg asks fails for some of it. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { type Code, StockbusError } from '../../../core/errors.ts';
import type { InboundFlow } from '../../../core/flow/compiledFlow.ts';
import { limits } from '../../../core/limits.ts';
import type { LeavingRecord, Payload } from '../../../core/ports.ts';
import { leavingFrom, leavingText } from '../../../core/stages/leavingBatch.ts';
import { MemoryStages } from '../../../core/stages/MemoryStages.ts';
import { StageOuts } from '../../../core/stages/StageOuts.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const recordOf = (name: string): LeavingRecord => {
  const value = { name };
  return {
    ...{ id: name, key: name[0]!, value, source: value, record: 1, actor: 'flow:f' },
    ...{ origin: { intakeId: 'i', flow: 'f', name: 'a.csv' }, at: '2026-01-01T00:00:00.000Z' },
  };
};

class Rig {
  readonly time = new SimulatedTime();
  readonly stages = new MemoryStages();
  /** By the name of a record: why the system that is asked for it fails. */
  readonly fails = new Map<string, Code>();
  readonly gone: string[] = [];
  readonly told: string[] = [];
  attempts = 0;
  /** Questions that the system has answered, for whomever. */
  answered = 0;
  readonly outs: StageOuts;
  #commits = 0;
  #ids = 0;

  constructor() {
    const newId = (): string => {
      this.#ids += 1;
      return `n${String(this.#ids).padStart(4, '0')}`;
    };
    const runtime = { ...simulatedRuntime(this.time), newId };
    const take = async ({ body }: Payload) => {
      this.attempts += 1;
      let text = '';
      for await (const bytes of body) text += Buffer.from(bytes).toString('utf8');
      const records = leavingFrom(text, 'a test');
      const asked = records.filter(({ faults }) => !faults);
      const failing = asked.find(({ id }) => this.fails.has(id));
      if (failing) {
        const error = new StockbusError(this.fails.get(failing.id)!, `no answer for ${failing.id}`);
        error.fault.asked = { system: 'pim', answered: this.answered };
        throw error;
      }
      for (const { id, faults = [] } of records)
        this.gone.push([id, ...faults.map(({ code }) => code)].join(' '));
      return {} as never;
    };
    const tell = (_level: string, event: string, error: unknown): void =>
      void this.told.push(`${event} ${(error as { code: string }).code}`);
    const leg = { name: 'f' } as InboundFlow;
    this.outs = new StageOuts({ store: this.stages, runtime, take, tell }, 'f/await', leg);
  }

  /** Each text is what left together: its records, by name. */
  async leaves(...texts: string[]): Promise<void> {
    for (const text of texts) {
      this.#commits += 1;
      const id = `c${String(this.#commits).padStart(4, '0')}`;
      const outs = [{ id, body: leavingText(text.split(' ').map(recordOf)) }];
      await this.stages.commitStage({ id, stage: 'f/await', rows: [], outs });
    }
  }

  look(): Promise<void> {
    return this.outs.letGoOn(() => false);
  }

  async passes(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await this.time.advance(1_000);
      await this.look();
    }
  }

  left = async (): Promise<number> => (await this.stages.stageOuts('f/await', 99)).length;
}

describe('what has left a stage', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('passes what a system fails for, but for what left under the same key, which keeps its order', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1', 'B1', 'A2 C1', 'C2', 'D1');
    await rig.look();
    deepEqual(rig.gone, ['B1', 'D1']);
    await rig.leaves('E1', 'A3');
    await rig.passes(5);
    deepEqual(rig.gone, ['B1', 'D1', 'E1']);
    rig.fails.clear();
    await rig.passes(120);
    deepEqual(rig.gone.slice(3), ['A1', 'A2', 'C1', 'C2', 'A3']);
    equal(await rig.left(), 0);
  });

  it('is taken apart until the one is found for which it fails', async () => {
    rig.fails.set('F1', 'ENRICH_FAILED');
    await rig.leaves('A1 B1 C1 D1 E1 F1 G1');
    await rig.passes(120);
    deepEqual(rig.gone.toSorted(), ['A1', 'B1', 'C1', 'D1', 'E1', 'G1']);
    equal(await rig.left(), 1);
    rig.fails.clear();
    await rig.passes(120);
    deepEqual(rig.gone.at(-1), 'F1');
  });

  it('is not lost where the store does not take its halves at once, as on a server whose session has ended', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1 B1');
    await rig.look();
    const { stages } = rig;
    const commit = stages.commitStage.bind(stages);
    stages.commitStage = async () => 'conflict';
    await rejects(rig.passes(30), /did not take what leaves f\/await/);
    equal(await rig.left(), 1);
    stages.commitStage = commit;
    rig.fails.clear();
    await rig.passes(120);
    deepEqual(rig.gone.toSorted(), ['A1', 'B1']);
  });

  it('is parked after so many attempts while others went on, and lets those behind it go', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1', 'A2');
    for (let minute = 0; minute < 2 * limits.stageFailures; minute += 1) {
      await rig.leaves(`B${minute}`);
      rig.answered += 1;
      await rig.passes(60);
    }
    const own = rig.gone.filter((one) => one.startsWith('A'));
    deepEqual(own, ['A1 STAGE_GAVE_UP', 'A2']);
    equal(await rig.left(), 0);
  });

  it('is not parked where the system is down, though others that do not ask it go on', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1');
    for (let minute = 0; minute < 3 * limits.stageFailures; minute += 1) {
      await rig.leaves(`B${minute}`);
      await rig.passes(60);
    }
    deepEqual(
      rig.gone.filter((one) => one.startsWith('A')),
      [],
    );
    rig.fails.clear();
    await rig.passes(60);
    equal(rig.gone.at(-1), 'A1');
  });

  it('is parked or goes on, never both, wherever a crash comes when it is given up', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1');
    const { stages } = rig;
    const commit = stages.commitStage.bind(stages);
    let isCut = false;
    stages.commitStage = async (asked) => {
      const done = await commit(asked);
      if (asked.gone) {
        isCut = true;
        throw new Error('killed');
      }
      return done;
    };
    for (let minute = 0; !isCut; minute += 1) {
      rig.answered += 1;
      await rig.passes(60).catch((error: Error) => match(error.message, /killed/));
      ok(minute < 40);
    }
    // The system answers again, and another process goes on with what lies there.
    stages.commitStage = commit;
    rig.fails.clear();
    await rig.passes(60);
    deepEqual(rig.gone, ['A1 STAGE_GAVE_UP']);
    equal(await rig.left(), 0);
  });

  it('waits for a system that is down as long as it is, and parks nothing', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    rig.fails.set('B1', 'ENRICH_PAUSED');
    await rig.leaves('A1', 'B1');
    await rig.passes(3_600);
    ok(rig.attempts > 60 && rig.attempts < 200, `${rig.attempts} attempts`);
    deepEqual(rig.gone, []);
    rig.fails.clear();
    await rig.passes(60);
    deepEqual(rig.gone.toSorted(), ['A1', 'B1']);
  });

  it('waits all of it once much is put off', async () => {
    const names = Array.from({ length: limits.stagePutOff + 10 }, (_, index) =>
      String.fromCharCode(0x100 + index),
    );
    for (const name of names) rig.fails.set(name, 'ENRICH_FAILED');
    await rig.leaves(...names, 'Z');
    await rig.look();
    deepEqual([rig.attempts, rig.gone], [limits.stagePutOff, []]);
    rig.fails.clear();
    await rig.passes(5);
    equal(rig.gone.length, names.length + 1);
  });

  it('is not read behind so much that is put off', async () => {
    const names = Array.from({ length: limits.stagePutOff }, (_, index) =>
      String.fromCharCode(0x100 + index),
    );
    for (const name of names) rig.fails.set(name, 'ENRICH_PAUSED');
    const behind = Array.from({ length: 20 * limits.stageOuts }, (_, index) => `Z${index}`);
    await rig.leaves(...names, ...behind);
    const { stages } = rig;
    const stageOuts = stages.stageOuts.bind(stages);
    let read = 0;
    stages.stageOuts = async (...asked) => {
      const outs = await stageOuts(...asked);
      read += outs.length;
      return outs;
    };
    await rig.look();
    await rig.passes(10);
    ok(read <= 11 * (limits.stagePutOff + limits.stageOuts), `${read} read`);
    rig.fails.clear();
    await rig.passes(120);
    deepEqual(rig.gone.toSorted(), [...names, ...behind].toSorted());
  });

  it('is forgotten where another process let it go on', async () => {
    const names = Array.from({ length: limits.stagePutOff }, (_, index) =>
      String.fromCharCode(0x100 + index),
    );
    for (const name of names) rig.fails.set(name, 'ENRICH_PAUSED');
    await rig.leaves(...names, 'Z1');
    await rig.look();
    const ids = names.map((_, index) => `c${String(index + 1).padStart(4, '0')}`);
    await rig.stages.outsSent('f/await', ids);
    await rig.passes(120);
    deepEqual([rig.gone, rig.attempts], [['Z1'], limits.stagePutOff + 1]);
  });

  it('that nobody can read keeps no other from going on while something is put off', async () => {
    rig.fails.set('A1', 'ENRICH_FAILED');
    await rig.leaves('A1');
    const outs = [{ id: 'c0001a', body: '{"v":9}' }];
    await rig.stages.commitStage({ id: 'c0001a', stage: 'f/await', rows: [], outs });
    await rig.leaves('B1', 'C1');
    await rig.look();
    deepEqual(rig.gone, ['B1', 'C1']);
    deepEqual(rig.told, ['stage.put_off ENRICH_FAILED', 'stage.held FORMAT_UNKNOWN']);
  });

  it('waits as a whole where the hub itself cannot go on', async () => {
    rig.fails.set('A1', 'BROKER_UNREACHABLE');
    await rig.leaves('B1', 'A1', 'C1');
    await rig.look().then(
      () => ok(false),
      (error: StockbusError) => equal(error.code, 'BROKER_UNREACHABLE'),
    );
    deepEqual([rig.gone, await rig.left()], [['B1'], 2]);
    match(rig.told.join(), /^$/);
  });
});
