/** Whether what the steps make fits the canonical message, as far as it can be seen without data. */

import type { Shape } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { suggestion } from '../spec.ts';
import { type ListShape, type MessageShape, ownNames } from './messageShape.ts';

/** `made` is what the last step leaves; while it may have fields of the payload, nothing is certain. */
export function lintTargets(made: Shape, shapes: readonly MessageShape[], report: FaultSink): void {
  if (made.others !== 'none') return;
  const types = shapes.map((shape) => shape.type).join(' or ');
  const all = shapes.flatMap((shape) => [
    ...shape.documentNames,
    ...(shape.lines?.names ?? []),
    ...listsOf(shape).map(({ name }) => name),
  ]);
  reportUnknown(made.fields, made.madeAt, [...new Set(all)], types, report);
  for (const [list, fields] of made.lists) {
    const lists = shapes.flatMap(listsOf).filter(({ name }) => name === list);
    if (lists.length === 0) continue;
    const known = new Set(lists.flatMap(({ names }) => [...names]));
    reportUnknown(fields, made.madeAt, [...known], `the ${list} of ${types}`, report);
  }
  reportBeside(made, shapes, report);
  for (const shape of shapes) reportMissing(made, shape, report);
}

/** What says of one line what it is, beside a list of lines, would be of no line. */
function reportBeside(made: Shape, shapes: readonly MessageShape[], report: FaultSink): void {
  if (!made.fields.has('lines')) return;
  for (const name of new Set(shapes.flatMap(ownNames))) {
    if (!made.fields.has(name)) continue;
    report({
      path: made.fields.get(name) ?? made.madeAt,
      onKey: true,
      code: 'FLOW_LINE_FIELD_BESIDE_LINES',
      message: `'${name}' stands beside 'lines', and so belongs to none of them`,
      todo: `move it into the map of 'lines', or leave 'lines' out for documents of one line`,
    });
  }
}

const listsOf = ({ lines, lists }: MessageShape): ListShape[] =>
  lines ? [...lists, lines] : [...lists];

function reportUnknown(
  made: ReadonlyMap<string, Path | undefined>,
  madeAt: Path,
  known: readonly string[],
  where: string,
  report: FaultSink,
): void {
  for (const [name, path] of made) {
    if (known.includes(name)) continue;
    const message = `'${name}' is not a field of ${where}`;
    report({
      path: path ?? madeAt,
      onKey: true,
      code: 'FLOW_UNKNOWN_FIELD',
      message,
      todo: suggestion(name, known),
    });
  }
}

function reportMissing(made: Shape, shape: MessageShape, report: FaultSink): void {
  const missing = (name: string, where: string) =>
    report({
      path: made.madeAt,
      onKey: true,
      code: 'FLOW_MISSING_FIELD',
      message: `no step gives '${name}', which ${where} needs`,
      todo: `add '${name}:' to the map`,
    });
  for (const name of shape.documentRequired) if (!made.fields.has(name)) missing(name, shape.type);
  for (const list of shape.lists) {
    const fields = made.lists.get(list.name);
    if (!made.fields.has(list.name)) {
      if (list.needed) missing(list.name, shape.type);
    } else if (fields) {
      for (const name of list.required)
        if (!fields.has(name)) missing(name, `each of the ${list.name} of ${shape.type}`);
    }
  }
  if (shape.lines) reportMissingOfLines(made, shape, shape.lines, missing);
}

/** A record without `lines` is a line itself, unless it has nothing that a line knows. */
function reportMissingOfLines(
  made: Shape,
  shape: MessageShape,
  { names, required, needed }: ListShape,
  missing: (name: string, where: string) => void,
): void {
  const fields = made.lists.get('lines');
  if (made.fields.has('lines') && !fields) return;
  const flat = [...names].some((name) => made.fields.has(name) && !shape.documentNames.has(name));
  if (!fields && !flat && !needed) return;
  for (const name of required) {
    if (!made.fields.has(name) && !fields?.has(name)) missing(name, `a line of ${shape.type}`);
  }
}
