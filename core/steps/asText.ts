import { StockbusError } from '../errors.ts';
import { isObject } from '../spec.ts';

/**
 * The text of a value, as `&` and `$string` have it. One and many are alike, so that a list of one is its
 * element; nothing, and JSON's null, is the empty text. An object has no text, nor has a list of several:
 * what stood in their place would change with every attribute that a sender adds.
 */
export function asText(value: unknown, what?: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null || typeof value === 'function') return '';
  if (Array.isArray(value) && value.length < 2) return asText(value[0], what);
  if (typeof value === 'object') throw noText(value, what);
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) {
    throw new StockbusError('EXPR_FAILED', `${value} has no text`);
  }
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
}

/** An object or a list where a text is wanted, with what to write behind the name of it instead. */
export function noText(value: object, what = 'a value'): StockbusError {
  const { message, todo } = Array.isArray(value)
    ? {
        message: `${what} is a list of ${value.length}, and one text is wanted`,
        todo: 'name one of them, with [0] behind the list, or make a record or a line of each',
      }
    : ofObject(value, what);
  return new StockbusError('EXPR_NOT_TEXT', message, undefined, { todo });
}

function ofObject(value: object, what: string): { message: string; todo: string } {
  if (Object.hasOwn(value, '#text')) {
    const attributes = Object.keys(value).filter((key) => key.startsWith('@'));
    const having = attributes.length > 0 ? ` with ${attributes.join(', ')}` : ' with elements';
    return {
      message: `${what} is an element${having} and not a text alone`,
      todo: "write .`#text` behind the element's name, which is its text",
    };
  }
  const fields = Object.keys(value).slice(0, 8).join(', ');
  return {
    message: `${what} has fields (${fields}), and a text is wanted`,
    todo: 'name the field that is meant',
  };
}

/** Whether a value cannot be what a text is compared with. */
export const isStructure = (value: unknown): value is object =>
  isObject(value) || (Array.isArray(value) && value.length > 1);
