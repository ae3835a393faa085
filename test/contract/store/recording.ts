import { deepEqual, equal, ok } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { BEGINNING } from '../../../core/commit.ts';
import type { Store } from '../../../core/ports.ts';
import { all, LedgerRig } from '../../ledgerRig.ts';
import { commitOf, nextMoment, RECORDED_AT } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const HOUR_MS = 3_600_000;
const BOOKER = new URL('pausedBooker.ts', import.meta.url).pathname;

let documents = 0;

/** Receives one piece of a SKU and says when that was recorded. */
async function receive(rig: LedgerRig, sku: string): Promise<string> {
  documents += 1;
  const document = `R${documents}`;
  const line = { sku, location: 'W1', quantity: '1', unitCost: '2' };
  await rig.book('receive', { document, at: '2026-01-01T00:00:00.000Z', lines: [line] });
  const { rows } = await rig.store.ledger({ document }, all);
  return rows[0]!.recordedAt;
}

/** What stock and value, and the entries, are as known at a moment. */
async function asKnown(store: Store, knownAt: string): Promise<unknown> {
  return [
    knownAt,
    (await store.valuation({ knownAt }, all)).rows,
    (await store.stock({ knownAt }, all)).rows,
    (await store.ledger({ knownAt }, all)).rows,
  ];
}

export function describeRecording(place: StorePlace): void {
  describe('recording', function () {
    this.timeout(60_000);
    const at = storeOfTest(place);
    let other: Store;
    let ahead: LedgerRig;
    let behind: LedgerRig;

    beforeEach(async () => {
      other = await openAt(at.address);
      ahead = new LedgerRig({ store: at.store, source: '/ahead' });
      behind = new LedgerRig({ store: other, source: '/behind' });
      behind.now = ahead.now - HOUR_MS;
    });
    afterEach(() => other.close());

    it('never goes back over two processes whose clocks are an hour apart', async () => {
      const recorded: string[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        for (const rig of [ahead, behind, behind]) {
          recorded.push(await receive(rig, rig === ahead ? 'A' : `B${turn}`));
        }
      }
      deepEqual(recorded, [...new Set(recorded)].sort());
      ok(recorded[0]! > new Date(behind.now + HOUR_MS / 2).toISOString(), 'by the clock ahead');
    });

    it('never goes back in one process whose clock is set back, and follows it again later', async () => {
      const before = await receive(ahead, 'A');
      ahead.now -= HOUR_MS;
      const meanwhile = [await receive(ahead, 'A'), await receive(ahead, 'B')];
      deepEqual([before, ...meanwhile], [before, ...meanwhile].sort());
      equal(new Set([before, ...meanwhile]).size, 3);
      ahead.now += 3 * HOUR_MS;
      ok((await receive(ahead, 'A')) >= new Date(ahead.now).toISOString());
    });

    it('periods are closed when that is committed, not when it was decided', async () => {
      await receive(ahead, 'A');
      const known = await other.finalUntil();
      await behind.book('period.close.v1', { through: '2025-12-31' });
      const { log } = await other.period();
      ok(log[0]!.recordedAt > known);
    });

    it('what was known at a moment stays the same, whoever commits afterwards', async () => {
      const given: unknown[] = [];
      const asked: string[] = [];
      for (let turn = 0; turn < 3; turn += 1) {
        for (const rig of [ahead, behind]) {
          const recorded = await receive(rig, 'A');
          const until = await (rig === ahead ? other : at.store).finalUntil();
          ok(until >= recorded, 'nothing is on its way: all that is durable is final');
          asked.push(until);
          given.push(await asKnown(other, until));
        }
      }
      deepEqual(await Promise.all(asked.map((until) => asKnown(at.store, until))), given);
      equal(new Set(asked).size, asked.length);
    });

    it('is final up to the moment asked for where that is over, and from the beginning before all', async () => {
      equal(await other.finalUntil(), BEGINNING);
      const first = await receive(ahead, 'A');
      await receive(ahead, 'A');
      equal(await other.finalUntil(first), first);
      const last = await other.finalUntil('2030-01-01T00:00:00.000Z');
      ok(last > first && last < '2030', 'asking moves no clock');
      ok((await receive(behind, 'B')) < '2030');
    });

    it('one who has committed nothing for long holds nobody back', async () => {
      await receive(behind, 'B');
      for (let turn = 0; turn < 3; turn += 1) {
        const recorded = await receive(ahead, 'A');
        ok((await at.store.finalUntil()) >= recorded);
      }
    });

    it('a commit for a moment that is over is a conflict, and nothing is written', async () => {
      equal((await at.store.commit(commitOf({}))).outcome, 'committed');
      const parked = { id: 'p', record: 1, content: '', faults: [] };
      const origin = { intakeId: 'i', flow: 'f', name: 'n' };
      const late = commitOf({
        recordedAt: RECORDED_AT,
        parked: [{ ...parked, origin, stage: 'apply' }],
      });
      deepEqual(await other.commit(late), { outcome: 'conflict' });
      equal(await at.store.parkedRecord('p'), undefined);
    });

    it('asks once for what is to be committed, with a moment that nothing durable is after', async () => {
      const first = nextMoment();
      await at.store.commit(commitOf({ recordedAt: first }));
      const asked: string[] = [];
      await other.commit((after) => {
        asked.push(after);
        return commitOf({});
      });
      deepEqual(asked, [first]);
    });

    describe('a process that stands still between its decision and its commit', () => {
      let booker: ChildProcess;
      let exited: Promise<unknown>;
      let lines: AsyncIterator<string>;
      const told = async (): Promise<string> => (await lines.next()).value;

      beforeEach(async () => {
        booker = spawn(process.execPath, [BOOKER, at.address], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        exited = once(booker, 'exit');
        lines = createInterface({ input: booker.stdout! })[Symbol.asyncIterator]();
        equal(await told(), 'committed');
        equal(await told(), 'decided');
      });

      it('records it after what was known meanwhile', async () => {
        const known = await other.finalUntil();
        const given = await asKnown(other, known);
        booker.stdin!.end('\n');
        equal(await told(), 'committed');
        const entries = (await other.ledger({ sku: 'P' }, all)).rows;
        equal(entries.length, 2);
        ok(entries[1]!.recordedAt > known);
        deepEqual(await asKnown(other, known), given);
        await exited;
      });

      it('and is killed there holds nobody back', async () => {
        booker.kill('SIGKILL');
        await exited;
        const recorded = await receive(behind, 'B');
        ok((await other.finalUntil()) >= recorded);
        equal((await other.ledger({ sku: 'P' }, all)).rows.length, 1);
      });
    });
  });
}
