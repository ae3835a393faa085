import type { CommandType } from '../message.ts';

/**
 * Decided by what stock costs, or by whether that is final: what came late before them in the same
 * round is costed first, as if it had been committed.
 */
export const restsOnCosts: ReadonlySet<CommandType> = new Set([
  'period.close.v1',
  'stock.method.v1',
  'stock.revalue.v1',
]);
