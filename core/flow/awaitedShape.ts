/** What a flow gives to those that await it, as far as that is known. */
import type { Shape } from '../ports.ts';
import type { MessageShape } from './messageShape.ts';
import { shapeOfNames } from './stepShapes.ts';
import { isRoute, type ToTarget } from './targetFields.ts';

/** The data of its messages; its record, where it goes nowhere else. */
export function awaitedShape(
  flow: string,
  targets: readonly ToTarget[],
  shapes: readonly MessageShape[],
  made: Shape,
): Shape | undefined {
  if (targets.length === 0) {
    if (made.others !== 'none') return undefined;
    return {
      ...shapeOfNames([...made.fields.keys()], `what ${flow} gives`),
      lists: named(made.lists),
    };
  }
  if (!targets.some(isRoute)) return undefined;
  const names = shapes.flatMap(({ documentNames, lists, lines }) => [
    ...documentNames,
    ...lists.map(({ name }) => name),
    ...(lines ? ['lines'] : []),
  ]);
  const lists = shapes.flatMap(({ lists: others, lines }) => [
    ...others,
    ...(lines ? [lines] : []),
  ]);
  const elements = new Map<string, Map<string, undefined>>();
  for (const { name, names: known } of lists)
    elements.set(name, new Map([...(elements.get(name) ?? []), ...plain(known)]));
  return { ...shapeOfNames(names, shapes.map(({ type }) => type).join(' or ')), lists: elements };
}

const plain = (names: Iterable<string>): [string, undefined][] =>
  Array.from(names, (name) => [name, undefined]);

/** Places are those of another file. */
const named = (lists: Shape['lists']): Shape['lists'] =>
  new Map(Array.from(lists, ([name, fields]) => [name, new Map(plain(fields.keys()))]));
