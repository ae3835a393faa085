import { deepEqual, equal, ok } from 'node:assert/strict';
import { type ControlChange, type ControlChapter, type Fence, LEASE } from '../../../core/ports.ts';
import { allRows } from './fixtures.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

type Row = NonNullable<ControlChange['row']>;

const rowOf = (body: string, parts: Partial<Row> = {}): Row => ({
  ...{ state: 'open', since: at(0), words: [], body },
  ...parts,
});
const newRow = (id: string, body: string, parts: Partial<Row> = {}): ControlChange => ({
  ...{ kind: 'case', id, expected: '' },
  row: rowOf(body, parts),
});

/** Names that an id, a state or a word may have, and a store must tell apart. */
const NAMES = ['A', 'a', 'A\tB', 'A\nB', 'Ä', '螺', 'A/B', "'", '$A', 'A.B', ''];

let changes = 0;

export function describeControl(current: () => ControlChapter): void {
  const change = async (...all: ControlChange[]): Promise<string> => {
    changes += 1;
    equal(await current().changeControl(`c${changes}`, all), 'done');
    return `c${changes}`;
  };
  const isRefused = async (all: readonly ControlChange[], fence?: Fence): Promise<void> => {
    changes += 1;
    equal(await current().changeControl(`c${changes}`, all, fence), 'conflict');
  };
  const bodies = async (ids: readonly string[], kind = 'case'): Promise<string[]> =>
    (await current().control(kind, ids)).map(({ id, body }) => `${id}=${body}`).sort();
  const found = async (filter: object): Promise<string[]> =>
    (await allRows((page) => current().controlRows({ kind: 'case', ...filter }, page))).map(
      ({ id }) => id,
    );

  it('is kept by kind and id, each as it was given', async () => {
    const body = '{"x":"é螺\\"","n":1.50}';
    await change(...NAMES.map((id) => newRow(id, id + body)));
    deepEqual(await bodies([...NAMES, 'none']), NAMES.map((id) => `${id}=${id}${body}`).sort());
    deepEqual(await bodies(NAMES, 'run'), []);
    const id = await change(
      newRow('all', body, { state: 'held', since: at(3), dueAt: at(5), words: ['x', 'y'] }),
    );
    deepEqual(await current().control('case', ['all']), [
      {
        kind: 'case',
        id: 'all',
        version: id,
        state: 'held',
        since: at(3),
        dueAt: at(5),
        words: ['x', 'y'],
        body,
      },
    ]);
  });

  it('changes all or nothing, by the versions that were seen', async () => {
    const seen = await change(newRow('A', '1'), newRow('B', '1'), newRow('C', '1'));
    await change(
      { kind: 'case', id: 'A', expected: seen, row: rowOf('2') },
      { kind: 'case', id: 'B', expected: seen },
      newRow('D', '1'),
    );
    deepEqual(await bodies(['A', 'B', 'C', 'D']), ['A=2', 'C=1', 'D=1']);
    const late: ControlChange[] = [
      { kind: 'case', id: 'A', expected: seen, row: rowOf('3') },
      { kind: 'case', id: 'A', expected: seen },
      { kind: 'case', id: 'B', expected: seen, row: rowOf('3') },
      { kind: 'case', id: 'B', expected: seen },
      newRow('A', '3'),
    ];
    for (const one of late) {
      await isRefused([
        newRow('Z', '9'),
        { kind: 'case', id: 'C', expected: seen, row: rowOf('9') },
        one,
      ]);
    }
    deepEqual(await bodies(['A', 'B', 'C', 'D', 'Z']), ['A=2', 'C=1', 'D=1']);
    await change(newRow('B', '4'));
    await isRefused([{ kind: 'case', id: 'B', expected: seen, row: rowOf('5') }]);
  });

  it('lets one of those win that change a row at once', async () => {
    const expected = await change(newRow('A', '0'));
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        current().changeControl(`at once ${index}`, [
          { kind: 'case', id: 'A', expected, row: rowOf(String(index)) },
        ]),
      ),
    );
    equal(outcomes.filter((outcome) => outcome === 'done').length, 1);
    deepEqual(await bodies(['A']), [`A=${outcomes.indexOf('done')}`]);
  });

  it('is listed by state, word and time, and in that order', async () => {
    const version = await change(
      newRow('late', '', { since: at(9), words: ['PO-1', 'flow'] }),
      newRow('b', '', { since: at(2), words: ['PO-1', 'PO-1'] }),
      newRow('a', '', { since: at(2), words: ['po-1'], state: 'done' }),
      newRow('first', '', { since: at(1), words: ['flow'], state: 'done' }),
      { kind: 'run', id: 'other', expected: '', row: rowOf('', { words: ['PO-1'] }) },
    );
    deepEqual(await found({}), ['first', 'a', 'b', 'late']);
    deepEqual(await found({ state: 'done' }), ['first', 'a']);
    deepEqual(await found({ word: 'PO-1' }), ['b', 'late']);
    deepEqual(await found({ word: 'flow', state: 'open' }), ['late']);
    deepEqual(await found({ since: at(2), until: at(2) }), ['a', 'b']);
    deepEqual(await found({ word: 'PO-1', since: at(3) }), ['late']);
    const { rows, next } = await current().controlRows({ kind: 'case' }, { limit: 2 });
    deepEqual(
      rows.map(({ id }) => id),
      ['first', 'a'],
    );
    const rest = await current().controlRows({ kind: 'case' }, { limit: 2, after: next! });
    deepEqual([rest.rows.map(({ id }) => id), rest.next], [['b', 'late'], undefined]);
    deepEqual(await current().controlStates('case'), [
      { state: 'done', rows: 2, since: at(1) },
      { state: 'open', rows: 2, since: at(2) },
    ]);
    await change(
      {
        kind: 'case',
        id: 'b',
        expected: version,
        row: rowOf('', { since: at(8), words: ['new'] }),
      },
      { kind: 'case', id: 'late', expected: version },
    );
    deepEqual([await found({ word: 'PO-1' }), await found({ word: 'new' })], [[], ['b']]);
    deepEqual(await found({}), ['first', 'a', 'b']);
  });

  it('is found by any word as it is', async () => {
    await change(...NAMES.map((word, index) => newRow(`${index}`, '', { words: [word] })));
    for (const [index, word] of NAMES.entries()) deepEqual(await found({ word }), [`${index}`]);
  });

  it('is given when it is due, soonest first', async () => {
    const version = await change(
      newRow('late', '', { dueAt: at(9) }),
      newRow('b', '', { dueAt: at(2) }),
      newRow('a', '', { dueAt: at(2) }),
      newRow('never', ''),
      newRow('not yet', '', { dueAt: at(10) }),
      { kind: 'run', id: 'other', expected: '', row: rowOf('', { dueAt: at(1) }) },
    );
    const due = async (now: number, limit = 10): Promise<string[]> =>
      (await current().dueControl('case', at(now), limit)).map(({ id }) => id);
    deepEqual([await due(1), await due(9), await due(9, 2)], [[], ['a', 'b', 'late'], ['a', 'b']]);
    await change(
      { kind: 'case', id: 'a', expected: version, row: rowOf('') },
      { kind: 'case', id: 'b', expected: version },
    );
    deepEqual(await due(9), ['late']);
  });

  it('is written only while a lease is held with its token', async () => {
    const lease = (words: string[], expected = ''): ControlChange => ({
      ...{ kind: LEASE, id: 'job', expected },
      row: rowOf('', { words }),
    });
    const fence = { lease: 'job', token: 1 };
    await isRefused([newRow('A', '1')], fence);
    let held = await change(lease(['1']));
    equal(await current().changeControl('with 1', [newRow('A', '1')], fence), 'done');
    // What is written by who holds it does not change the lease: he renews it by the version that he knows.
    held = await change(lease(['1'], held));
    held = await change(lease(['2'], held));
    await isRefused([newRow('B', '1')], fence);
    equal(
      await current().changeControl('with 2', [newRow('B', '1')], { ...fence, token: 2 }),
      'done',
    );
    await change(lease([], held));
    await isRefused([newRow('C', '1')], { ...fence, token: 2 });
    deepEqual(await bodies(['A', 'B', 'C']), ['A=1', 'B=1']);
  });

  it('is written by who held the lease first, or not at all, where another takes it at that moment', async () => {
    const lease = (token: number, expected = ''): ControlChange => ({
      ...{ kind: LEASE, id: 'job', expected },
      row: rowOf('', { words: [String(token)] }),
    });
    let held = await change(lease(1));
    for (let token = 1; token <= 20; token += 1) {
      const fence = { lease: 'job', token };
      const [written, taken] = await Promise.all([
        current().changeControl(`old ${token}`, [newRow(`by ${token}`, '1')], fence),
        current().changeControl(`new ${token}`, [lease(token + 1, held)]),
      ]);
      equal(taken, 'done');
      held = `new ${token}`;
      equal((await bodies([`by ${token}`])).length, written === 'done' ? 1 : 0);
      await isRefused([newRow(`late ${token}`, '1')], fence);
    }
  });

  it('has one clock', async () => {
    const [one, other] = [await current().serverTime(), await current().serverTime()];
    ok(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(one) && one <= other, `${one} ${other}`);
  });
}
