import { StockbusError } from './errors.ts';

/** JSON that the hub wrote into its store. Throws STORE_CORRUPT, which says of what, where somebody else wrote there. */
export function parseStored<Value>(what: string, text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new StockbusError('STORE_CORRUPT', `${what} is no JSON`, undefined, { cause });
  }
}
