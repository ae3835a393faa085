/** The audit trail: one row an act, written with what it did, in a chain that shows what was changed since. */
import assert from 'node:assert/strict';
import { changeAudited, checkTrail, trailHead, trailRows } from '../../core/auditTrail.ts';
import type { ControlBooks, ControlChange, ControlRow, ControlStore } from '../../core/ports.ts';
import { rowsOf } from '../../core/rowsOf.ts';
import { MemoryControl } from '../property/MemoryControl.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const START = Date.parse('2026-03-01T08:00:00.000Z');

describe('the audit trail', () => {
  const runtime = simulatedRuntime(new SimulatedTime());
  let store: MemoryControl & ControlBooks & ControlStore;

  beforeEach(() => {
    store = new MemoryControl() as typeof store;
    store.serverNow = () => START;
  });

  const pause = (flow: string): ControlChange => ({
    ...{ kind: 'pause', id: flow, expected: '' },
    row: { state: 'paused', since: '2026-03-01T08:00:00.000Z', words: [], body: '{}' },
  });
  const act = (id: string) => ({ actor: 'user:anna', did: 'flow.paused', id, reason: 'why' });
  const write = (id: string) => changeAudited(store, runtime, act(id), [pause(id)]);
  const rows = (): Promise<ControlRow[]> =>
    Array.fromAsync(rowsOf((page) => trailRows(store, page), 2));
  const check = async (changed: ControlRow[], expected?: { number: number; hash: string }) => {
    const each = (async function* () {
      yield* changed;
    })();
    return (await checkTrail(store, each, expected)).differences;
  };

  it('numbers what many write at once, without gaps, and loses none', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `f${at}`);
    const outcomes = await Promise.all(ids.map(write));
    assert.ok(outcomes.every((one) => one === 'done'));
    const kept = await rows();
    assert.deepEqual(await check(kept), []);
    assert.deepEqual(kept.map(({ words }) => words[2]).sort(), ids.toSorted());
    assert.equal((await trailHead(store)).number, 20);
  });

  it('says nothing of what was not done', async () => {
    assert.equal(await write('receipts'), 'done');
    assert.equal(await write('receipts'), 'conflict');
    assert.equal((await rows()).length, 1);
  });

  it('never goes back in time, whatever the clock of the server does', async () => {
    await write('a');
    store.serverNow = () => START - 60_000;
    await write('b');
    const kept = await rows();
    assert.deepEqual(
      kept.map(({ words, since }) => [words[2], since]),
      ['a', 'b'].map((id) => [id, '2026-03-01T08:00:00.000Z']),
    );
    assert.deepEqual(await check(kept), []);
  });

  describe('shows that', () => {
    let kept: ControlRow[];
    beforeEach(async () => {
      for (const id of ['a', 'b', 'c', 'd']) await write(id);
      kept = await rows();
    });
    const with_ = (at: number, change: Partial<ControlRow>) =>
      kept.map((row, index) => (index === at ? { ...row, ...change } : row));
    const forged = (at: number) => kept[at]!.body.replace('user:anna', 'user:otto');

    it('an entry was changed', async () => {
      assert.match((await check(with_(1, { body: forged(1) })))[0]!, /entry 2 is filed as/);
      const refiled = with_(1, { body: forged(1), words: ['user:otto', 'flow.paused', 'b'] });
      assert.match((await check(refiled))[0]!, /entry 3 does not have the hash/);
    });
    it('the last one was changed', async () => {
      const refiled = with_(3, { body: forged(3), words: ['user:otto', 'flow.paused', 'd'] });
      assert.match((await check(refiled))[0]!, /entry 4 is not that of the head/);
    });
    it('one is missing, first, between or last', async () => {
      assert.match((await check(kept.slice(1)))[0]!, /after entry 0 comes entry 2/);
      assert.match((await check(kept.toSpliced(2, 1)))[0]!, /after entry 2 comes entry 4/);
      assert.match((await check(kept.slice(0, 3)))[0]!, /ends with entry 3.* an entry 4/);
    });
    it('it is filed under another time or word', async () => {
      const since = '2026-03-02T08:00:00.000Z';
      assert.match((await check(with_(0, { since })))[0]!, /entry 1 is filed as/);
      assert.match((await check(with_(0, { words: ['user:anna'] })))[0]!, /entry 1 is filed as/);
    });
    it('it was cut off together with its head, to whoever noted that down', async () => {
      const { number, hash } = await trailHead(store);
      const cut = new MemoryControl() as typeof store;
      cut.serverNow = () => START;
      store = cut;
      for (const id of ['a', 'b', 'x']) await write(id);
      const after = await rows();
      assert.deepEqual(await check(after), []);
      assert.match((await check(after, { number, hash }))[0]!, /ends with entry 3/);
      await write('d');
      assert.match(
        (await check(await rows(), { number, hash }))[0]!,
        /entry 4 is not that of what/,
      );
    });
  });
});
