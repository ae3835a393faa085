import { deepEqual, equal, rejects } from 'node:assert/strict';
import { changeControlRows } from '../../core/changeControlRows.ts';
import type { ControlRow } from '../../core/ports.ts';
import { MemoryControl } from '../property/MemoryControl.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const BUSY = { kind: 'case', ids: ['one'], busy: 'CASE_CHANGED' } as const;
const row = (state: string) => ({ state, since: '2026-03-01', words: [], body: '{}' });

describe('a change of a row', () => {
  let store: MemoryControl;
  const runtime = simulatedRuntime(new SimulatedTime());
  /** By somebody else, between the reading and the writing. */
  const others = async (found: ControlRow | undefined, state: string) => {
    const change = { kind: 'case', id: 'one', expected: found?.version ?? '', row: row(state) };
    equal(await store.changeControl(runtime.newId(), [change]), 'done');
  };
  const kept = async () => (await store.control('case', ['one'])).map(({ state }) => state);

  beforeEach(() => {
    store = new MemoryControl();
  });

  it('is decided anew of what others made of it meanwhile, and written once', async () => {
    const seen: (string | undefined)[] = [];
    const result = await changeControlRows(store, runtime, BUSY, async ([found]) => {
      seen.push(found?.state);
      if (seen.length < 3) await others(found, `theirs ${seen.length}`);
      const changes = [{ id: 'one', row: row(`ours after ${found?.state}`) }];
      return { changes, result: seen.length };
    });
    deepEqual([result, seen], [3, [undefined, 'theirs 1', 'theirs 2']]);
    deepEqual(await kept(), ['ours after theirs 2']);
  });

  it('writes nothing where it is decided so, and where others change it all the time', async () => {
    equal(
      await changeControlRows(store, runtime, BUSY, () => ({ changes: [], result: 'as it is' })),
      'as it is',
    );
    deepEqual(await kept(), []);
    const change = changeControlRows(store, runtime, BUSY, async ([found]) => {
      await others(found, 'theirs');
      return { changes: [{ id: 'one', row: row('ours') }], result: undefined };
    });
    await rejects(change, { code: 'CASE_CHANGED' });
    deepEqual(await kept(), ['theirs']);
  });

  it('is of all of them or of none', async () => {
    await others(undefined, 'theirs');
    let asked = 0;
    await changeControlRows(store, runtime, { ...BUSY, ids: ['one', 'two'] }, async ([one]) => {
      asked += 1;
      if (asked === 1) await others(one, 'theirs again');
      return { changes: [{ id: 'one' }, { id: 'two', row: row('ours') }], result: undefined };
    });
    deepEqual([asked, await kept()], [2, []]);
    deepEqual((await store.control('case', ['two'])).length, 1);
  });
});
