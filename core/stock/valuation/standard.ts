import { amountOf } from '../../decimal.ts';
import type { Valuation } from '../../ports.ts';
import { average } from './average.ts';

/** Standard cost: stock is worth its quantity at a set cost; what a receipt costs more is a variance. */
export const standard: Valuation = {
  name: 'standard',
  about:
    'Standard cost: every unit is worth a set cost; purchase price variances are posted apart.',
  layered: false,
  worth: amountOf,
  take: average.take,
  put: average.put,
};
