import type { Valuation } from '../../ports.ts';
import { oldestFirst, takeLayers } from './takeLayers.ts';

export const fifo: Valuation = {
  name: 'fifo',
  about: 'First in, first out: what came first leaves first, at the cost at which it came.',
  layered: true,
  take: (pool, take) => takeLayers(pool, take, oldestFirst),
  put(pool, slices, arrival) {
    for (const slice of slices) pool.add(slice, slice.value, arrival);
  },
};
