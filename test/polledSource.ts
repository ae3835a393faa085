/** A poller as a source, over a store in memory: another source over the same store stands for the process after a crash. */
import type { JobStore } from '../core/jobs/Lease.ts';
import { PolledSource } from '../core/jobs/PolledSource.ts';
import { limits } from '../core/limits.ts';
import type { Poller } from '../core/ports.ts';
import type { Runtime } from '../core/runtime.ts';
import { MemoryStore } from './property/MemoryStore.ts';

export const pollStore = (): MemoryStore => new MemoryStore();

export const polledSource = (
  poller: Poller,
  store: JobStore,
  runtime: Runtime,
  flow = 'receipts',
): PolledSource =>
  new PolledSource({ store, runtime }, { name: poller.place, flow, source: flow }, poller);

/**
 * The store as each process has it. Who asks for another stands for the process after a crash, when the lease is over: the one
 * before writes nothing any more, whatever it still does.
 */
export function storeOfEach(store: MemoryStore): () => JobStore {
  let processes = 0;
  return () => {
    processes += 1;
    const number = processes;
    return {
      control: (kind, ids) => store.control(kind, ids),
      controlRows: (filter, page) => store.controlRows(filter, page),
      controlStates: (kind) => store.controlStates(kind),
      dueControl: (kind, now, limit) => store.dueControl(kind, now, limit),
      serverTime: async () =>
        new Date(Date.parse(await store.serverTime()) + number * 2 * limits.leaseMs).toISOString(),
      changeControl: async (id, changes, fence) =>
        number === processes ? store.changeControl(id, changes, fence) : 'conflict',
    };
  };
}
