/** Whether what the steps make fits the canonical message, as far as it can be seen without data. */

import type { StepSpec } from '../ports.ts';
import type { Path, Report } from '../spec.ts';
import { isObject, suggestion } from '../spec.ts';
import { isEach } from '../steps/mapping.ts';
import type { Named } from './flowFields.ts';
import type { MessageShape } from './messageShape.ts';

const unreadable = 'unreadable';

/** Where each field of the record was set; lines apart from the document. */
interface Made {
  /** False while the record still has the fields of the payload, which nobody knows here. */
  mapped: boolean;
  document: Map<string, Path>;
  lines: Map<string, Path> | undefined;
  step: Path;
}

export function lintTargets(
  steps: readonly Named<StepSpec>[],
  shapes: readonly MessageShape[],
  report: Report,
): void {
  const made: Made = { mapped: false, document: new Map(), lines: undefined, step: ['steps'] };
  for (const [index, step] of steps.entries()) follow(made, step, ['steps', index, step.name]);
  if (!made.mapped) return;
  const documentNames = shapes.flatMap((shape) => [...shape.documentNames]);
  const lineNames = shapes.flatMap((shape) => [...shape.lineNames]);
  const types = shapes.map((shape) => shape.type).join(' or ');
  const linesKnown = shapes.some((shape) => shape.hasLines) ? ['lines'] : [];
  const all = [...new Set([...documentNames, ...lineNames, ...linesKnown])];
  reportUnknown(made.document, all, types, report);
  if (made.lines)
    reportUnknown(made.lines, [...new Set(lineNames)], `the lines of ${types}`, report);
  for (const shape of shapes) reportMissing(made, shape, report);
}

function follow(made: Made, { name, options }: Named<StepSpec>, path: Path): void {
  if (name === 'map') {
    made.mapped = true;
    made.document = new Map();
    made.lines = undefined;
    made.step = path;
  }
  if ((name === 'map' || name === 'set') && isObject(options)) {
    for (const [target, of] of Object.entries(options)) {
      made.document.set(target, [...path, target]);
      if (target === 'lines')
        made.lines = isEach(of) ? fieldsOf(of.map, [...path, target, 'map']) : undefined;
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
  report: Report,
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

function reportMissing(made: Made, shape: MessageShape, report: Report): void {
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
  if (made.document.has('lines') && !made.lines) return;
  for (const name of shape.lineRequired) {
    if (!made.document.has(name) && !made.lines?.has(name))
      missing(name, `a line of ${shape.type}`);
  }
}
