import type { ValuationMethod } from '../../ledger.ts';
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
