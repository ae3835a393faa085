/** Target ← expression lines, as `map` and `set` take them. */
import type { Fault } from '../errors.ts';
import { faultOf } from '../errors.ts';
import type { RecordValue, Scope, StepTools } from '../ports.ts';
import { type FaultSink, type Field, isObject, type Path, reportUnknown } from '../spec.ts';

/** As it stands in the flow: expressions as text, nested objects, and lists made of elements. */
export type Mapping = { [target: string]: string | Mapping | EachMapping };

/** One object for each element of a list; a list that is not there leaves out what may be left out. */
export interface EachMapping {
  each: string;
  map: Mapping;
}

export const isEach = (value: unknown): value is EachMapping =>
  isObject(value) && Object.hasOwn(value, 'each') && Object.hasOwn(value, 'map');

const schema = {
  type: 'object',
  minProperties: 1,
  additionalProperties: {
    anyOf: [
      { type: ['string', 'number', 'boolean'], description: 'An expression.' },
      {
        type: 'object',
        description: 'Fields inside, or `each` (a list) with `map` (for each of its elements).',
      },
    ],
  },
};

export function mappingField(about: string): Field<Mapping> {
  return {
    about,
    kind: 'targets, each with an expression',
    schema: { description: about, ...schema },
    optional: false,
    read: readMapping,
  };
}

function readMapping(value: unknown, path: Path, report: FaultSink): Mapping | undefined {
  if (!isObject(value) || Object.keys(value).length === 0) {
    const message = `${JSON.stringify(value) ?? 'nothing'} is not a list of targets with expressions`;
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: 'write lines such as `sku: Item`' });
    return undefined;
  }
  const read: [string, Mapping[string]][] = [];
  let good = true;
  for (const [target, of] of Object.entries(value)) {
    const result = readTarget(of, [...path, target], report);
    if (result === undefined || !allowed(target, [...path, target], report)) good = false;
    else read.push([target, result]);
  }
  return good ? Object.fromEntries(read) : undefined;
}

function allowed(target: string, path: Path, report: FaultSink): boolean {
  if (target !== '__proto__') return true;
  report({
    path,
    onKey: true,
    code: 'CONFIG_BAD_VALUE',
    message: "a field cannot be called '__proto__'",
  });
  return false;
}

function readTarget(value: unknown, path: Path, report: FaultSink): Mapping[string] | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isEach(value)) return readEach(value, path, report);
  if (isObject(value)) return readMapping(value, path, report);
  const message = `${JSON.stringify(value)} is not an expression`;
  const todo = 'write an expression; a text stands in quotes of its own: \'"EUR"\'';
  report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
  return undefined;
}

function readEach(value: EachMapping, path: Path, report: FaultSink): EachMapping | undefined {
  const known = reportUnknown(value, ['each', 'map'], path, report);
  const map = readMapping(value.map, [...path, 'map'], report);
  if (typeof value.each !== 'string') {
    report({
      path: [...path, 'each'],
      code: 'CONFIG_WRONG_TYPE',
      message: "'each' is not an expression",
      todo: 'name the list, such as `each: order.lines`',
    });
    return undefined;
  }
  return known && map ? { each: value.each, map } : undefined;
}

/** Fills a new object from a record; what fails goes to `faults`, with the field, and is left out. */
export type FilledMapping = (scope: Scope, faults: Fault[]) => RecordValue | Promise<RecordValue>;

interface Target {
  name: string;
  /** As messages name it: `lines.sku`. */
  field: string;
  evaluate: (scope: Scope, faults: Fault[]) => unknown;
}

export function compileMapping(
  mapping: Mapping,
  tools: StepTools,
  path: Path,
): { fill: FilledMapping; wait: boolean } {
  return compileTargets(mapping, tools, path, '', false);
}

function compileTargets(
  mapping: Mapping,
  tools: StepTools,
  path: Path,
  prefix: string,
  inner: boolean,
): { fill: FilledMapping; wait: boolean } {
  let wait = false;
  const targets = Object.entries(mapping).map(([name, of]): Target => {
    const at = [...path, name];
    const field = prefix + name;
    if (typeof of === 'string') {
      const expression = tools.expression(of, at, inner);
      wait ||= expression.wait;
      return { name, field, evaluate: expression.evaluate };
    }
    const nested = isEach(of)
      ? compileEach(of as EachMapping, tools, at, field, inner)
      : compileTargets(of as Mapping, tools, at, `${field}.`, inner);
    wait ||= nested.wait;
    return { name, field, evaluate: nested.fill };
  });
  return { fill: wait ? fillWaiting(targets) : fillAtOnce(targets), wait };
}

function fillAtOnce(targets: readonly Target[]): FilledMapping {
  return (scope, faults) => {
    const filled: RecordValue = {};
    for (let index = 0; index < targets.length; index += 1) {
      const target = targets[index]!;
      try {
        const value = target.evaluate(scope, faults);
        if (value !== undefined) filled[target.name] = value;
      } catch (error) {
        faults.push(inField(error, target.field));
      }
    }
    return filled;
  };
}

function fillWaiting(targets: readonly Target[]): FilledMapping {
  return async (scope, faults) => {
    const filled: RecordValue = {};
    for (const target of targets) {
      try {
        const value = await target.evaluate(scope, faults);
        if (value !== undefined) filled[target.name] = value;
      } catch (error) {
        faults.push(inField(error, target.field));
      }
    }
    return filled;
  };
}

function inField(error: unknown, field: string): Fault {
  const fault = faultOf(error);
  return { ...fault, at: { ...fault.at, field: fault.at?.field ?? field } };
}

function compileEach(
  of: EachMapping,
  tools: StepTools,
  path: Path,
  field: string,
  inner: boolean,
): { fill: (scope: Scope, faults: Fault[]) => unknown; wait: boolean } {
  const each = tools.expression(of.each, [...path, 'each'], inner);
  const map = compileTargets(of.map, tools, [...path, 'map'], `${field}.`, true);
  const leftOut = (list: unknown) =>
    (list === undefined || list === null) && tools.target.optional.has(field);
  /** Faults of an element name it: `lines.sku` becomes `lines[2].sku`. */
  const number = (faults: Fault[], from: number, index: number) => {
    for (const { at } of faults.slice(from)) {
      if (at?.field) at.field = at.field.replace(`${field}.`, `${field}[${index}].`);
    }
  };
  if (!each.wait && !map.wait) {
    return {
      wait: false,
      fill: (scope, faults) => {
        const list = each.evaluate(scope);
        if (leftOut(list)) return undefined;
        return elementScopes(list, scope).map((element, index) => {
          const before = faults.length;
          const filled = map.fill(element, faults);
          if (faults.length > before) number(faults, before, index);
          return filled;
        });
      },
    };
  }
  const fill = async (scope: Scope, faults: Fault[]) => {
    const list = await each.evaluate(scope);
    if (leftOut(list)) return undefined;
    const filled: RecordValue[] = [];
    for (const [index, element] of elementScopes(list, scope).entries()) {
      const before = faults.length;
      filled.push(await map.fill(element, faults));
      number(faults, before, index);
    }
    return filled;
  };
  return { wait: true, fill };
}

/** One and many alike: what is not a list is a list of one. */
function elementScopes(list: unknown, scope: Scope): Scope[] {
  return listOf(list).map((element, index) => ({
    value: element as RecordValue,
    source: scope.source,
    record: scope.record,
    outer: scope.value,
    index,
  }));
}

export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null || value === '') return [];
  return Array.isArray(value) ? value : [value];
}
