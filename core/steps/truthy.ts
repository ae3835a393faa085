import { StockbusError } from '../errors.ts';

/**
 * Whether a value counts as true: JSONata's `$boolean`, for which the empty text, 0, null, empty
 * lists and objects, and lists of nothing but such values are false.
 */
export function truthy(value: unknown): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value.length > 0;
    case 'number':
      // As the library has it: what was divided by zero is neither true nor false.
      if (value === Infinity || value === -Infinity) throw outOfRange(value);
      return value !== 0 && !Number.isNaN(value);
    case 'object':
      if (value === null) return false;
      if (Array.isArray(value)) return value.some(truthy);
      return Object.keys(value).length > 0;
    default:
      return false;
  }
}

const outOfRange = (value: number): StockbusError =>
  new StockbusError('EXPR_FAILED', `${value} is no number that a test can take`);
