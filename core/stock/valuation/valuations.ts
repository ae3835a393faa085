import { transitPool, type ValuationMethod } from '../../ledger.ts';
import type { Valuation } from '../../ports.ts';
import { average } from './average.ts';
import { fifo } from './fifo.ts';
import { lifo } from './lifo.ts';
import { lot } from './lot.ts';
import { standard } from './standard.ts';

/** All valuation methods. A new one is a file beside this, a line here and one in `valuationMethods`. */
export const valuations: Readonly<Record<ValuationMethod, Valuation>> = {
  fifo,
  lifo,
  average,
  standard,
  lot,
};

/** Between two places each shipment keeps the value at which it left, and the oldest goes first. */
const underWay: typeof valuations = {
  ...valuations,
  lifo: { ...lifo, isNewestFirst: false, take: fifo.take },
  average: {
    ...average,
    layered: true,
    take: (pool, take) => lot.take(pool, { ...take, lot: '' }),
    put: fifo.put,
  },
  lot: { ...lot, put: fifo.put },
};

export const valuationIn = (pool: string, method: ValuationMethod): Valuation =>
  (pool === transitPool ? underWay : valuations)[method];
