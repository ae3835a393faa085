import type { Valuation } from '../../ports.ts';

/** First in, first out: receipts stay apart as layers, and the oldest leaves first. */
export const fifo: Valuation = {
  name: 'fifo',
  about: 'First in, first out: what came first leaves first, at the cost at which it came.',
  layered: true,
  take(pool, quantity) {
    const slices = pool.takeLayers(quantity);
    return { value: slices.reduce((sum, slice) => sum + slice.value, 0n), slices };
  },
};
