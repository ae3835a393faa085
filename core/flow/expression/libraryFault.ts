import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { runaway } from './Work.ts';

/** Codes of the library for lists that grow too long. */
const RUNAWAY = ['D2014', 'D2015'];

/** What an expression threw, as a fault of a record. */
export function asFault(error: unknown): StockbusError {
  if (error instanceof StockbusError) return error;
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && RUNAWAY.includes(code)) {
    return runaway(`makes a list of more than ${limits.expressionItems} entries`);
  }
  // What the platform itself does not hold: a text, a list, a nesting.
  if (error instanceof RangeError) return runaway(`makes too much: ${message}`);
  return new StockbusError('EXPR_FAILED', message ?? String(error), undefined, { cause: error });
}
