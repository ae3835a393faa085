import { formatDecimal, MAX_INT64 } from '../decimal.ts';
import { type Code, StockbusError } from '../errors.ts';

/** Why a message is not booked as it is, and which of its fields says so. */
export const refusal = (
  code: Code,
  message: string,
  field: string,
  more?: { todo: string },
): StockbusError => new StockbusError(code, message, { field }, more);

/** `WINE at BER: 5 asked, 3 there`. */
export function insufficient(
  sku: string,
  where: string,
  asked: bigint,
  had: bigint,
  what: string,
): StockbusError {
  const message = `${sku} at ${where}: ${formatDecimal(asked)} asked, ${formatDecimal(had)} ${what}`;
  return refusal('STOCK_INSUFFICIENT', message, 'quantity');
}

const LEAST = -MAX_INT64;

export function refuseOverflow(number: bigint, what = 'a quantity or value'): void {
  if (number <= MAX_INT64 && number >= LEAST) return;
  throw refusal('STOCK_OUT_OF_RANGE', `${what} exceeds 64 bits`, 'quantity');
}
