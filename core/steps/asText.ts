import { StockbusError } from '../errors.ts';
import { isObject } from '../spec.ts';

/** The field of an XML element that has its text, where it has attributes or elements besides. */
export const TEXT = '#text';

/**
 * The text of a value, as `&` and `$string` have it. One and many are alike, so that a list of one is its
 * element; nothing, and JSON's null, is the empty text. An object has no text, nor has a list of several:
 * what stood in their place would change with every attribute that a sender adds.
 */
export function asText(value: unknown, what?: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null || typeof value === 'function') return '';
  if (Array.isArray(value) && value.length < 2) return asText(value[0], what);
  if (typeof value === 'object') throw noText(value, what, what);
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) {
    throw new StockbusError('EXPR_FAILED', `${value} has no text`);
  }
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(15)));
}

/** An object or a list where a text is wanted, with what to write instead of the name that `read` it. */
export function noText(value: object, what = 'a value', read = '…'): StockbusError {
  const { message, todo } = Array.isArray(value)
    ? {
        message: `${what} is a list of ${value.length}, and one text is wanted`,
        todo: 'name one of them, with [0] behind the list, or make a record or a line of each',
      }
    : ofObject(value, what, /\s/.test(read) ? '…' : read);
  return new StockbusError('EXPR_NOT_TEXT', message, undefined, { todo });
}

function ofObject(value: object, what: string, read: string): { message: string; todo: string } {
  const fields = Object.keys(value);
  if (Object.hasOwn(value, TEXT)) {
    const attributes = fields.filter((name) => name.startsWith('@'));
    const having = attributes.length > 0 ? ` with ${attributes.join(', ')}` : ' with elements';
    return {
      message: `${what} is an element${having} and not a text alone`,
      todo: isAttributed(value)
        ? `write $text(${read}), which is its text, with attributes and without`
        : 'name the element inside that is meant',
    };
  }
  return {
    message: `${what} has fields (${fields.slice(0, 8).join(', ')}), and a text is wanted`,
    todo: 'name the field that is meant',
  };
}

/** `$text`: whether an element has attributes says nothing of what its text is. */
export function elementText(value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return asText(value);
  if (Array.isArray(value) && value.length < 2) return elementText(value[0]);
  if (Array.isArray(value) || !isAttributed(value)) throw noText(value, 'what $text is given');
  return (value as Record<string, unknown>)[TEXT];
}

/** An element that has attributes, and a text or nothing besides. */
const isAttributed = (value: object): boolean => {
  const fields = Object.keys(value);
  return fields.length > 0 && fields.every((name) => name === TEXT || name.startsWith('@'));
};

/** Whether a value cannot be what a text is compared with. */
export const isStructure = (value: unknown): value is object =>
  isObject(value) || (Array.isArray(value) && value.length > 1);
