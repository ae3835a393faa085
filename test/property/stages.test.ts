/**
 * What stages of flows let go follows from what came and when, however it is cut into batches, whatever of them comes
 * again, and whatever is decided and not written; and a store keeps the same as memory.
 */
import { deepEqual } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { LeavingRecord, StageArrival, StageSpec, Store } from '../../core/ports.ts';
import { leavingFrom } from '../../core/stages/leavingBatch.ts';
import { MemoryStages } from '../../core/stages/MemoryStages.ts';
import type { StageRound } from '../../core/stages/StageRound.ts';
import { StageRounds } from '../../core/stages/StageRounds.ts';
import { awaiting } from '../../core/steps/awaiting.ts';
import { delay } from '../../core/steps/delay.ts';
import { groupAcross } from '../../core/steps/groupAcross.ts';
import { arrivalOf, stageOf, Told } from '../contract/stage/stageContract.ts';
import { openAt } from '../contract/store/withStore.ts';
import { patience } from '../runs.ts';
import { checkAny } from './check.ts';

const awaits = { key: 'k', flow: ['north', 'south'], within: '9m', as: 'other' };
const complete = { size: 'n', after: '9m' };
const groups = { by: 'k', across: 'payloads', complete };
const KINDS: readonly { spec: StageSpec; options: object }[] = [
  { spec: awaiting, options: awaits },
  { spec: awaiting, options: { ...awaits, flow: 'north', count: 2, missing: 'keep' } },
  { spec: groupAcross, options: groups },
  { spec: groupAcross, options: { ...groups, late: 'new', member: 'm' } },
  { spec: groupAcross, options: { ...groups, complete: { after: '3m' }, late: 'new' } },
  { spec: delay, options: { for: '5m' } },
];

interface Coming {
  minute: number;
  key: string;
  id: string;
  from: string | undefined;
  size: number | undefined;
  /** A batch begins with it; what is decided of that is lost so often; it comes again. */
  begins: boolean;
  lost: number;
  again: boolean;
}

const coming: fc.Arbitrary<Coming> = fc.record({
  minute: fc.nat({ max: 40 }),
  key: fc.constantFrom('A', 'B', 'C'),
  id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
  from: fc.constantFrom(undefined, undefined, undefined, 'north', 'south'),
  size: fc.constantFrom(undefined, undefined, 2, 3, 4),
  begins: fc.boolean(),
  lost: fc.constantFrom(0, 0, 1),
  again: fc.boolean(),
});
const stories = fc.record({
  kind: fc.constantFrom(...KINDS),
  all: fc
    .array(coming, { maxLength: 40 })
    .map((all) => all.sort((one, other) => one.minute - other.minute)),
});
type Story = typeof stories extends fc.Arbitrary<infer One> ? One : never;

const timeOf = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

/** A record has one key, and what another flow makes too. */
function arrivalFor({ kind }: Story, { minute, key, id, from, size }: Coming): StageArrival {
  const name = `${key}${id}`;
  const isOther = from !== undefined && kind.spec === awaiting;
  const given = { ...(size && { size }), ...('member' in kind.options && { member: id }) };
  return arrivalOf({
    minute,
    comes: {
      ...{ id: name, key: kind.spec === delay ? name : key, given, source: { id: name } },
      ...(isOther ? { from } : {}),
    },
  });
}

function shown({ id, value, faults = [], members = [] }: LeavingRecord): string {
  const names = members.map(({ value: { id: name } }) => String(name));
  const other = JSON.stringify((value as { other?: unknown }).other ?? '');
  return [members.length > 0 ? names.join('+') : id, other, ...faults.map(({ code }) => code)].join(
    ' ',
  );
}

/** One after the other, with all that is kept before it. */
function oneByOne(story: Story): Map<string, string[]> {
  const stage = stageOf({ ...{ about: '', story: [], leave: [] }, ...story.kind });
  const told = new Map<string, Told>();
  for (let minute = 0; minute <= 60; minute += 1) {
    for (const one of told.values())
      if (one.state !== undefined && one.dueAt <= timeOf(minute)) one.due(timeOf(minute));
    for (const one of story.all.filter((some) => some.minute === minute)) {
      const arrival = arrivalFor(story, one);
      const kept = told.get(arrival.key) ?? new Told(stage);
      kept.arrive(arrival, timeOf(minute));
      told.set(arrival.key, kept);
    }
  }
  return new Map([...told].map(([key, { out }]) => [key, out.map(shown)]));
}

/** Of one minute what comes together. */
function batchesOf(all: readonly Coming[]): Coming[][] {
  const batches: Coming[][] = [];
  for (const one of all) {
    if (batches.length === 0 || one.begins) batches.push([]);
    batches.at(-1)!.push(one);
  }
  return batches;
}

let tries = 0;

async function inRounds(story: Story, store: MemoryStages | Store): Promise<Map<string, string[]>> {
  tries += 1;
  const name = `story-${tries}/stage`;
  const stage = stageOf({ ...{ about: '', story: [], leave: [] }, ...story.kind });
  const rounds = new StageRounds(store, { name, stage });
  const left = new Map<string, string[]>();
  const commit = async (round: StageRound): Promise<void> => {
    const made = round.commit(crypto.randomUUID());
    if (!made) return;
    deepEqual(await store.commitStage(made), 'committed');
    for (const record of made.outs.flatMap(({ body }) => leavingFrom(body, 'a test'))) {
      const key = story.kind.spec === delay ? record.id : record.id[0]!;
      left.set(key, [...(left.get(key) ?? []), shown(record)]);
    }
  };
  for (let minute = 0; minute <= 60; minute += 1) {
    const now = timeOf(minute);
    const due = await store.dueStageRows(name, now, 100);
    if (due.length > 0) await commit((await rounds.ofDue(due, now)).round);
    for (const batch of batchesOf(story.all.filter((some) => some.minute === minute))) {
      const arrivals = batch.map((one) => arrivalFor(story, one));
      for (let lost = 0; lost < batch[0]!.lost; lost += 1) await rounds.ofArrivals(arrivals, now);
      await commit((await rounds.ofArrivals(arrivals, now)).round);
      if (batch[0]!.again) await commit((await rounds.ofArrivals(arrivals, now)).round);
    }
  }
  return left;
}

const describeStory = ({ kind, all }: Story): string =>
  [
    `${kind.spec.name}: ${JSON.stringify(kind.options)}`,
    ...all.map((one) => JSON.stringify(one)),
  ].join('\n');

const named = (left: Map<string, string[]>): [string, string[]][] =>
  [...left].filter(([, some]) => some.length > 0).sort(([one], [other]) => (one < other ? -1 : 1));

describe('stages of flows', () => {
  let folder: string;
  let store: Store;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-stages-'));
    store = await openAt(`file:${folder}`);
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('let go the same in whatever batches it comes, in memory and in a store', function () {
    this.timeout(patience());
    return checkAny(stories, describeStory, async (story) => {
      const expected = named(oneByOne(story));
      deepEqual(named(await inRounds(story, new MemoryStages())), expected);
      deepEqual(named(await inRounds(story, store)), expected);
    });
  });
});
