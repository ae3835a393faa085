/**
 * Lists with the marks that the jsonata library gives them. A sequence is what a path, a predicate or a
 * function found: none of it is nothing, one of it is the item itself, unless it is to stay a list.
 */
import { limits } from '../../../limits.ts';
import { runaway } from '../Work.ts';

export class Sequence extends Array<unknown> {
  /** What is made of one is a plain list. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  keepSingleton = false;
  /** Around a list that is the whole input. */
  outerWrapper = false;

  /** Functions of the library ask for it. */
  get sequence(): true {
    return true;
  }

  add(item: unknown): void {
    if (this.length >= limits.expressionItems) throw tooLong();
    this[this.length] = item;
  }

  override push(...items: unknown[]): number {
    for (const item of items) this.add(item);
    return this.length;
  }
}

/** `[a, b]` at the end or the beginning of a path, which is not flattened into what is around it. */
export class BuiltList extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

export const tooLong = (): Error =>
  runaway(`makes a list of more than ${limits.expressionItems} entries`);

export function sequenceOf(item: unknown): Sequence {
  const sequence = new Sequence();
  sequence.add(item);
  return sequence;
}

/** What a node gives to the node around it. */
export function collapsed(value: unknown, keepArray: boolean): unknown {
  if (!(value instanceof Sequence)) return value;
  if (keepArray) value.keepSingleton = true;
  if (value.length === 0) return undefined;
  return value.length === 1 && !value.keepSingleton ? value[0] : value;
}

/** JSONata's `$append`, of two values that are there. */
export function appended(left: unknown, right: unknown): unknown[] {
  const items = Array.isArray(left) ? left : [left];
  const size = items.length + (Array.isArray(right) ? right.length : 1);
  if (size > limits.expressionItems) throw tooLong();
  return items.concat(right);
}

/** The same value without marks, for those who are not in the expression. */
export function unmarked(value: unknown): unknown {
  if (Array.isArray(value)) {
    return isMarked(value) || value.some(Array.isArray) ? Array.from(value, unmarked) : value;
  }
  return value;
}

/** The same for lists that stand in objects which the expression made. */
export function unmarkedInside(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, unmarkedInside);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, unmarkedInside(part)]),
  );
}

export const isMarked = (value: unknown): boolean =>
  value instanceof Sequence || value instanceof BuiltList;
