import { deepEqual, throws } from 'node:assert/strict';
import { stages } from '../../../core/catalog.ts';
import type { StageArrival } from '../../../core/ports.ts';
import { awaiting } from '../../../core/steps/awaiting.ts';
import { delay } from '../../../core/steps/delay.ts';
import { groupAcross } from '../../../core/steps/groupAcross.ts';
import {
  arrivalOf,
  type Moment,
  type StageCase,
  stageContract,
  stageOf,
  Told,
} from './stageContract.ts';

const comes = (minute: number, id: string, parts: Partial<StageArrival> = {}): Moment => ({
  minute,
  comes: { id, ...parts },
});
const looked = (minute: number): Moment => ({ minute });
const made = (minute: number, id: string, from = 'despatches', value = {}): Moment =>
  comes(minute, id, { from, value: { document: id, ...value } });
/** A row of a document; `id` is in what was read, by which the test names it. */
const row = (minute: number, id: string, given = {}): Moment =>
  comes(minute, id, { source: { id }, given });

const despatch = {
  key: 'Ref',
  flow: 'despatches',
  match: 'document',
  within: '10m',
  as: 'despatch',
};
const both = { ...despatch, flow: ['north', 'south'], as: 'answers' };
const rows = { by: 'document', across: 'payloads', complete: { size: 'total', after: '10m' } };

const cases: StageCase[] = [
  {
    about: 'a record whose counterpart came before it',
    spec: awaiting,
    options: despatch,
    story: [made(0, 'D'), comes(5, 'a'), comes(6, 'b')],
    leave: ['a', 'b'],
  },
  {
    about: 'records that came before their counterpart',
    spec: awaiting,
    options: despatch,
    story: [comes(0, 'a'), comes(2, 'b'), made(9, 'D'), looked(30)],
    leave: ['a', 'b'],
  },
  {
    about: 'what comes too late is parked, dropped, or goes on without',
    spec: awaiting,
    options: despatch,
    story: [comes(0, 'a'), looked(9), looked(10), made(11, 'D'), comes(12, 'b'), looked(40)],
    leave: ['a!AWAIT_MISSING', 'b'],
  },
  {
    about: 'what was dropped is counted',
    spec: awaiting,
    options: { ...despatch, missing: 'drop' },
    story: [comes(0, 'a'), looked(10)],
    leave: ['a-'],
  },
  {
    about: 'one of each of several flows',
    spec: awaiting,
    options: both,
    story: [made(0, '1', 'north'), comes(1, 'a'), made(2, '2', 'north'), made(3, '1', 'south')],
    leave: ['a'],
  },
  {
    about: 'one of several flows that says nothing',
    spec: awaiting,
    options: both,
    story: [made(0, '1', 'north'), comes(1, 'a'), looked(20)],
    leave: ['a!AWAIT_MISSING'],
  },
  {
    about: 'a document that is complete by its size',
    spec: groupAcross,
    options: rows,
    story: [row(0, 'a', { total: '3', size: '3' }), row(1, 'b'), row(8, 'c'), looked(60)],
    leave: ['a+b+c'],
  },
  {
    about: 'a document that is not complete in time',
    spec: groupAcross,
    options: rows,
    story: [row(0, 'a', { size: 3 }), row(8, 'b'), looked(17), looked(18)],
    leave: ['a!GROUP_INCOMPLETE', 'b!GROUP_INCOMPLETE'],
  },
  {
    about: 'a record that says that it is the last, and one that comes after it',
    spec: groupAcross,
    options: { ...rows, complete: { when: 'last', after: '10m' } },
    story: [row(0, 'a', { when: false }), row(1, 'b', { when: true }), row(2, 'c')],
    leave: ['a+b', 'c!GROUP_LATE'],
  },
  {
    about: 'a document that nothing more comes for, and another of its name',
    spec: groupAcross,
    options: { ...rows, complete: { after: '10m' }, late: 'new' },
    story: [row(0, 'a'), row(9, 'b'), looked(18), looked(19), row(20, 'c'), looked(30)],
    leave: ['a+b', 'c'],
  },
  {
    about: 'a document one of whose records is bad',
    spec: groupAcross,
    options: { ...rows, complete: { after: '10m' } },
    story: [
      row(0, 'a'),
      comes(1, 'b', { source: { id: 'b' }, faults: [{ code: 'RECORD_INVALID', message: 'no' }] }),
      looked(20),
      row(30, 'c'),
    ],
    leave: ['a+b!RECORD_INVALID!GROUP_BROKEN', 'c!GROUP_LATE'],
  },
  {
    about: 'a document that was parked, and is sent again',
    spec: groupAcross,
    options: { ...rows, member: 'line' },
    story: [
      row(0, 'a', { size: 2, member: '1' }),
      looked(10),
      row(20, 'A', { size: 2, member: '1' }),
      row(21, 'b', { size: 2, member: '2' }),
    ],
    leave: ['a!GROUP_INCOMPLETE', 'A+b'],
  },
  {
    about: 'for a time',
    spec: delay,
    options: { for: '10m' },
    story: [comes(0, 'a'), looked(9), looked(10), looked(30)],
    leave: ['a'],
  },
  {
    about: 'until a time that is over',
    spec: delay,
    options: { until: 'releaseAt' },
    story: [comes(5, 'a', { given: { until: '2026-01-01T00:04:00Z' } }), looked(6)],
    leave: ['a'],
  },
];

describe('stages', () => {
  it('each have a case here', () => {
    const named = new Set(cases.map(({ spec }) => spec));
    deepEqual(
      stages.filter((spec) => !named.has(spec)).map(({ name }) => name),
      [],
    );
  });

  for (const one of cases) stageContract(one);

  describe('read what was added before', () => {
    const readsOf = (about: string): number[] => {
      const one = cases.find((some) => some.about === about)!;
      const told = new Told(stageOf(one));
      return one.story.map((moment) => {
        const before = told.reads;
        const now = new Date(Date.UTC(2026, 0, 1, 0, moment.minute)).toISOString();
        if (moment.comes) told.arrive(arrivalOf(moment), now);
        else told.due(now);
        return told.reads - before;
      });
    };
    it('when it is complete, whatever came until then', () => {
      deepEqual(readsOf('a document that is complete by its size'), [0, 0, 1, 0]);
      deepEqual(readsOf('a document that is not complete in time'), [0, 0, 0, 1]);
      deepEqual(readsOf('for a time'), [0, 0, 1, 0]);
    });

    it('when records and what they wait for meet', () => {
      deepEqual(readsOf('records that came before their counterpart'), [0, 0, 1, 0]);
      deepEqual(readsOf('one of each of several flows'), [0, 0, 0, 1]);
      const late = 'what comes too late is parked, dropped, or goes on without';
      deepEqual(readsOf(late), [0, 0, 1, 0, 1, 0]);
    });
  });

  it('delay takes no time behind the year 9999, in whatever zone', () => {
    const stage = stageOf({ ...cases[0]!, spec: delay, options: { until: 'releaseAt' } });
    const arrive = (until: string) => {
      const { comes: arrival } = comes(0, 'a', { given: { until } });
      const told = new Told(stage);
      told.arrive(arrivalOf({ minute: 0, comes: arrival! }), '2026-01-01T00:00:00.000Z');
      return told.left;
    };
    throws(() => arrive('9999-12-31T23:30:00-01:00'), { code: 'RECORD_INVALID' });
    deepEqual(arrive('9999-12-31T23:30:00Z'), []);
  });

  describe('await', () => {
    const leaving = (options: object, ...story: Moment[]) => {
      const told = new Told(stageOf({ ...cases[0]!, options }));
      for (const moment of story) {
        const now = new Date(Date.UTC(2026, 0, 1, 0, moment.minute)).toISOString();
        if (moment.comes) told.arrive(arrivalOf(moment), now);
        else told.due(now);
      }
      return told.out.map(({ value }) => value);
    };

    it('gives the record the data of what it waited for, as it was last', () => {
      const values = leaving(
        despatch,
        made(0, 'D', 'despatches', { lines: 1 }),
        made(1, 'D', 'despatches', { lines: 2 }),
        comes(2, 'a'),
      );
      deepEqual(values, [{ sku: 'A', despatch: { document: 'D', lines: 2 } }]);
    });

    it('gives a list of each of several flows, in the order in which the flow names them', () => {
      const values = leaving(both, comes(0, 'a'), made(1, 'S', 'south'), made(2, 'N', 'north'));
      deepEqual(values, [{ sku: 'A', answers: [{ document: 'N' }, { document: 'S' }] }]);
    });

    it('goes on with what has come where the rest may lack', () => {
      const keep = { ...both, missing: 'keep' };
      const values = leaving(keep, comes(0, 'a'), made(1, 'S', 'south'), looked(10));
      deepEqual(values, [{ sku: 'A', answers: [{ document: 'S' }] }]);
      deepEqual(leaving({ ...despatch, missing: 'keep' }, comes(0, 'a'), looked(10)), [
        { sku: 'A' },
      ]);
    });
  });
});
