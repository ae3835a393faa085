import assert from 'node:assert/strict';
import { Sweeper } from '../../../core/apply/sweeper.ts';
import { StockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Log } from '../../../core/runtime.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

/** Reservations by id with the time at which each is due, and a clock that is set by hand. */
class Rig {
  readonly time = new SimulatedTime();
  readonly due = new Map<string, number>();
  /** Ids of each commit. */
  readonly commits: string[][] = [];
  /** What the next commits meet. */
  readonly trouble: ('conflict' | Error)[] = [];
  readonly logged: string[] = [];
  readonly sweeper: Sweeper;

  constructor() {
    const log: Log = (_level, event) => this.logged.push(event);
    this.sweeper = new Sweeper({
      store: {
        dueReservations: async (now, limit) => this.#dueAt(Date.parse(now)).slice(0, limit),
      },
      runtime: simulatedRuntime(this.time, { log, random: () => 1 }),
      expire: async (ids) => {
        this.commits.push([...ids]);
        const trouble = this.trouble.shift();
        if (trouble instanceof Error) throw trouble;
        if (trouble === 'conflict') return undefined;
        for (const id of ids) this.due.delete(id);
        return ids.length;
      },
    });
  }

  #dueAt(now: number): string[] {
    return [...this.due].filter(([, at]) => at <= now).map(([id]) => id);
  }

  hold(count: number, seconds: number): void {
    for (let index = 0; index < count; index += 1)
      this.due.set(`r${this.due.size}`, this.time.now() + seconds * 1000);
  }
}

describe('the sweeper', () => {
  it('expires what is due, all of it, in commits of bounded size, and nothing else', async () => {
    const rig = new Rig();
    rig.hold(limits.sweepReservations + 5, 1);
    rig.hold(3, 2);
    await rig.sweeper.sweep();
    assert.equal(rig.commits.length, 0);
    await rig.time.advance(1000);
    await rig.sweeper.sweep();
    assert.deepEqual(
      rig.commits.map((ids) => ids.length),
      [limits.sweepReservations, 5],
    );
    assert.equal(rig.due.size, 3);
  });

  it('takes fewer together after a conflict, and puts one off that is alone', async () => {
    const rig = new Rig();
    rig.hold(4, 0);
    rig.trouble.push('conflict', 'conflict', 'conflict');
    await rig.sweeper.sweep();
    assert.deepEqual(
      rig.commits.map((ids) => ids.length),
      [4, 2, 1],
    );
    await rig.sweeper.sweep();
    assert.equal(rig.due.size, 0);
  });

  it('waits after a fault of the store, longer each time, and says so', async () => {
    const rig = new Rig();
    rig.hold(1, 0);
    const fault = () => new StockbusError('STORE_UNREACHABLE', 'away');
    rig.trouble.push(fault(), fault());
    await rig.sweeper.sweep();
    await rig.sweeper.sweep();
    assert.equal(rig.commits.length, 1);
    await rig.time.advance(limits.reconnectFirstMs);
    await rig.sweeper.sweep();
    await rig.time.advance(limits.reconnectFirstMs);
    await rig.sweeper.sweep();
    assert.equal(rig.commits.length, 2);
    await rig.time.advance(limits.reconnectFirstMs);
    await rig.sweeper.sweep();
    assert.equal(rig.due.size, 0);
    assert.deepEqual(rig.logged, ['sweep.waits', 'sweep.waits']);
  });

  it('looks again at every poll, and leaves no timer behind', async () => {
    const rig = new Rig();
    rig.sweeper.start();
    rig.hold(1, 1);
    await rig.time.advance(limits.sweepPollMs + 1_000);
    assert.equal(rig.due.size, 0);
    await rig.sweeper.stop();
    assert.equal(rig.time.pending, 0);
  });

  it('sweeps when it starts, and once stopped no more', async () => {
    const rig = new Rig();
    rig.hold(1, 0);
    rig.sweeper.start();
    await rig.sweeper.stop();
    assert.equal(rig.due.size, 0);
    rig.hold(1, 0);
    await rig.sweeper.sweep();
    await rig.sweeper.stop();
    assert.equal(rig.due.size, 1);
  });
});
