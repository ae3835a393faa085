/** One has the lease; whoever reads it while it is renewed does not take it for one that a set-back clock has left. */
import { equal, rejects } from 'node:assert/strict';
import { Job } from '../../../core/jobs/Job.ts';
import { Lease } from '../../../core/jobs/Lease.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('a lease', () => {
  const leaseMs = 15_000;
  let time: SimulatedTime;
  let store: MemoryStore;
  let runtime: Runtime;
  const leaseOf = () => new Lease({ store, runtime, leaseMs }, 'job');

  beforeEach(() => {
    time = new SimulatedTime();
    store = new MemoryStore();
    runtime = simulatedRuntime(time);
    store.serverTime = async () => new Date(time.now()).toISOString();
  });

  it('is not taken from who renews it between the two questions of another', async () => {
    const holder = leaseOf();
    await holder.take();
    const { control, serverTime } = store;
    const inBetween = async <T>(answer: T): Promise<T> => {
      Object.assign(store, { control, serverTime });
      await time.advance(1_000);
      equal(await holder.renew(), true);
      return answer;
    };
    store.control = async (...asked) => inBetween(await control.apply(store, asked));
    store.serverTime = async () => inBetween(await serverTime());
    equal(await leaseOf().take(), undefined);
    equal(await holder.renew(), true);
  });

  it('is another’s once it is over, or the clock was set back behind it', async () => {
    const late = leaseOf();
    equal((await late.take())?.token, 1);
    await time.advance(leaseMs);
    equal((await leaseOf().take())?.token, 2);
    equal(await late.renew(), false);
    store.serverTime = async () => new Date(time.now() - 3_600_000).toISOString();
    equal((await leaseOf().take())?.token, 3);
  });

  it('is given back by work that fails, whose writes count no more, and no timer stays', async () => {
    const job = new Job({ store, runtime, leaseMs }, 'job');
    let late = async (): Promise<void> => undefined;
    const work = job.run(async (hold) => {
      late = () => hold.check();
      await hold.check();
      equal(await job.run(async () => 'at once'), undefined);
      throw new Error('no');
    });
    await rejects(work, /no/);
    await rejects(late(), { code: 'LEASE_LOST' });
    equal(time.pending, 0);
    equal(await job.run(async () => 'next'), 'next');
  });
});
