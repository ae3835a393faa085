/** The last step of every inbound flow: a mapped record becomes canonical data, or its faults. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';
import { isObject, suggestion } from '../spec.ts';
import { againstPattern } from './againstPattern.ts';
import { copyFields, type Findings, isEmpty } from './canonicalField.ts';
import { checkMessage, type MessageChecks } from './checkMessage.ts';
import { type FieldShape, type ListShape, type MessageShape, ownNames } from './messageShape.ts';
import { atOwnPlaces } from './ownPlaces.ts';

/** Faults of one message that are reported; more say nothing new. */
const FAULTS_SHOWN = 10;

/**
 * Canonical data has its fields in the order of the schema and none that is empty, so that equal
 * data is equal text. A record without `lines` is a document of one line; beside `lines`, fields that
 * only lines know hold for every line that does not have its own, but for those of `ownNames`.
 */
export type Finalize = (
  value: RecordValue,
) => { data: RecordValue; told?: Fault[] } | { faults: readonly Fault[] };

interface OfFlow {
  /** Whether the steps make `lines`: then a record without any is no line itself. */
  makesLines: boolean;
  /** A fault with what more the flow knows of it. */
  explained(fault: Fault): Fault;
}

export function compileFinalize(
  shape: MessageShape,
  /** Asked for with the first record: a process that only loads the flow compiles no schema. */
  validator: () => ValidateFunction,
  checks: MessageChecks,
  { makesLines, explained }: OfFlow,
): Finalize {
  const { lines, lists } = shape;
  const known = new Set([...shape.documentNames, ...(lines?.names ?? [])]);
  for (const { name } of lines ? [...lists, lines] : lists) known.add(name);
  // In a flat record a name that both know belongs to the document.
  const lineOnly = (lines?.fields ?? []).filter(({ name }) => !shape.documentNames.has(name));
  const own = ownNames(shape);
  let validate: ValidateFunction | undefined;
  return (value) => {
    const found: Findings = { faults: [], told: [], dates: checks.dates };
    const { faults, told } = found;
    reportUnknown(value, known, shape, '', found);
    const data: RecordValue = {};
    copyFields(shape.document, value, data, '', found);
    for (const list of lists) {
      const made = elementsOf(list, value[list.name], {}, shape, found);
      if (made) data[list.name] = made;
    }
    if (lines) {
      if (!isEmpty(value.lines)) refuseBeside(own, value, faults);
      const made =
        makesLines && isEmpty(value.lines) && own.every((name) => isEmpty(value[name]))
          ? noLines(lines, lineOnly, value)
          : linesOf(lines, lineOnly, value, shape, found);
      if (made) data.lines = made;
      if (made && made.length > 1) refuseCopies(made, faults);
    }
    validate ??= validator();
    if (!validate(data)) {
      const others = schemaFaults(validate.errors ?? []);
      const known = [...faults];
      faults.push(...others.filter((one) => !known.some((fault) => isOfOneField(one, fault))));
    }
    if (faults.length === 0) checkMessage(shape.type, data, checks, found);
    if (faults.length > 0)
      return { faults: atOwnPlaces(faults.slice(0, FAULTS_SHOWN).map(explained), value) };
    return told.length > 0 ? { data, told } : { data };
  };
}

/** Of one field, in a record and in its only line: what could not be read is not missing besides. */
export function isOfOneField(one: Fault, other: Fault): boolean {
  const [field, known] = [one.at?.field, other.at?.field];
  if (field === known) return true;
  if (field?.includes('[') && known?.includes('[')) return false;
  return field?.split('.').at(-1) === known?.split('.').at(-1);
}

/** A line that stands beside the others would be lost. */
function refuseBeside(own: readonly string[], value: RecordValue, faults: Fault[]): void {
  for (const name of own) {
    if (isEmpty(value[name])) continue;
    faults.push({
      code: 'MESSAGE_INVALID',
      message: `${name} stands beside lines, and so belongs to none of them`,
      at: { field: name },
      todo: 'Move it into the map of `lines`.',
    });
  }
}

/** A line that has the number and all else of another is a copy of its row, and would count twice. */
function refuseCopies(lines: readonly RecordValue[], faults: Fault[]): void {
  const numbered = new Map<unknown, number[]>();
  for (let index = 0; index < lines.length; index += 1) {
    const { line } = lines[index]!;
    if (line === undefined) continue;
    const others = numbered.get(line);
    if (!others) {
      numbered.set(line, [index]);
      continue;
    }
    const text = JSON.stringify(lines[index]);
    const copied = others.find((other) => JSON.stringify(lines[other]) === text);
    others.push(index);
    if (copied === undefined) continue;
    const message = `lines[${index}] is lines[${copied}] again, with the same line number and all else`;
    faults.push({ code: 'LINE_REPEATED', message, at: { field: `lines[${index}].line` } });
  }
}

/** What only lines know, beside none, has no line to go to. */
function noLines(
  { needed }: ListShape,
  lineOnly: readonly FieldShape[],
  value: RecordValue,
): RecordValue[] | undefined {
  return needed || lineOnly.some(({ name }) => !isEmpty(value[name])) ? [] : undefined;
}

function linesOf(
  list: ListShape,
  lineOnly: readonly FieldShape[],
  value: RecordValue,
  shape: MessageShape,
  found: Findings,
): RecordValue[] | undefined {
  const shared: RecordValue = {};
  copyFields(lineOnly, value, shared, '', found);
  if (!isEmpty(value.lines)) return elementsOf(list, value.lines, shared, shape, found);
  if (Object.keys(shared).length > 0) return [shared];
  return list.needed ? [] : undefined;
}

function elementsOf(
  list: ListShape,
  value: unknown,
  shared: RecordValue,
  shape: MessageShape,
  found: Findings,
): RecordValue[] | undefined {
  if (isEmpty(value)) return undefined;
  const hasShared = Object.keys(shared).length > 0;
  const elements = Array.isArray(value) ? value : [value];
  if (elements.length > limits.documentLines) {
    const message = `${list.name} has ${elements.length} elements, at most ${limits.documentLines} are taken`;
    found.faults.push({ code: 'PAYLOAD_TOO_LARGE', message, at: { field: list.name } });
    return undefined;
  }
  const made: RecordValue[] = [];
  for (let index = 0; index < elements.length; index += 1) {
    const element: unknown = elements[index];
    const data: RecordValue = {};
    made.push(data);
    const field = `${list.name}[${index}]`;
    if (isObject(element)) {
      const prefix = `${field}.`;
      reportUnknown(element, list.names, shape, prefix, found);
      const whole = hasShared ? { ...shared, ...element } : element;
      copyFields(list.fields, whole, data, prefix, found);
    } else {
      const message = `${field} is not ${list.name === 'lines' ? 'a line' : 'an entry'} with fields`;
      found.faults.push({ code: 'MESSAGE_INVALID', message, at: { field } });
    }
  }
  return made;
}

function reportUnknown(
  value: RecordValue,
  known: ReadonlySet<string>,
  shape: MessageShape,
  prefix: string,
  found: Findings,
): void {
  for (const name in value) {
    // A field without a value is as good as left out: one map may serve several message types.
    if (known.has(name) || isEmpty(value[name])) continue;
    const field = prefix + name;
    const message = `'${field}' is not a field of ${shape.type}`;
    found.faults.push({
      code: 'MESSAGE_INVALID',
      message,
      at: { field },
      todo: suggestion(name, [...known]),
    });
  }
}

/** What a schema finds wrong, in plain words, with the field as a flow's author would write it. */
export function schemaFaults(errors: readonly ErrorObject[]): Fault[] {
  return errors.slice(0, FAULTS_SHOWN).map((error) => {
    const field = fieldOf(error);
    const { keyword, params, data } = error;
    const pattern =
      keyword === 'pattern' ? againstPattern(String(params.pattern), data) : undefined;
    return {
      code: 'MESSAGE_INVALID',
      message: `${field || 'the message'} ${pattern ? `is ${shownOf(data)}, which ${pattern.what}` : inWords(error)}`,
      at: { field },
      ...(pattern?.todo === undefined ? remedyOf(error) : { todo: pattern.todo }),
    };
  });
}

function remedyOf({ keyword, params, data }: ErrorObject): { todo?: string } {
  if (params.format === 'date' && !/^\d{4}-\d{2}-\d{2}$/.test(String(data)))
    return { todo: 'Read it with $day(text, pattern).' };
  if (keyword !== 'required') return {};
  return {
    todo: 'Correct the record or the map; a text that is meant as it stands goes under const: in the map.',
  };
}

function fieldOf(error: ErrorObject): string {
  const path = error.instancePath
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.')
    .replace(/^\./, '');
  const { missingProperty } = error.params as { missingProperty?: string };
  return missingProperty === undefined ? path : `${path ? `${path}.` : ''}${missingProperty}`;
}

const shownOf = (data: unknown): string => (JSON.stringify(data) ?? '').slice(0, 60);

function inWords({ keyword, params, data, message }: ErrorObject): string {
  const shown = shownOf(data);
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'enum':
      return `is ${shown}, not one of ${(params.allowedValues as string[]).join(', ')}`;
    case 'maxLength':
      return `is longer than ${String(params.limit)} characters`;
    case 'maxItems':
      return `has more than ${String(params.limit)} entries`;
    case 'minItems':
      return 'has no entry';
    case 'format':
      if (params.format === 'date' && /^"\d{4}-\d{2}-\d{2}"$/.test(shown))
        return `is ${shown}, a day that does not exist`;
      return `is ${shown}, which is not a ${String(params.format)}`;
    default:
      if (params.type === 'boolean') return `is ${shown}, which is not true or false`;
      return `is ${shown}: it ${message ?? 'is not valid'}`;
  }
}
