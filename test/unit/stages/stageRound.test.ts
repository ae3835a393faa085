/** What a stage decides about rows that have grown large, or are many, and what it reads and writes for it. */
import assert, { deepEqual, ok } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import type {
  LeavingRecord,
  Stage,
  StageArrival,
  StageChange,
  StageCommit,
  StageSpec,
} from '../../../core/ports.ts';
import { leavingFrom, rowFrom } from '../../../core/stages/leavingBatch.ts';
import { MemoryStages } from '../../../core/stages/MemoryStages.ts';
import { StageRound } from '../../../core/stages/StageRound.ts';
import { StageRounds } from '../../../core/stages/StageRounds.ts';
import { awaiting } from '../../../core/steps/awaiting.ts';
import { groupAcross } from '../../../core/steps/groupAcross.ts';
import { arrivalOf, stageOf } from '../../contract/stage/stageContract.ts';

const base = { about: '', story: [], leave: [] };
const awaitsOne = (within = '1h'): Stage =>
  stageOf({
    ...base,
    spec: awaiting as StageSpec,
    options: { key: 'order', flow: 'despatches', within, as: 'despatch' },
  });
const groups = stageOf({
  ...base,
  spec: groupAcross as StageSpec,
  options: { by: 'document', across: 'payloads', complete: { size: 'total', after: '1h' } },
});
const NOW = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T01:00:00.000Z';
const LARGE = 'x'.repeat(limits.stageRowBytes / 16);

const record = (id: string, parts: Partial<StageArrival> = {}): StageArrival =>
  arrivalOf({ minute: 0, comes: { id, value: { text: LARGE }, source: {}, ...parts } });
const other = (id: string, value: object = { number: id }): StageArrival =>
  arrivalOf({ minute: 0, comes: { id, from: 'despatches', value: { ...value } } });
const many = (count: number, from = 0): StageArrival[] =>
  Array.from({ length: count }, (_, index) => record(`r${from + index}`));
const lines = (count: number): StageArrival[] =>
  Array.from({ length: count }, (_, index) => record(`r${index}`, { value: { line: index } }));

/** A store that says how much is read and written. */
class CountedStages extends MemoryStages {
  /** Characters of members, of each reading. */
  readonly read: number[] = [];
  /** Characters of rows and of members, of each commit. */
  readonly written: number[] = [];

  override async stageMembers(stage: string, keys: readonly string[]) {
    const members = await super.stageMembers(stage, keys);
    this.read.push(members.reduce((sum, { body }) => sum + body.length, 0));
    return members;
  }

  override async commitStage(commit: StageCommit) {
    const texts = commit.rows.flatMap(({ row, adds = [] }) => [row, ...adds]);
    this.written.push(texts.reduce((sum, one) => sum + (one?.body?.length ?? 0), 0));
    return super.commitStage(commit);
  }
}

/** A stage, and all that came of it. */
class Rig {
  readonly stages = new CountedStages();
  readonly tally = { left: 0, parked: 0, dropped: 0 };
  readonly refused: unknown[] = [];
  /** Records that left, of each commit. */
  readonly portions: { value: object }[][] = [];
  readonly #rounds: StageRounds;

  constructor(stage: Stage = awaitsOne()) {
    this.#rounds = new StageRounds(this.stages, { name: 's', stage });
  }

  async takes(arrivals: readonly StageArrival[]): Promise<void> {
    for (let from = 0; from < arrivals.length; ) {
      const { round, taken } = await this.#rounds.ofArrivals(arrivals.slice(from), NOW);
      await this.#commit(round);
      ok(taken > 0);
      from += taken;
    }
  }

  /** What is due then, as many commits as it takes. */
  async passes(now: string): Promise<void> {
    for (;;) {
      const rows = await this.stages.dueStageRows('s', now, 1_000);
      if (rows.length === 0) return;
      await this.#commit((await this.#rounds.ofDue(rows, now)).round);
    }
  }

  get all(): unknown[] {
    return this.portions.flat().map(({ value }) => (value as { line: unknown }).line);
  }

  async waiting(): Promise<number> {
    const { rows } = await this.stages.staged({}, { limit: 1_000 });
    return rows.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  async #commit(round: StageRound): Promise<void> {
    const commit = round.commit(crypto.randomUUID());
    for (const [name, count] of Object.entries(round.tally))
      this.tally[name as keyof typeof this.tally] += count;
    this.refused.push(...round.refused);
    if (!commit) return;
    assert.equal(await this.stages.commitStage(commit), 'committed');
    ok(commit.outs.every(({ body }) => body.length <= limits.documentBytes));
    const left = commit.outs.flatMap(({ body }) => leavingFrom(body, 'a test'));
    if (left.length > 0) this.portions.push(left);
  }
}

describe('a row of a stage', () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig();
  });

  it('takes no more than it may hold', async () => {
    await rig.takes(many(20));
    deepEqual(rig.tally, { left: 0, parked: 5, dropped: 0 });
    await rig.takes(many(1, 20));
    deepEqual(rig.tally, { left: 0, parked: 6, dropped: 0 });
    deepEqual(rig.stages.read, []);
  });

  it('is not full of what goes on at once, however much comes', async () => {
    await rig.takes([other('d'), ...many(40)]);
    deepEqual(rig.tally, { left: 40, parked: 0, dropped: 0 });
  });

  it('is not full of what comes again', async () => {
    await rig.takes(many(15));
    await rig.takes(many(15));
    deepEqual(rig.tally, { left: 0, parked: 0, dropped: 0 });
  });

  it('has room again for those that come after the others have gone', async () => {
    await rig.takes([...many(15), other('d'), ...many(15, 15)]);
    deepEqual(rig.tally, { left: 30, parked: 0, dropped: 0 });
  });

  it('is not full of what was replaced, however often it comes', async () => {
    const large = other('d', { text: LARGE });
    for (let times = 0; times < 40; times += 1) await rig.takes([large]);
    await rig.takes(lines(1));
    deepEqual([rig.refused, rig.tally.left], [[], 1]);
  });
});

describe('what leaves a row together', () => {
  const large = other('d', { text: 'x'.repeat(limits.stageOutBytes / 16) });

  it('leaves in portions where what came for it is large, in order, and is due until all has left', async () => {
    const rig = new Rig();
    await rig.takes([...lines(100), large]);
    ok((await rig.waiting()) > 0);
    await rig.passes(NOW);
    ok(rig.portions.length >= 100 / 16, `${rig.portions.length} portions`);
    ok(rig.portions.every(({ length }) => length <= 16));
    deepEqual(
      rig.all,
      lines(100).map(({ value }) => value.line),
    );
    deepEqual(await rig.waiting(), 0);
  });

  it('fills a commit, whatever comes after it', async () => {
    const rig = new Rig();
    await rig.takes([large, ...lines(100)]);
    const sizes = rig.portions.map(({ length }) => length);
    ok(sizes.length > 5 && sizes.every((size) => size <= 17), `${sizes}`);
    deepEqual(rig.tally.left, 100);
  });

  it('is taken back by no bound where what came leaves no room for those that still wait', async () => {
    const rig = new Rig();
    await rig.takes([...many(15), large, ...lines(3)]);
    deepEqual([rig.refused, rig.tally.parked], [[], 0]);
  });
});

describe('what a stage reads and writes', () => {
  const row = (id: string, size?: number): StageArrival =>
    record(id, { value: { line: id }, given: { size } });

  it('is as much for a record of a long document as for one of a short, until it is complete', async () => {
    const rig = new Rig(groups);
    for (let number = 0; number < 300; number += 1) await rig.takes([row(`r${number + 100}`, 301)]);
    deepEqual(rig.stages.read, []);
    const { written } = rig.stages;
    ok(written[299]! < written[1]! + 20, `${written[299]} after ${written[1]}`);
    await rig.takes([row('r400')]);
    deepEqual([rig.stages.read.length, rig.portions.length], [1, 1]);
    const [document] = rig.portions.flat() as { value: { lines?: unknown[] } }[];
    deepEqual(document?.value.lines?.length, 301);
  });

  it('is as much for a record that waits with many as for one that waits with few', async () => {
    const rig = new Rig();
    await rig.takes([...lines(1)]);
    for (const one of lines(300).slice(1)) await rig.takes([one]);
    const { written } = rig.stages;
    ok(written[299]! < written[1]! + 20, `${written[299]} after ${written[1]}`);
  });

  it('is no more at once than it may be, however much is due', async () => {
    const rig = new Rig(awaitsOne('1h'));
    const keys = Array.from({ length: 24 }, (_, index) => `K${index + 10}`);
    for (const key of keys) await rig.takes(many(12).map((one) => ({ ...one, key })));
    deepEqual(rig.stages.read, []);
    await rig.passes(LATER);
    deepEqual(rig.tally, { left: 0, parked: 24 * 12, dropped: 0 });
    ok(Math.max(...rig.stages.read) <= limits.stageRoundBytes);
    const portions = rig.portions.map(({ length }) => length * LARGE.length);
    ok(Math.max(...portions) < limits.stageOutBytes + limits.stageRowBytes);
  });

  it('is read together for many small rows', async () => {
    const rig = new Rig(awaitsOne('1h'));
    await rig.takes(lines(200).map((one, index) => ({ ...one, key: `K${index}` })));
    await rig.takes(lines(200).map((_, index) => ({ ...other(`d${index}`), key: `K${index}` })));
    deepEqual([rig.tally.left, rig.stages.read.length], [200, 1]);
  });
});

describe('a document one of whose records found no room', () => {
  it('goes nowhere without it', () => {
    const gathering = stageOf({
      ...{ about: '', story: [], leave: [] },
      spec: groupAcross as StageSpec,
      options: { by: 'order', across: 'payloads', complete: { after: '1h' } },
    });
    const round = new StageRound('s', gathering, [], NOW);
    for (const arrival of many(20)) round.arrive(arrival);
    const [{ row }] = round.commit('c1')!.rows as [StageChange];
    const { state } = rowFrom(row!.body, 'a test');
    const members = new Map(many(2).map(({ id, ...one }) => [id, { id, ...one }]));
    const due = gathering.due({ state, members, isKnown: false }, '2026-01-02T00:00:00.000Z');
    ok(due !== 'members');
    deepEqual(
      due.out.map(({ faults = [] }) => faults.map(({ code }) => code)),
      [['GROUP_BROKEN']],
    );
  });

  it('nor where that was its first', async () => {
    const options = { by: 'order', across: 'payloads', member: 'line' };
    const gathering = stageOf({
      ...{ about: '', story: [], leave: [] },
      spec: groupAcross as StageSpec,
      options: { ...options, complete: { when: 'last', after: '1h' } },
    });
    const rig = new Rig(gathering);
    const bad = record('r1', { key: 'K', value: {}, given: { member: { no: 'text' } } });
    const last = record('r2', { key: 'K', value: {}, given: { member: '2', when: true } });
    await rig.takes([bad]);
    await rig.takes([last, { ...bad, key: 'alone' }]);
    const faults = rig.portions.flat().map((one) => (one as LeavingRecord).faults ?? []);
    deepEqual(
      faults.map((all) => all.map(({ code }) => code)),
      [['EXPR_NOT_TEXT'], ['GROUP_BROKEN'], ['EXPR_NOT_TEXT']],
    );
    await rig.passes('2026-01-02T01:00:00.000Z');
    deepEqual((await rig.stages.staged({}, { limit: 9 })).rows, []);
  });
});
