import { deepEqual, equal } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import type { StageChange, StageChapter, StageCommit, StageRow } from '../../../core/ports.ts';
import { allRows } from './fixtures.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

let commits = 0;
const commitOf = (parts: Partial<StageCommit>): StageCommit => {
  commits += 1;
  return { id: `c${commits}`, stage: 'f/await', rows: [], outs: [], ...parts };
};

const rowOf = (body: string, due?: number, waiting = 1, since = 0) => ({
  ...{ since: at(since), waiting, body },
  ...(due === undefined ? {} : { dueAt: at(due) }),
});
const newRow = (key: string, body: string, due?: number): StageChange => ({
  ...{ key, expected: '' },
  row: rowOf(body, due),
});

/** Names that a key may have, and a store must tell apart. */
const KEYS = ['A', 'a', 'A\tB', 'A\nB', 'Ä', '螺', 'A/B', "'", '$A', 'A.B', ''];

export function describeStages(current: () => StageChapter): void {
  const bodies = async (stage: string, keys: readonly string[]): Promise<string[]> =>
    (await current().stageRows(stage, keys)).map(({ key, body }) => `${key}=${body}`).sort();
  const committed = async (parts: Partial<StageCommit>): Promise<StageCommit> => {
    const commit = commitOf(parts);
    equal(await current().commitStage(commit), 'committed');
    return commit;
  };

  describe('stages', () => {
    it('keep rows by their key, each as it was given', async () => {
      const body = '{"x":"é螺\\"","n":1.50}';
      await committed({ rows: KEYS.map((key) => newRow(key, key + body)) });
      deepEqual(
        await bodies('f/await', [...KEYS, 'none']),
        KEYS.map((key) => `${key}=${key}${body}`).sort(),
      );
      deepEqual(await bodies('f/delay', KEYS), []);
      const [row] = await current().stageRows('f/await', ['A']);
      const { version: _, ...rest } = row!;
      deepEqual(rest, { stage: 'f/await', key: 'A', since: at(0), waiting: 1, body: `A${body}` });
    });

    it('change and remove rows of the version that was seen', async () => {
      const { id } = await committed({ rows: ['A', 'B', 'C'].map((key) => newRow(key, '1', 5)) });
      const changed = await committed({
        rows: [
          { key: 'A', expected: id, row: rowOf('2') },
          { key: 'B', expected: id },
          newRow('D', '1'),
        ],
      });
      deepEqual(await bodies('f/await', ['A', 'B', 'C', 'D']), ['A=2', 'C=1', 'D=1']);
      const [row] = await current().stageRows('f/await', ['A']);
      deepEqual([row!.version, row!.dueAt], [changed.id, undefined]);
      await committed({ rows: [newRow('B', '3')] });
      deepEqual(await bodies('f/await', ['B']), ['B=3']);
    });

    it('write nothing of a commit where a row has another version, is there, or is gone', async () => {
      const { id } = await committed({ rows: [newRow('A', '1'), newRow('B', '1')] });
      await committed({ rows: [{ key: 'A', expected: id, row: rowOf('2') }] });
      const outs = [{ id: 'o', body: 'x' }];
      const late: StageChange[] = [
        { key: 'A', expected: id, row: rowOf('3') },
        { key: 'A', expected: id },
        newRow('A', '3'),
        { key: 'N', expected: id, row: rowOf('3') },
        { key: 'N', expected: id },
      ];
      for (const change of late) {
        const rows = [newRow('Z', '9'), { key: 'B', expected: id, row: rowOf('9') }, change];
        equal(await current().commitStage(commitOf({ rows, outs })), 'conflict');
      }
      deepEqual(await bodies('f/await', ['A', 'B', 'N', 'Z']), ['A=2', 'B=1']);
      deepEqual(await current().stageOuts('f/await', 10), []);
    });

    it('never take a row that was made anew for the one that was seen', async () => {
      const seen = await committed({ rows: [newRow('A', '1')] });
      await committed({ rows: [{ key: 'A', expected: seen.id }] });
      await committed({ rows: [newRow('A', '1')] });
      const rows = [{ key: 'A', expected: seen.id, row: rowOf('2') }];
      equal(await current().commitStage(commitOf({ rows })), 'conflict');
    });

    it('let one of those win that decide about a key at once', async () => {
      const { id } = await committed({ rows: [newRow('A', '0')] });
      const all = Array.from({ length: 8 }, (_, index) =>
        commitOf({
          rows: [{ key: 'A', expected: id, row: rowOf(`${index}`) }],
          outs: [{ id: `${index}`, body: '' }],
        }),
      );
      const outcomes = await Promise.all(all.map((commit) => current().commitStage(commit)));
      equal(outcomes.filter((outcome) => outcome === 'committed').length, 1);
      const winner = outcomes.indexOf('committed');
      deepEqual(await bodies('f/await', ['A']), [`A=${winner}`]);
      deepEqual(await current().stageOuts('f/await', 10), [{ id: `${winner}`, body: '' }]);
    });

    it('give rows that are due, soonest first, and no others', async () => {
      const { id } = await committed({
        rows: [
          newRow('late', '', 9),
          newRow('b', '', 2),
          newRow('a', '', 2),
          newRow('first', '', 1),
        ],
      });
      await committed({ rows: [newRow('never', ''), newRow('not yet', '', 10)] });
      await committed({ stage: 'g/await', rows: [newRow('other', '', 1)] });
      const due = async (now: number, limit = 10): Promise<string[]> =>
        (await current().dueStageRows('f/await', at(now), limit)).map(({ key }) => key);
      deepEqual(await due(0), []);
      deepEqual(await due(9), ['first', 'a', 'b', 'late']);
      deepEqual(await due(9, 2), ['first', 'a']);
      await committed({
        rows: [
          { key: 'first', expected: id, row: rowOf('', 20) },
          { key: 'a', expected: id, row: rowOf('') },
          { key: 'b', expected: id },
        ],
      });
      deepEqual(await due(9), ['late']);
    });

    describe('with members', () => {
      const membersOf = async (...keys: string[]): Promise<string[]> =>
        (await current().stageMembers('f/await', keys)).map(
          ({ key, id, body }) => `${key}/${id}=${body}`,
        );
      const known = async (key: string, ...ids: string[]): Promise<string[]> => {
        const names = ids.map((id) => ({ key, id }));
        return (await current().knownMembers('f/await', names)).map(({ id }) => id).sort();
      };
      const member = (id: string, number: number) => ({ id, number, body: `${id}!` });
      let last: StageCommit;
      /** Another version of the row, with what becomes of its members. */
      const then = async (parts: Partial<StageChange>, isLast = false): Promise<void> => {
        const row = isLast ? {} : { row: rowOf('') };
        last = await committed({ rows: [{ key: 'A', expected: last.id, ...row, ...parts }] });
      };
      beforeEach(async () => {
        const adds = [member('2', 2), member('10', 1), member('1', 3)];
        last = await committed({ rows: [{ ...newRow('A', ''), adds }] });
      });

      it('keep them as they were given, in the order of their numbers, in each row its own', async () => {
        deepEqual(await membersOf('A'), ['A/10=10!', 'A/2=2!', 'A/1=1!']);
        const body = `{"x":"é螺\\"","n":1.50}${'x'.repeat(100_000)}`;
        const rows = KEYS.slice(1).map((key, index) => ({
          ...newRow(key, ''),
          adds: KEYS.map((id, number) => ({ id, number, body: `${index}${id}${body}` })),
        }));
        await committed({ rows });
        await committed({
          stage: 'g/await',
          rows: [{ ...newRow('A', ''), adds: [member('1', 0)] }],
        });
        deepEqual(await membersOf('A'), ['A/10=10!', 'A/2=2!', 'A/1=1!']);
        deepEqual(await membersOf(), []);
        const all = (await membersOf(...KEYS, 'none')).filter((one) => !one.startsWith('A/1'));
        equal(all.length, KEYS.length * (KEYS.length - 1) + 1);
        for (const [index, key] of KEYS.slice(1).entries()) {
          deepEqual(
            await membersOf(key),
            KEYS.map((id) => `${key}/${id}=${index}${id}${body}`),
          );
          deepEqual(await known(key, ...KEYS, 'none'), [...KEYS].sort());
        }
      });

      it('are not read with their rows', async () => {
        const [row] = await current().stageRows('f/await', ['A']);
        const { rows } = await current().staged({}, { limit: 9 });
        deepEqual(
          [row, ...rows].map((one) => Object.keys(one!).sort()),
          [
            ['body', 'key', 'since', 'stage', 'version', 'waiting'],
            ['body', 'key', 'since', 'stage', 'version', 'waiting'],
          ],
        );
      });

      it('know those that left until they may be forgotten', async () => {
        await then({ left: { ids: ['10', '2', 'none'], forgetAt: at(5) }, adds: [member('3', 4)] });
        deepEqual(await membersOf('A'), ['A/1=1!', 'A/3=3!']);
        deepEqual(await known('A', '1', '2', '3', '10', 'none'), ['1', '10', '2', '3']);
        await then({
          adds: [
            { id: '4', number: 5, forgetAt: at(9) },
            { id: '5', number: 6 },
          ],
        });
        deepEqual(await membersOf('A'), ['A/1=1!', 'A/3=3!']);
        await then({ forgets: at(4) });
        deepEqual(await known('A', '1', '2', '3', '4', '5', '10'), ['1', '10', '2', '3', '4', '5']);
        await then({ forgets: at(5) });
        deepEqual(await known('A', '1', '2', '3', '4', '5', '10'), ['1', '3', '4', '5']);
      });

      it('drop them before others of the same ids are added', async () => {
        await then({ drops: ['10', '1', 'none'], adds: [{ id: '1', number: 9, body: 'new' }] });
        deepEqual(await membersOf('A'), ['A/2=2!', 'A/1=new']);
        deepEqual(await known('A', '10'), []);
        await then({ clears: true, adds: [{ id: '2', number: 10, body: 'new' }] });
        deepEqual(await membersOf('A'), ['A/2=new']);
      });

      it('let none be where their row is not, and those of other rows be', async () => {
        await committed({ rows: [{ ...newRow('B', ''), adds: [member('1', 0)] }] });
        await then({}, true);
        deepEqual(await membersOf('A', 'B'), ['B/1=1!']);
        deepEqual(await known('A', '1', '2', '10'), []);
        await committed({ rows: [newRow('A', '')] });
        deepEqual(await membersOf('A'), []);
      });

      it('change with all of a commit, or not at all', async () => {
        const before = await membersOf('A', 'B');
        const changes: Partial<StageChange>[] = [
          { adds: [member('9', 9)] },
          { drops: ['1'] },
          { clears: true },
          { left: { ids: ['1'], forgetAt: at(1) } },
        ];
        const late = { key: 'A', expected: 'another', row: rowOf('') };
        for (const change of changes) {
          const rows = [
            { ...newRow('B', ''), adds: [member('1', 0)] },
            { ...late, ...change },
          ];
          equal(await current().commitStage(commitOf({ rows })), 'conflict');
          const [row] = [{ key: 'A', expected: last.id, row: rowOf(''), ...change }];
          const lost = [row!, { key: 'N', expected: 'another' }];
          equal(await current().commitStage(commitOf({ rows: lost })), 'conflict');
        }
        deepEqual(await membersOf('A', 'B'), before);
        equal(
          await current().commitStage(commitOf({ rows: [{ key: 'A', expected: 'another' }] })),
          'conflict',
        );
        deepEqual(await membersOf('A', 'B'), before);
      });

      it('may be thousands', async () => {
        const ids = Array.from({ length: 3_000 }, (_, index) => `m${index}`);
        await then({ adds: ids.map((id, index) => member(id, 10 + index)) });
        equal((await membersOf('A')).length, 3_003);
        equal((await known('A', ...ids)).length, 3_000);
        await then({ left: { ids, forgetAt: at(1) } });
        deepEqual(await membersOf('A'), ['A/10=10!', 'A/2=2!', 'A/1=1!']);
        equal((await known('A', ...ids)).length, 3_000);
        await then({ forgets: at(1) });
        deepEqual(await known('A', ...ids), []);
      });
    });

    it('let others stand in the place of what has left, and not where that has gone already', async () => {
      await committed({
        outs: [
          { id: '1', body: 'whole' },
          { id: '2', body: 'other' },
        ],
      });
      const halves = [
        { id: '1.a', body: 'half' },
        { id: '1.b', body: 'half' },
      ];
      await committed({ outs: halves, gone: ['1'] });
      const ids = async () => (await current().stageOuts('f/await', 9)).map(({ id }) => id);
      deepEqual(await ids(), ['1.a', '1.b', '2']);
      const again = commitOf({ outs: [{ id: '1.c', body: 'late' }], gone: ['1'] });
      equal(await current().commitStage(again), 'conflict');
      deepEqual(await ids(), ['1.a', '1.b', '2']);
    });

    it('keep what left them until it has gone on, oldest first', async () => {
      await committed({ outs: [{ id: '2', body: 'b' }] });
      await committed({
        outs: [
          { id: '3', body: 'c' },
          { id: '1', body: 'a' },
        ],
      });
      await committed({ stage: 'g/await', outs: [{ id: '2', body: 'other' }] });
      deepEqual(await current().stageOuts('f/await', 2), [
        { id: '1', body: 'a' },
        { id: '2', body: 'b' },
      ]);
      await current().outsSent('f/await', ['1', '2']);
      await current().outsSent('f/await', ['2', 'none']);
      await current().outsSent('f/await', []);
      deepEqual(await current().stageOuts('f/await', 9), [{ id: '3', body: 'c' }]);
      deepEqual(await current().stageOuts('f/await', 9, '2'), [{ id: '3', body: 'c' }]);
      deepEqual(await current().stageOuts('f/await', 9, '3'), []);
      deepEqual(await current().stageOuts('g/await', 9), [{ id: '2', body: 'other' }]);
    });

    it('are counted, with those that flows have and in which nothing waits', async () => {
      await current().knowStages(['f/delay', 'f/await']);
      await current().knowStages(['f/await', 'a/group']);
      const { id } = await committed({
        rows: [
          { key: 'old', expected: '', row: rowOf('', 1, 0, 1) },
          { key: 'a', expected: '', row: rowOf('', 1, 2, 7) },
          { key: 'b', expected: '', row: rowOf('', 1, 3, 4) },
        ],
        outs: [{ id: '1', body: '' }],
      });
      await committed({ stage: 'g/await', outs: [{ id: '2', body: '' }] });
      await committed({ stage: 'h/await', rows: [newRow('x', '')] });
      const [none, others] = [
        { waiting: 0, outs: 0 },
        [
          { stage: 'g/await', waiting: 0, outs: 1 },
          { stage: 'h/await', waiting: 1, since: at(0), outs: 0 },
        ],
      ];
      deepEqual(await current().stages(), [
        { stage: 'a/group', ...none },
        { stage: 'f/await', waiting: 5, since: at(4), outs: 1 },
        { stage: 'f/delay', ...none },
        ...others,
      ]);
      await committed({ rows: [{ key: 'b', expected: id, row: rowOf('', 1, 0, 4) }] });
      for (const stage of ['f/await', 'f/delay', 'none']) await current().forgetStage(stage);
      deepEqual(await current().stages(), [
        { stage: 'a/group', ...none },
        { stage: 'f/await', waiting: 2, since: at(7), outs: 1 },
        ...others,
      ]);
      deepEqual(await bodies('f/await', ['old', 'a', 'b']), ['a=', 'b=', 'old=']);
    });

    it('give no more of what left them at once than some megabytes, and all of it in the end', async () => {
      const body = 'x'.repeat(limits.stageRoundBytes / 4);
      const ids = Array.from({ length: 6 }, (_, index) => `${index}`);
      for (const id of ids) await committed({ outs: [{ id, body }] });
      await committed({
        outs: [
          { id: '7', body: `${body}${body}` },
          { id: '8', body },
        ],
      });
      const given: string[][] = [];
      for (let after: string | undefined; ; after = given.at(-1)!.at(-1)) {
        const outs = await current().stageOuts('f/await', 9, after);
        if (outs.length === 0) break;
        given.push(outs.map(({ id }) => id));
      }
      deepEqual(given, [['0', '1', '2', '3'], ['4', '5', '7'], ['8']]);
    });

    it('are listed by stage and key, page by page', async () => {
      const names = Array.from({ length: 25 }, (_, index) => `k${index}`);
      await committed({ rows: names.map((key) => newRow(key, key, 3)) });
      await committed({ stage: 'e/delay', rows: [newRow('z', '')] });
      const keysOf = (rows: StageRow[]): string[] =>
        rows.map(({ stage, key }) => `${stage} ${key}`);
      const own = names.map((key) => `f/await ${key}`).sort();
      const all = await allRows((page) => current().staged({}, { ...page, limit: 7 }));
      deepEqual(keysOf(all), ['e/delay z', ...own]);
      const some = await allRows((page) => current().staged({ stage: 'f/await' }, page));
      deepEqual(keysOf(some), own);
    });
  });
}
