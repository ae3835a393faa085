/** A poller as a source, over a store in memory: another source over the same store stands for the process after a crash. */
import { PolledSource } from '../core/jobs/PolledSource.ts';
import type { Poller } from '../core/ports.ts';
import type { Runtime } from '../core/runtime.ts';
import { MemoryStore } from './property/MemoryStore.ts';

export const pollStore = (): MemoryStore => new MemoryStore();

export const polledSource = (
  poller: Poller,
  store: MemoryStore,
  runtime: Runtime,
  flow = 'receipts',
): PolledSource =>
  new PolledSource({ store, runtime }, { name: poller.place, flow, source: flow }, poller);
