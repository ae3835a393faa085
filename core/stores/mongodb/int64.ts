import { Long } from 'mongodb';
import { StockbusError } from '../../errors.ts';

/**
 * A 64-bit integer as it was read. Not by `useBigInt64`: with it, driver 7.9 throws from a timer, which
 * ends the process, when a primary steps down (a bigint in `topologyVersion`).
 */
export function bigintOf(stored: unknown): bigint {
  if (!Long.isLong(stored)) return BigInt(stored as number);
  // Its own toBigInt goes by way of decimal text.
  return (BigInt(stored.high) << 32n) + BigInt(stored.low >>> 0);
}

/** The driver would cut a larger integer to 64 bits without a word. */
export function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new StockbusError('STOCK_OUT_OF_RANGE', `${value} exceeds 64 bits`);
}
