/** Yesterday's store and today's program. The migration is one of the tests' own (testMigration.ts). */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { isStockbusError, type StockbusError } from '../../../core/errors.ts';
import type { Store } from '../../../core/ports.ts';
import { type Runtime, systemRuntime } from '../../../core/runtime.ts';
import { stores } from '../../../core/storeKinds.ts';
import { schemaDifferences } from '../../../core/verify/schemaDifferences.ts';
import { allRows, bookReceipt } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeKindOf } from './storeKindOf.ts';
import { addMigration, DAY, removeMigration } from './testMigration.ts';
import { openAt } from './withStore.ts';

const fileOf = (name: string): string => new URL(name, import.meta.url).pathname;

const WAKE_MS = 50;

const started = (words: readonly string[]): ChildProcess =>
  spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] });

async function textOf(stream: ChildProcess['stdout']): Promise<string> {
  let text = '';
  for await (const chunk of stream!) text += chunk;
  return text;
}

const lineOf = async (child: ChildProcess): Promise<string> => {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('it said nothing');
};

/** What the test looks at behind the store's back. */
export interface StoreInside {
  /** Days of the rows of the outbox, those without one left out. */
  days(address: string): Promise<string[]>;
  hasIndex(address: string): Promise<boolean>;
  /** A new store goes through the migrations, too; elsewhere what is declared is made of itself. */
  migratesNew: boolean;
}

export function describeMigrations(place: StorePlace, inside: StoreInside): void {
  describe('migrations', function () {
    this.timeout(60_000);
    let isNewer = false;

    /** From here on the test's own process is of the next version. */
    function upgrade(): void {
      addMigration();
      isNewer = true;
    }

    afterEach(() => {
      if (isNewer) removeMigration();
      isNewer = false;
    });

    async function yesterdays(receipts = 4): Promise<string> {
      const address = place.fresh();
      const store = await openAt(address);
      for (let number = 0; number < receipts; number += 1) {
        await bookReceipt(store, String(number), ['A', 'B']);
      }
      await store.close();
      return address;
    }

    const reading = (address: string) =>
      stores
        .find(({ name }) => name === storeKindOf(address).name)!
        .openToRead(address, systemRuntime(), { orEmpty: false });

    async function expectMigrated(address: string, receipts = 4): Promise<void> {
      deepEqual(await inside.days(address), Array(receipts).fill(DAY));
      equal(await inside.hasIndex(address), true);
      const books = await reading(address);
      equal((await allRows((page) => books.ledger({}, page))).length, receipts * 2);
      deepEqual((await schemaDifferences(books)).differences, []);
      await books.close();
    }

    it('are done where somebody opens the store to write, and are told; then it is booked on', async () => {
      const address = await yesterdays();
      upgrade();
      const told: string[] = [];
      const log: Runtime['log'] = (_, event, { to } = {}) => void told.push(`${event} ${to}`);
      const store: Store = await storeKindOf(address).open(address, systemRuntime(log));
      match(told.at(-1)!, /^store\.migrated \d+$/);
      await bookReceipt(store, '4', ['A', 'B']);
      await store.close();
      deepEqual(await inside.days(address), Array(4).fill(DAY));
    });

    it('are done once, and a new store is as one that went through them', async () => {
      const address = await yesterdays();
      upgrade();
      for (let times = 0; times < 2; times += 1) await (await openAt(address)).close();
      await expectMigrated(address);
      const fresh = await yesterdays(0);
      if (inside.migratesNew) await expectMigrated(fresh, 0);
      else await (await reading(fresh)).close();
    });

    it('are not for those who only read: they are told what to do', async () => {
      const address = await yesterdays();
      upgrade();
      await rejects(reading(address), (error: StockbusError) => {
        equal(error.code, 'STORE_SCHEMA');
        match(error.message, /of version \d+, this Stockbus reads version \d+/);
        match(error.fault.todo!, /backup.*stockbus migrate/);
        return true;
      });
      deepEqual(await inside.days(address), []);
    });

    it('are of a newer program, which an older one does not guess at', async () => {
      const address = await yesterdays();
      upgrade();
      await (await openAt(address)).close();
      removeMigration();
      isNewer = false;
      for (const open of [reading, openAt]) {
        await rejects(open(address), (error: unknown) => isStockbusError(error, 'STORE_SCHEMA'));
      }
    });

    it('that are cut short by a kill are begun anew, and nothing is done twice', async () => {
      const address = await yesterdays();
      const child = started([fileOf('migrator.ts'), address, 'stay']);
      equal(await lineOf(child), 'half');
      child.kill('SIGKILL');
      await once(child, 'exit');
      upgrade();
      // The lease of the dead is over; until then whoever comes next would wait.
      const runtime = { ...systemRuntime(), now: () => Date.now() + 60_000 };
      await (await storeKindOf(address).open(address, runtime)).close();
      await expectMigrated(address);
    });

    it('are waited for by whoever comes meanwhile', async () => {
      const address = await yesterdays();
      const first = started([fileOf('migrator.ts'), address, 'stay']);
      equal(await lineOf(first), 'half');
      const second = started([fileOf('migrator.ts'), address]);
      const said = textOf(second.stdout);
      const ended = Promise.all([once(first, 'exit'), once(second, 'exit')]);
      await once(second, 'spawn');
      first.stdin!.write('\n');
      deepEqual((await ended).flat(), [0, null, 0, null]);
      match(await said, /^(half\nstore\.migrating store\.migrated)?\n$/);
      upgrade();
      await expectMigrated(address);
    });

    it('end what a process of the older version still relays', async () => {
      const address = await yesterdays();
      const relayer = started([fileOf('relayer.ts'), address]);
      const failure = textOf(relayer.stderr);
      const ended = once(relayer, 'exit');
      let sent = 0;
      for await (const line of createInterface({ input: relayer.stdout! })) {
        if (line.startsWith('sent')) sent += 1;
        if (line.startsWith('published') || sent !== 3) continue;
        upgrade();
        await (await openAt(address)).close();
        // It may stop itself only after this, since it says so before.
        const waking = setInterval(() => relayer.kill('SIGCONT'), WAKE_MS);
        void ended.finally(() => clearInterval(waking));
      }
      deepEqual(await ended, [1, null]);
      match(await failure, /STORE_UPGRADED/);
      const store = await openAt(address);
      equal((await store.outbox(9)).length, 2);
      await store.close();
    });

    it('end what a process of the older version still writes', async () => {
      const address = place.fresh();
      await (await openAt(address)).close();
      const writer = started([fileOf('writer.ts'), address, '0', '100000', 'A']);
      const failure = textOf(writer.stderr);
      const ended = once(writer, 'exit');
      let told = -1;
      for await (const _ of createInterface({ input: writer.stdout! })) {
        told += 1;
        if (told !== 5) continue;
        upgrade();
        await (await openAt(address)).close();
      }
      deepEqual(await ended, [1, null]);
      match(await failure, /STORE_UPGRADED/);
      const store = await openAt(address);
      const { length } = await allRows((page) => store.ledger({}, page));
      ok(length === told || length === told + 1, `told of ${told}, ${length} in the books`);
      await bookReceipt(store, '200000', ['A']);
      await store.close();
    });
  });
}
