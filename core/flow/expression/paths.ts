/**
 * Paths over records, with exactly the results of JSONata: one and many are alike. But for `#text`, which
 * gives the text of an XML element whether its sender writes attributes or not: without them it is that text.
 */
import { TEXT } from '../../steps/asText.ts';

/** A name, and the places of items that are taken of what it gives: `[0]`, from the end `[-1]`. */
export interface PathStep {
  name: string;
  places: readonly number[];
}

/** Reads `steps` one after another from `input`. */
export function readPath(steps: readonly PathStep[]): (input: unknown) => unknown {
  const plain = steps.every(({ name }) => name !== TEXT && !(name in Object.prototype));
  const [only] = steps;
  if (!plain) return (input) => readSlowly(input, steps);
  if (steps.length === 1 && only?.places.length === 0) {
    const { name } = only;
    return (input) =>
      typeof input === 'object' && input !== null && !Array.isArray(input)
        ? (input as Record<string, unknown>)[name]
        : readSlowly(input, steps);
  }
  return (input) => readFast(input, steps);
}

function readFast(input: unknown, steps: readonly PathStep[]): unknown {
  let value = input;
  for (let index = 0; index < steps.length; index += 1) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) return readSlowly(input, steps);
    const { name, places } = steps[index]!;
    value = (value as Record<string, unknown>)[name];
    for (const place of places) {
      value = Array.isArray(value)
        ? value.at(place)
        : place === 0 || place === -1
          ? value
          : undefined;
      if (Array.isArray(value)) return readSlowly(input, steps);
    }
  }
  return value;
}

/** What a path goes through: a list that is a result of reading, not a list of the record. */
class ReadList {
  readonly items: unknown[] = [];
}

const isReadList = (value: unknown): value is ReadList => value instanceof ReadList;

function readSlowly(input: unknown, steps: readonly PathStep[]): unknown {
  let current: unknown[] = Array.isArray(input) ? input : [input];
  let result: unknown[] | ReadList = new ReadList();
  for (let index = 0; index < steps.length; index += 1) {
    result = readStep(current, steps[index]!, index === steps.length - 1);
    current = isReadList(result) ? result.items : result;
    if (current.length === 0) break;
  }
  return isReadList(result) ? collapse(result) : result;
}

function readStep(
  input: readonly unknown[],
  { name, places }: PathStep,
  last: boolean,
): unknown[] | ReadList {
  const found: unknown[] = [];
  for (const item of input) {
    const value = lookup(item, name);
    const plain = isReadList(value) ? collapse(value, true) : value;
    const taken = places.reduce<unknown>(itemAt, plain);
    if (taken !== undefined) found.push(taken);
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

/** A list of the item, or none; of what is no list the value itself is the only item. */
function itemAt(value: unknown, place: number): unknown[] | ReadList {
  const items = isReadList(value) ? value.items : Array.isArray(value) ? value : [value];
  const item: unknown = items.at(place);
  if (Array.isArray(item)) return item;
  const taken = new ReadList();
  if (item !== undefined) taken.items.push(item);
  return taken;
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
