/** Leases of two processes whose clocks differ by two days, and one of which stands still. */
import { deepEqual, equal } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { LEASE } from '../../../core/ports.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

const HOLDER = new URL('leaseHolder.ts', import.meta.url).pathname;
const DAY_MS = 86_400_000;
const SHORT_MS = 500;
const LONG_MS = 60_000;

class Holder {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(address: string, shiftMs: number, leaseMs: number) {
    const words = [HOLDER, address, String(shiftMs), String(leaseMs)];
    this.child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(word: string): Promise<string | undefined> {
    this.child.stdin!.write(`${word}\n`);
    return (await this.#lines.next()).value;
  }

  /** How often it was refused before it had the lease. */
  async takes(): Promise<number> {
    for (let refused = 0; ; refused += 1) {
      if ((await this.ask('take')) === 'has') return refused;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function describeLeases(place: StorePlace): void {
  describe('leases of processes whose clocks differ', () => {
    const at = storeOfTest(place);
    let holders: Holder[];

    const begin = (leaseMs: number): void => {
      holders = [DAY_MS, -DAY_MS].map((shift) => new Holder(at.address, shift, leaseMs));
    };
    afterEach(() => {
      for (const { child } of holders) child.kill('SIGKILL');
    });

    const token = async (): Promise<unknown> => {
      const [row] = await at.store.control(LEASE, ['job']);
      return JSON.parse(row!.body).token;
    };

    it('are one at a time, and given back when the work is done', async () => {
      begin(LONG_MS);
      const [ahead, behind] = holders as [Holder, Holder];
      for (const [one, other] of [
        [ahead, behind],
        [behind, ahead],
        [behind, ahead],
      ] as const) {
        equal(await one.ask('take'), 'has');
        equal(await other.ask('take'), 'busy');
        equal(await one.ask('write'), 'wrote');
        equal(await one.ask('end'), 'ended');
      }
      equal(await token(), 3);
    });

    it('are renewed for as long as the work takes', async () => {
      begin(SHORT_MS);
      const [ahead, behind] = holders as [Holder, Holder];
      equal(await ahead.ask('take'), 'has');
      for (const end = performance.now() + 3 * SHORT_MS; performance.now() < end; )
        equal(await behind.ask('take'), 'busy');
      equal(await ahead.ask('write'), 'wrote');
    });

    it('are taken over from one that stands still, which then writes nothing any more', async () => {
      begin(SHORT_MS);
      const [frozen, other] = holders as [Holder, Holder];
      equal(await frozen.ask('take'), 'has');
      frozen.child.kill('SIGSTOP');
      await other.takes();
      equal(await other.ask('write'), 'wrote');
      frozen.child.kill('SIGCONT');
      equal(await frozen.ask('write'), 'LEASE_LOST');
      deepEqual([await frozen.ask('take'), await other.ask('write')], ['busy', 'wrote']);
      equal(await token(), 2);
    });

    it('are taken over from one that was killed', async () => {
      begin(SHORT_MS);
      const [killed, other] = holders as [Holder, Holder];
      equal(await killed.ask('take'), 'has');
      killed.child.kill('SIGKILL');
      await other.takes();
      equal(await token(), 2);
    });
  });
}
