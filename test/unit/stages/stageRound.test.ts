/** What a stage decides about a row that has grown large. */
import assert from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import type { StageArrival, StageRow, StageSpec } from '../../../core/ports.ts';
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
