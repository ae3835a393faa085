import type { Valuation } from '../../ports.ts';
import { fifo } from './fifo.ts';
import { takeLayers } from './takeLayers.ts';

export const lifo: Valuation = {
  name: 'lifo',
  about: 'Last in, first out: what came last leaves first. Not allowed under IFRS (IAS 2.25).',
  layered: true,
  isNewestFirst: true,
  take: (pool, take) => takeLayers(pool, take, () => pool.newest()),
  put: fifo.put,
};
