/** A report that is due at a bad moment is written once, whatever happens then. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bookReceipt } from '../contract/store/fixtures.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { LEASE_MS, ReportRig } from './reportRig.ts';

const CHILD = new URL('reportChild.ts', import.meta.url).pathname;
const plus = (instant: string, ms: number): string =>
  new Date(Date.parse(instant) + ms).toISOString();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describePairs('reports by their schedules', (pair) => {
  let place: Workplace;
  let rig: ReportRig;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    place = await pair.workplace();
    rig = await ReportRig.open(place.env);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rig.store.close();
    await place.remove([]);
  });

  const BEFORE = '2026-11-25T00:00:00.000Z';
  const DUE = '2026-11-25T01:30:00.000Z';
  const written = ['2026-11-25T01:30'];

  /** Until it stands still at that place. */
  async function childAt(
    at: string,
    now: string,
  ): Promise<{ child: ChildProcess; said(): Promise<string | undefined> }> {
    const child = spawn(process.execPath, [CHILD, 'daily', now, at], {
      env: { ...process.env, ...place.env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, at);
    return { child, said: async () => (await lines.next()).value };
  }

  async function expectOnce(): Promise<void> {
    assert.deepEqual(await rig.written('daily'), written);
    assert.equal(rig.files('daily').length, 1);
    await rig.live('daily', plus(rig.now, HOUR));
    assert.equal(rig.files('daily').length, 1);
  }

  it('are not made up for when they are new', async () => {
    await rig.live('daily', '2026-11-25T12:00:00.000Z');
    assert.deepEqual(await rig.runs('daily'), []);
  });

  it('are written once where the hub was down, however often it starts then', async () => {
    await rig.live('daily', BEFORE);
    for (let minutes = 0; minutes < 3; minutes += 1) {
      await rig.live('daily', plus(DUE, HOUR + minutes * MINUTE));
    }
    await expectOnce();
  });

  it('are written once where the hub stood still over the moment, for seconds or a day', async () => {
    await rig.live('daily', BEFORE);
    await rig.live('daily', plus(DUE, 4_000));
    await expectOnce();
    await rig.live('daily', plus(DUE, 25 * HOUR));
    assert.deepEqual(await rig.written('daily'), [...written, '2026-11-26T01:30']);
  });

  it('are written once by several processes that find them due at once', async () => {
    const others = [await ReportRig.open(place.env), await ReportRig.open(place.env)];
    await rig.live('daily', BEFORE);
    await rig.live('daily', plus(DUE, 1_000), ...others);
    for (const { store } of others) await store.close();
    await expectOnce();
  });

  for (const at of ['making', 'sending', 'sent']) {
    it(`are written once where the process is killed while ${at}, with the bytes that it had begun to send`, async () => {
      await rig.live('daily', BEFORE);
      await bookReceipt(rig.store, '1', ['A']);
      const { child } = await childAt(at, plus(DUE, 1_000));
      child.kill('SIGKILL');
      await once(child, 'exit');
      await bookReceipt(rig.store, '2', ['B']);
      await rig.live('daily', plus(DUE, 1_000 + LEASE_MS));
      await expectOnce();
      const [file] = rig.files('daily');
      assert.equal(/^A,/m.test(rig.text(file!)), true);
      assert.equal(/^B,/m.test(rig.text(file!)), at === 'making');
    });
  }

  it('are left to another process by one that wakes when that has taken them over', async () => {
    await rig.live('daily', BEFORE);
    const { child, said } = await childAt('sending', plus(DUE, 1_000));
    child.kill('SIGSTOP');
    await rig.live('daily', plus(DUE, 1_000 + LEASE_MS));
    child.kill('SIGCONT');
    child.stdin!.write('\n');
    assert.equal(await said(), 'report.left');
    await expectOnce();
  });

  it('wait for who is at them, and for nobody longer than a lease', async () => {
    await rig.live('daily', BEFORE);
    const { child } = await childAt('sending', plus(DUE, 1_000));
    rig.now = plus(DUE, LEASE_MS);
    const report = rig.report('daily');
    await report.work();
    assert.deepEqual([await rig.written('daily'), rig.files('daily')], [[], []]);
    child.stdin!.write('\n');
    await once(child, 'exit');
    await expectOnce();
  });

  it('are written once on the days on which the clocks are changed', async () => {
    await rig.live('daily', '2026-03-28T12:00:00.000Z');
    for (let hours = 0; hours < 40; hours += 1) {
      await rig.live('daily', plus('2026-03-28T23:10:00.000Z', hours * HOUR));
    }
    assert.deepEqual(await rig.written('daily'), ['2026-03-29T01:00', '2026-03-30T00:30']);
    await rig.live('daily', '2026-10-24T22:00:00.000Z');
    for (let half = 0; half < 8; half += 1) {
      await rig.live('daily', plus('2026-10-24T22:10:00.000Z', (half * HOUR) / 2));
    }
    const autumn = (await rig.written('daily')).filter((due) => due.startsWith('2026-10-25'));
    assert.deepEqual(autumn, ['2026-10-25T00:30']);
  });

  it('are written once where the clock of the server is set back, or was ahead for a while', async () => {
    await rig.live('daily', BEFORE);
    await rig.live('daily', plus(DUE, MINUTE));
    await rig.live('daily', plus(DUE, -HOUR));
    await rig.live('daily', plus(DUE, 2 * MINUTE));
    await expectOnce();
    await rig.live('daily', plus(DUE, 300 * 24 * HOUR));
    await rig.live('daily', plus(DUE, 24 * HOUR - MINUTE));
    await rig.live('daily', plus(DUE, 24 * HOUR + MINUTE));
    const again = await rig.written('daily');
    assert.deepEqual(again.slice(0, 2), ['2026-11-25T01:30', '2026-11-26T01:30']);
    assert.equal(again.length, 3);
  });

  it('catch up all, the last, or nothing of what was missed, as the flow says', async () => {
    for (const name of ['hourly', 'daily', 'strict']) {
      await rig.live(name, BEFORE);
      await rig.live(name, '2026-11-28T12:30:00.000Z');
    }
    assert.equal((await rig.written('hourly')).length, 84);
    assert.equal(rig.files('hourly').length, 84);
    assert.deepEqual(await rig.written('daily'), ['2026-11-28T01:30']);
    assert.deepEqual(await rig.written('strict'), []);
    assert.ok(rig.lines.includes('report.missed'));
    await rig.live('strict', '2026-11-29T01:30:59.000Z');
    assert.deepEqual(await rig.written('strict'), ['2026-11-29T01:30']);
  });

  it('keep what was sent no longer than it takes, and the last hundred runs', async () => {
    await rig.live('hourly', BEFORE);
    await rig.live('hourly', plus(BEFORE, 100 * HOUR));
    await rig.live('hourly', plus(BEFORE, 130 * HOUR));
    const kept = await rig.runs('hourly');
    assert.ok(kept.length < 130 && kept.length >= 100, String(kept.length));
    assert.equal(kept.at(-1)!.since, plus(BEFORE, 130 * HOUR));
    const { rows } = await rig.store.controlRows({ kind: 'run.piece' }, { limit: 9 });
    assert.deepEqual(rows, []);
    assert.match(kept.at(-1)!.body, /"sha256":"[0-9a-f]{64}".*"writtenAt"/);
  });
});
