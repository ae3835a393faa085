/**
 * Paths over records, with exactly the results of JSONata: one and many are alike. But for `#text`, which
 * gives the text of an XML element whether its sender writes attributes or not: without them it is that text.
 */
import { TEXT } from '../../steps/asText.ts';

/** Reads `names` one after another from `input`. */
export function readPath(names: readonly string[]): (input: unknown) => unknown {
  const plain = names.every((name) => name !== TEXT && !(name in Object.prototype));
  const [only] = names;
  if (!plain) return (input) => readSlowly(input, names);
  if (names.length === 1 && only !== undefined) {
    return (input) =>
      typeof input === 'object' && input !== null && !Array.isArray(input)
        ? (input as Record<string, unknown>)[only]
        : readSlowly(input, names);
  }
  return (input) => readFast(input, names);
}

function readFast(input: unknown, names: readonly string[]): unknown {
  let value = input;
  for (let index = 0; index < names.length; index += 1) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) return readSlowly(input, names);
    value = (value as Record<string, unknown>)[names[index]!];
  }
  return value;
}

/** What a path goes through: a list that is a result of reading, not a list of the record. */
class ReadList {
  readonly items: unknown[] = [];
}

const isReadList = (value: unknown): value is ReadList => value instanceof ReadList;

function readSlowly(input: unknown, names: readonly string[]): unknown {
  let current: unknown[] = Array.isArray(input) ? input : [input];
  let result: unknown[] | ReadList = new ReadList();
  for (let index = 0; index < names.length; index += 1) {
    result = readStep(current, names[index]!, index === names.length - 1);
    current = isReadList(result) ? result.items : result;
    if (current.length === 0) break;
  }
  return isReadList(result) ? collapse(result) : result;
}

function readStep(input: readonly unknown[], name: string, last: boolean): unknown[] | ReadList {
  const found: unknown[] = [];
  for (const item of input) {
    const value = lookup(item, name);
    const plain = isReadList(value) ? collapse(value, true) : value;
    if (plain !== undefined) found.push(plain);
  }
  if (last && found.length === 1 && Array.isArray(found[0])) return found[0];
  const flat = new ReadList();
  for (const value of found) {
    if (isReadList(value)) flat.items.push(...value.items);
    else if (Array.isArray(value)) for (const item of value) flat.items.push(item);
    else flat.items.push(value);
  }
  return flat;
}

/** No item is nothing, one item is the item itself, more stay a list. */
function collapse(list: ReadList, keep = false): unknown {
  if (list.items.length === 0) return undefined;
  if (list.items.length === 1) return list.items[0];
  return keep ? list : list.items;
}

function lookup(input: unknown, name: string): unknown {
  if (Array.isArray(input)) {
    const list = new ReadList();
    for (const item of input) {
      const value = lookup(item, name);
      if (isReadList(value)) list.items.push(...value.items);
      else if (Array.isArray(value)) for (const part of value) list.items.push(part);
      else if (value !== undefined) list.items.push(value);
    }
    return list;
  }
  if (typeof input === 'string' && name === TEXT) return input;
  if (typeof input !== 'object' || input === null) return undefined;
  return Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined;
}
