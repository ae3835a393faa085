/** Target ← expression lines, as `map` and `set` take them. */
import type { Input, Inputs, ListStep, NamedStep, Shape, StepPlace } from '../ports.ts';
import { type FaultSink, type Field, isObject, type Path, reportUnknown } from '../spec.ts';

/** As it stands in the flow: expressions as text, constants, nested objects, and lists made of elements. */
export type Mapping = { [target: string]: string | Constant | Mapping | EachMapping };

/** What stands under `const`: taken as it is written. */
class Constant {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** The name under which constants stand. With an expression behind it, it is a field like any other. */
export const CONST = 'const';

/** One object for each element of a list; a list that is not there leaves out what may be left out. */
export interface EachMapping {
  each: string;
  /** What each element goes through before. */
  steps?: readonly NamedStep[];
  map: Mapping;
}

type StepsField = Field<readonly NamedStep[]>;

export const isEach = (value: unknown): value is EachMapping =>
  isObject(value) &&
  Object.hasOwn(value, 'each') &&
  (Object.hasOwn(value, 'map') || Array.isArray(value.steps));

const schemaOf = (steps: StepsField | undefined) => ({
  type: 'object',
  minProperties: 1,
  properties: {
    [CONST]: {
      description:
        'Constants: texts, numbers and flags by field, taken as they are. (With an expression behind it, a field of that name.)',
      type: ['object', 'string', 'number', 'boolean'],
    },
  },
  additionalProperties: {
    anyOf: [
      { type: ['string', 'number', 'boolean'], description: 'An expression.' },
      {
        type: 'object',
        description:
          'Fields inside, or `each` (a list) with `map` (for each of its elements), and `steps` that they go through before.',
        ...(steps ? { properties: { steps: { ...steps.schema, type: ['array', 'string'] } } } : {}),
      },
    ],
  },
});

/** `steps`: what lists in it may have for steps of their own. */
export function mappingField(about: string, steps?: StepsField): Field<Mapping> {
  return {
    about,
    kind: 'targets, each with an expression',
    schema: { description: about, ...schemaOf(steps) },
    optional: false,
    read: (value, path, report) => readMapping(value, path, report, steps),
  };
}

function readMapping(
  value: unknown,
  path: Path,
  report: FaultSink,
  steps: StepsField | undefined,
): Mapping | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) {
    const message = `${JSON.stringify(value) ?? 'nothing'} is not a list of targets with expressions`;
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: 'write lines such as `sku: Item`' });
    return undefined;
  }
  const read: [string, Mapping[string]][] = [];
  const given = new Set<string>();
  let good = true;
  const add = (target: string, of: Mapping[string] | undefined, at: Path) => {
    if (of === undefined || !allowed(target, at, report, given)) good = false;
    else read.push([target, of]);
    given.add(target);
  };
  for (const [target, of] of Object.entries(value)) {
    if (target === CONST && isObject(of)) {
      for (const [name, constant] of Object.entries(of)) {
        const at = [...path, CONST, name];
        add(name, readConstant(constant, at, report), at);
      }
    } else {
      add(target, readTarget(of, [...path, target], report, steps), [...path, target]);
    }
  }
  return good ? Object.fromEntries(read) : undefined;
}

function allowed(
  target: string,
  path: Path,
  report: FaultSink,
  given: ReadonlySet<string>,
): boolean {
  const refuse = (message: string, todo?: string): false => {
    const what = { path, onKey: true, code: 'CONFIG_BAD_VALUE', message } as const;
    report(todo === undefined ? what : { ...what, todo });
    return false;
  };
  if (target === '__proto__') return refuse("a field cannot be called '__proto__'");
  if (!given.has(target)) return true;
  return refuse(`'${target}' is given as a constant and by an expression`, 'remove one of them');
}

/** A number that is not whole stays the text that it is: no binary fraction stands for it. */
function readConstant(value: unknown, path: Path, report: FaultSink): Constant | undefined {
  if (typeof value === 'number' && !Number.isInteger(value)) return new Constant(String(value));
  if (isConstant(value)) return new Constant(value);
  const message = `${JSON.stringify(value) ?? 'nothing'} is not a constant`;
  const todo = 'write a text, a number, true or false, or fields with these';
  report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
  return undefined;
}

const isConstant = (value: unknown): boolean =>
  isObject(value)
    ? Object.entries(value).every(([name, of]) => name !== '__proto__' && isConstant(of))
    : typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

function readTarget(
  value: unknown,
  path: Path,
  report: FaultSink,
  steps: StepsField | undefined,
): Mapping[string] | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isEach(value)) return readEach(value, path, report, steps);
  if (isObject(value)) return readMapping(value, path, report, steps);
  const message =
    value === null ? 'nothing stands here' : `${JSON.stringify(value)} is not an expression`;
  const todo =
    value === null
      ? "write an expression; one that begins with # or &, or has a comma inside of { }, stands in '…' quotes"
      : 'write an expression, or a constant under const: { currency: EUR }';
  report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
  return undefined;
}

function readEach(
  value: EachMapping,
  path: Path,
  report: FaultSink,
  field: StepsField | undefined,
): EachMapping | undefined {
  const names = ['each', ...(field ? ['steps'] : []), 'map'];
  const known = reportUnknown(value, names, path, report);
  const steps =
    value.steps === undefined ? [] : field?.read(value.steps, [...path, 'steps'], report);
  if (value.map === undefined) {
    const todo = "add 'map:' with the fields of each element";
    report({ path, code: 'CONFIG_MISSING_FIELD', message: "'map' is missing", todo });
    return undefined;
  }
  const map = readMapping(value.map, [...path, 'map'], report, field);
  if (typeof value.each !== 'string') {
    report({
      path: [...path, 'each'],
      code: 'CONFIG_WRONG_TYPE',
      message: "'each' is not an expression",
      todo: 'name the list, such as `each: order.lines`',
    });
    return undefined;
  }
  if (!known || !map || !steps) return undefined;
  return steps.length > 0 ? { each: value.each, steps, map } : { each: value.each, map };
}

/** What the engine evaluates for each target; `within` is the list around, as messages name it. */
export function mappingInputs(mapping: Mapping, place: StepPlace, within = ''): Inputs {
  const { path, target } = place;
  const inputs = Object.entries(mapping).map(([name, of]): [string, Input] => {
    const at = [...path, name];
    const field = within + name;
    if (typeof of === 'string') return [name, { expression: of, path: at, field }];
    if (of instanceof Constant) return [name, { constant: of.value }];
    if (!isEach(of)) {
      return [name, { fields: mappingInputs(of, { ...place, path: at }, `${field}.`) }];
    }
    const { each, steps, map } = of as EachMapping;
    const inside = { ...place, path: [...at, 'map'] };
    return [
      name,
      {
        each: { expression: each, path: [...at, 'each'] },
        ...(steps ? { steps: placed(steps, place, [...at, 'steps']) } : {}),
        of: mappingInputs(map, inside, `${field}.`),
        field,
        mayLack: target.optional.has(field),
      },
    ];
  });
  return Object.fromEntries(inputs);
}

const placed = (steps: readonly NamedStep[], place: StepPlace, path: Path): ListStep[] =>
  steps.map((step, index) => ({
    ...step,
    place: { ...place, path: [...path, index, step.name] },
  }));

/** The fields that a mapping gives, over those of `before`. */
export function withMapping(
  before: Pick<Shape, 'fields' | 'lists'>,
  mapping: Mapping,
  path: Path,
): Pick<Shape, 'fields' | 'lists'> {
  const fields = new Map(before.fields);
  const lists = new Map(before.lists);
  for (const [target, of] of Object.entries(mapping)) {
    fields.set(target, placeIn(path, target, of));
    if (isEach(of)) lists.set(target, fieldsOf((of as EachMapping).map, [...path, target, 'map']));
    else lists.delete(target);
  }
  return { fields, lists };
}

const fieldsOf = (mapping: Mapping, path: Path): ReadonlyMap<string, Path> =>
  new Map(Object.entries(mapping).map(([target, of]) => [target, placeIn(path, target, of)]));

const placeIn = (path: Path, target: string, of: Mapping[string]): Path =>
  of instanceof Constant ? [...path, CONST, target] : [...path, target];
