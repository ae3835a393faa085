/** What a stage decides about a row that has grown large. */
import assert, { deepEqual, ok } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import type { StageArrival, StageRow, StageSpec } from '../../../core/ports.ts';
import { leavingFrom, stateFrom } from '../../../core/stages/leavingBatch.ts';
import { StageRound } from '../../../core/stages/StageRound.ts';
import { awaiting } from '../../../core/steps/awaiting.ts';
import { arrivalOf, stageOf } from '../../contract/stage/stageContract.ts';

const stage = stageOf({
  ...{ about: '', story: [], leave: [] },
  spec: awaiting as StageSpec,
  options: { key: 'order', flow: 'despatches', within: '1h', as: 'despatch' },
});
const NOW = '2026-01-01T00:00:00.000Z';
const LARGE = 'x'.repeat(limits.stageRowBytes / 16);

const record = (id: string): StageArrival =>
  arrivalOf({ minute: 0, comes: { id, value: { text: LARGE }, source: {} } });
const other = (id: string): StageArrival =>
  arrivalOf({ minute: 0, comes: { id, from: 'despatches', value: { number: id } } });

function rowsOf(round: StageRound): StageRow[] {
  const commit = round.commit('c1')!;
  return commit.rows.map(({ key, row }) => ({ stage: 's', key, version: 'c1', ...row! }));
}

function taken(arrivals: readonly StageArrival[], rows: readonly StageRow[] = []): StageRound {
  const round = new StageRound('s', stage, rows, NOW);
  for (const arrival of arrivals) round.arrive(arrival);
  return round;
}

const many = (count: number, from = 0): StageArrival[] =>
  Array.from({ length: count }, (_, index) => record(`r${from + index}`));

describe('a row of a stage', () => {
  it('takes no more than it may hold', () => {
    const { tally } = taken(many(20));
    assert.deepEqual(tally, { left: 0, parked: 5, dropped: 0 });
  });

  it('is not full of what goes on at once, however much comes', () => {
    const { tally } = taken([other('d'), ...many(40)]);
    assert.deepEqual(tally, { left: 40, parked: 0, dropped: 0 });
  });

  it('is not full of what comes again', () => {
    const before = rowsOf(taken(many(15)));
    const { tally } = taken(many(15), before);
    assert.deepEqual(tally, { left: 0, parked: 0, dropped: 0 });
  });

  it('has room again for those that come after the others have gone', () => {
    const { tally } = taken([...many(15), other('d'), ...many(15, 15)]);
    assert.deepEqual(tally, { left: 30, parked: 0, dropped: 0 });
  });
});

describe('what leaves a row together', () => {
  const lines = (count: number): StageArrival[] =>
    Array.from({ length: count }, (_, index) =>
      arrivalOf({ minute: 0, comes: { id: `r${index}`, value: { line: index }, source: {} } }),
    );
  const large = arrivalOf({
    minute: 0,
    comes: {
      ...{ id: 'd', from: 'despatches' },
      value: { text: 'x'.repeat(limits.stageOutBytes / 16) },
    },
  });

  const leavingOf = (round: StageRound): unknown[] =>
    (round.commit('c1')?.outs ?? []).flatMap(({ body }) => {
      ok(body.length <= limits.documentBytes);
      return leavingFrom(body, 'a test').map(({ value }) => value.line);
    });

  it('leaves in portions where what came for it is large, in order, and is due until all has left', () => {
    const first = taken([...lines(100), large]);
    const left = [leavingOf(first)];
    let rows = rowsOf(first);
    while (stage.waiting(stateFrom(rows[0]!.body, 'a test')) > 0) {
      ok(rows[0]!.dueAt! <= NOW);
      const round = new StageRound('s', stage, rows, NOW);
      round.due();
      left.push(leavingOf(round));
      rows = rowsOf(round);
    }
    ok(left.length >= 100 / 16, `${left.length} portions`);
    ok(left.every(({ length }) => length > 0 && length <= 16));
    deepEqual(
      left.flat(),
      lines(100).map(({ value }) => value.line),
    );
  });

  it('fills a commit, whatever comes after it', () => {
    const round = new StageRound('s', stage, [], NOW);
    round.arrive(large);
    const arrivals = lines(100);
    const later = arrivals.findIndex((one) => {
      if (!round.isFull) round.arrive(one);
      return round.isFull;
    });
    ok(later > 10 && later < 17, `full after ${later}`);
  });

  it('is taken back by no bound where what came leaves no room for those that still wait', () => {
    const round = taken([...many(15), large, ...lines(3)]);
    deepEqual([round.refused, round.tally.parked], [[], 0]);
  });
});
