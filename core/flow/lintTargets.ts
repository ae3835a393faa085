/** Whether what the steps make fits the canonical message, as far as it can be seen without data. */

import type { StepSpec } from '../ports.ts';
import type { FaultSink, Path } from '../spec.ts';
import { isObject, suggestion } from '../spec.ts';
import { isEach } from '../steps/mapping.ts';
import type { Named } from './flowFields.ts';
import type { ListShape, MessageShape } from './messageShape.ts';

const unreadable = 'unreadable';

/** Where each field of the record was set; elements of lists apart from the document. */
interface Made {
  /** False while the record still has the fields of the payload, which nobody knows here. */
  mapped: boolean;
  document: Map<string, Path>;
  /** By the name of the list, where a `map` for each of its elements says what they have. */
  lists: Map<string, Map<string, Path>>;
  step: Path;
}

export function lintTargets(
  steps: readonly Named<StepSpec>[],
  shapes: readonly MessageShape[],
  report: FaultSink,
): void {
  const made: Made = { mapped: false, document: new Map(), lists: new Map(), step: ['steps'] };
  for (const [index, step] of steps.entries()) follow(made, step, ['steps', index, step.name]);
  if (!made.mapped) return;
  const types = shapes.map((shape) => shape.type).join(' or ');
  const all = shapes.flatMap((shape) => [
    ...shape.documentNames,
    ...(shape.lines?.names ?? []),
    ...listsOf(shape).map(({ name }) => name),
  ]);
  reportUnknown(made.document, [...new Set(all)], types, report);
  for (const [list, fields] of made.lists) {
    const lists = shapes.flatMap(listsOf).filter(({ name }) => name === list);
    if (lists.length === 0) continue;
    const known = new Set(lists.flatMap(({ names }) => [...names]));
    reportUnknown(fields, [...known], `the ${list} of ${types}`, report);
  }
  for (const shape of shapes) reportMissing(made, shape, report);
}

const listsOf = ({ lines, lists }: MessageShape): ListShape[] =>
  lines ? [...lists, lines] : [...lists];

function follow(made: Made, { name, options }: Named<StepSpec>, path: Path): void {
  if (name === 'map') {
    made.mapped = true;
    made.document = new Map();
    made.lists = new Map();
    made.step = path;
  }
  if ((name === 'map' || name === 'set') && isObject(options)) {
    for (const [target, of] of Object.entries(options)) {
      made.document.set(target, [...path, target]);
      if (isEach(of)) made.lists.set(target, fieldsOf(of.map, [...path, target, 'map']));
      else made.lists.delete(target);
    }
  }
  if (name === 'lookup' && isObject(options)) {
    const into = options.into;
    const fields = isObject(into) ? Object.keys(into) : [String(into)];
    for (const field of fields)
      made.document.set(field, [...path, 'into', ...(isObject(into) ? [field] : [])]);
  }
  // Elements bring fields that nobody knows here, and so may a step that cannot be read.
  if (name === 'split' || name === unreadable) made.mapped = false;
}

const fieldsOf = (mapping: object, path: Path): Map<string, Path> =>
  new Map(Object.keys(mapping).map((target) => [target, [...path, target]]));

function reportUnknown(
  made: ReadonlyMap<string, Path>,
  known: readonly string[],
  where: string,
  report: FaultSink,
): void {
  for (const [name, path] of made) {
    if (known.includes(name)) continue;
    const message = `'${name}' is not a field of ${where}`;
    report({
      path,
      onKey: true,
      code: 'FLOW_UNKNOWN_FIELD',
      message,
      todo: suggestion(name, known),
    });
  }
}

function reportMissing(made: Made, shape: MessageShape, report: FaultSink): void {
  const missing = (name: string, where: string) =>
    report({
      path: made.step,
      onKey: true,
      code: 'FLOW_MISSING_FIELD',
      message: `no step gives '${name}', which ${where} needs`,
      todo: `add '${name}:' to the map`,
    });
  for (const name of shape.documentRequired)
    if (!made.document.has(name)) missing(name, shape.type);
  for (const list of shape.lists) {
    const fields = made.lists.get(list.name);
    if (!made.document.has(list.name)) {
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
  made: Made,
  shape: MessageShape,
  { names, required, needed }: ListShape,
  missing: (name: string, where: string) => void,
): void {
  const fields = made.lists.get('lines');
  if (made.document.has('lines') && !fields) return;
  const flat = [...names].some((name) => made.document.has(name) && !shape.documentNames.has(name));
  if (!fields && !flat && !needed) return;
  for (const name of required) {
    if (!made.document.has(name) && !fields?.has(name)) missing(name, `a line of ${shape.type}`);
  }
}
