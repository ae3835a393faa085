/** Objects as expressions make them. */
import type { Node } from '../ast.ts';
import { failed, show } from '../operators.ts';
import { appended, isMarked, Sequence } from './Sequence.ts';
import type { Frame, Machine, Run, Site } from './site.ts';

/** Names of the library's own marks, which no data may have. */
const RESERVED = ['_jsonata_lambda', '_jsonata_function'];

/** `{ key: value, … }`: of a list, each key once, with the value over all items that have it. */
export function compileObject(node: Node, site: Site): Run {
  const pairs = (node.lhs as [Node, Node][]).map(([key, value]) => ({
    key: site.compile(key, site),
    value: site.compile(value, site),
  }));
  const { machine } = site;
  return (input, frame) => {
    const items = itemsOf(input);
    const groups = new Map<string, { data: unknown; pair: number }>();
    for (const item of items) {
      machine.work.charge(pairs.length);
      for (const [pair, { key }] of pairs.entries()) {
        const name = keyOf(key, item, frame);
        if (name === undefined) continue;
        const group = groups.get(name);
        if (group === undefined) groups.set(name, { data: item, pair });
        else if (group.pair !== pair) throw failed(`two parts of an object are called '${name}'`);
        else {
          machine.work.goneThrough(group.data);
          group.data = joined(group.data, item);
        }
      }
    }
    const made: Record<string, unknown> = {};
    for (const [name, { data, pair }] of groups) {
      const value = pairs[pair]!.value(data, frame);
      if (value !== undefined) put(made, name, kept(value, machine));
    }
    return made;
  };
}

const itemsOf = (input: unknown): readonly unknown[] =>
  Array.isArray(input) && input.length > 0 ? input : [Array.isArray(input) ? undefined : input];

function keyOf(key: Run, item: unknown, frame: Frame): string | undefined {
  const name = key(item, frame);
  if (name !== undefined && typeof name !== 'string') {
    throw failed(`a part of an object is called by a text, not ${show(name)}`);
  }
  if (name !== undefined && RESERVED.includes(name)) throw failed(`'${name}' is a reserved name`);
  return name;
}

function joined(data: unknown, item: unknown): unknown {
  if (data === undefined) return item;
  return item === undefined ? data : appended(data, item);
}

function put(made: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') made[name] = value;
  else
    Object.defineProperty(made, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}

/** A list of several is the same without the mark of a sequence. */
function kept(value: unknown, machine: Machine): unknown {
  if (value instanceof Sequence && !value.keepSingleton && !value.some(isMarked)) {
    return Array.from(value);
  }
  if (isMarked(value)) machine.marked = true;
  return value;
}
