import { amountOf } from '../../decimal.ts';
import type { Valuation } from '../../ports.ts';
import { average } from './average.ts';
import { fifo } from './fifo.ts';

export const standard: Valuation = {
  name: 'standard',
  about:
    'Standard cost: every unit is worth a set cost; purchase price variances are posted apart.',
  layered: false,
  worth: amountOf,
  take: (pool, { unitCost: _, ...take }) => fifo.take(pool, take),
  put: average.put,
};
