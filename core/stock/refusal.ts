import { MAX_INT64 } from '../decimal.ts';
import { type Code, StockbusError } from '../errors.ts';

/** Why a message is not booked as it is, and which of its fields says so. */
export const refusal = (code: Code, message: string, field: string): StockbusError =>
  new StockbusError(code, message, { field });

export function refuseOverflow(number: bigint, what = 'a quantity or value'): void {
  if (number <= MAX_INT64 && number >= -MAX_INT64) return;
  throw refusal('STOCK_OUT_OF_RANGE', `${what} exceeds 64 bits`, 'quantity');
}
