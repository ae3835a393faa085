import { equal, match } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { limits } from '../../../core/limits.ts';
import type { Store } from '../../../core/ports.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const CLOSER = new URL('pausedCloser.ts', import.meta.url).pathname;

/** What is booked between the look at the books that closing is decided on, and the commit of that. */
export function describeLooks(place: StorePlace): void {
  describe('looks', function () {
    this.timeout(60_000);
    const at = storeOfTest(place);
    let rig: LedgerRig;
    let closer: ChildProcess;
    let lines: AsyncIterator<string>;
    const told = async (): Promise<string> => (await lines.next()).value;
    const goOn = (): boolean => closer.stdin!.write('\n');
    const moved = (type: string, number: number, line: object = {}, by: LedgerRig = rig) =>
      by.book(type, {
        ...{ document: `${type} ${number}`, at: day(number) },
        lines: [{ sku: 'A', location: 'W1', quantity: '1', ...line }],
      });

    beforeEach(async () => {
      rig = new LedgerRig({ store: at.store, source: '/booker', policy: { negative: 'allow' } });
      await moved('receive', 2, { unitCost: '2' });
      const stdio = ['pipe', 'pipe', 'inherit'] as const;
      closer = spawn(process.execPath, [CLOSER, at.address], { stdio: [...stdio] });
      lines = createInterface({ input: closer.stdout! })[Symbol.asyncIterator]();
      equal(await told(), 'decided');
    });
    afterEach(async () => {
      closer.stdin!.end();
      if (closer.exitCode === null) await once(closer, 'exit');
    });

    it('what another process booked below zero meanwhile is seen by the close', async () => {
      await moved('issue', 3, { quantity: '5' });
      goOn();
      equal(await told(), 'decided');
      goOn();
      equal(await told(), 'PERIOD_NOT_READY 1 cost pool below zero (A main)');
      equal((await at.store.period()).closedThrough, '');
    });

    it('so is what it booked and is gone by then, and what it parked', async () => {
      const gone: Store = await openAt(at.address);
      await moved(
        'issue',
        4,
        { quantity: '5' },
        new LedgerRig({ store: gone, source: '/gone', policy: { negative: 'allow' } }),
      );
      await gone.close();
      await rig.refused('receive', {
        ...{ document: 'P1', at: day(5) },
        lines: [{ sku: 'A', location: 'supplier', quantity: '1' }],
      });
      goOn();
      equal(await told(), 'decided');
      goOn();
      match(
        await told(),
        /^PERIOD_NOT_READY 1 cost pool below zero \(A main\), 1 parked document \(P1 A\)$/,
      );
    });

    it('what is dated later holds nobody up', async () => {
      await moved('issue', 40, { quantity: '5' });
      goOn();
      equal(await told(), 'closed');
      equal((await at.store.period()).closedThrough, '2026-01-31');
    });

    it('so is what was booked before somebody else began to look', async () => {
      await moved('issue', 3, { quantity: '5' });
      await at.store.mark();
      goOn();
      equal(await told(), 'decided');
      goOn();
      match(await told(), /^PERIOD_NOT_READY/);
    });

    it('where there is no end of it, the close is refused and says so', async () => {
      for (let look = 1; look <= limits.closingLooks; look += 1) {
        await moved('receive', 1 + look, { sku: `N${look}`, unitCost: '1' });
        goOn();
        equal(await told(), 'decided');
      }
      goOn();
      match(await told(), /^PERIOD_REFUSED whenever .* documents up to 2026-01-31 were booked/);
      equal((await at.store.period()).closedThrough, '');
    });
  });
}
