/** What a step declares as its inputs, as something that gives their values for one record. */
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Expression, Input, Inputs, RecordValue, Scope } from '../ports.ts';
import type { Path } from '../spec.ts';
import { listOf } from '../steps/listOf.ts';
import type { FieldWatch, ListPlace } from './FieldWatch.ts';
import { recordRead } from './recordRead.ts';

/** What fails goes to `faults` and has no value; the same holds for what gives nothing. */
type Evaluate<Result> = (scope: Scope, faults: Fault[], watch?: FieldWatch) => Result;

export type StepInputs =
  | {
      readonly wait: false;
      /** Whether `evaluate` gives a promise for some records, of which an expression takes long. */
      readonly mayWait: boolean;
      readonly evaluate: Evaluate<RecordValue | Promise<RecordValue>>;
    }
  /** Some expression runs in the library. */
  | { readonly wait: true; readonly evaluate: Evaluate<Promise<RecordValue>> };

/** Where an expression stands, and what it fills. */
export interface InputPlace {
  path: Path;
  /** The list over whose elements it runs, where `$parent` and `$index` are known. */
  list?: ListPlace | undefined;
  /** Where the value is that of a field. */
  field?: string | undefined;
  /** Fields that are found by the value. */
  finds?: readonly string[] | undefined;
}

export type CompileInput = (
  text: string,
  place: InputPlace,
  form: 'value' | 'test',
) => { evaluate: Expression; wait: boolean; mayWait: boolean };

/** One value; `evaluate` gives a promise where it waits. */
interface Part {
  name: string;
  /** As messages name what it fills. */
  field: string | undefined;
  wait: boolean;
  mayWait: boolean;
  evaluate: Evaluate<unknown>;
}

export function compileInputs(inputs: Inputs, compile: CompileInput, list?: ListPlace): StepInputs {
  const parts = Object.entries(inputs).map(([name, input]) =>
    compilePart(name, input, compile, list),
  );
  return parts.some(({ wait }) => wait)
    ? { wait: true, evaluate: fillLater(parts) }
    : { wait: false, mayWait: parts.some(({ mayWait }) => mayWait), evaluate: fillAtOnce(parts) };
}

function compilePart(
  name: string,
  input: Input,
  compile: CompileInput,
  list: ListPlace | undefined,
): Part {
  if ('constant' in input) {
    return { name, field: undefined, wait: false, mayWait: false, evaluate: () => input.constant };
  }
  if ('fields' in input) {
    return {
      name,
      field: undefined,
      mayWait: false,
      ...compileInputs(input.fields, compile, list),
    };
  }
  if ('each' in input) {
    return { name, field: input.field, ...compileEach(input, compile, list) };
  }
  if ('test' in input) {
    return { name, field: undefined, ...compile(input.test, { path: input.path, list }, 'test') };
  }
  const { expression, path, field, finds } = input;
  return { name, field, ...compile(expression, { path, list, field, finds }, 'value') };
}

function fillAtOnce(parts: readonly Part[]): Evaluate<RecordValue | Promise<RecordValue>> {
  return (scope, faults, watch) => {
    const filled: RecordValue = {};
    for (let index = 0; index < parts.length; index += 1) {
      const part = parts[index]!;
      try {
        const value = part.evaluate(scope, faults, watch);
        if (part.mayWait && value instanceof Promise) {
          const rest = fillRest(parts.slice(index + 1));
          return fillRest([{ ...part, evaluate: () => value }])(filled, scope, faults, watch).then(
            () => rest(filled, scope, faults, watch),
          );
        }
        if (value !== undefined) filled[part.name] = value;
      } catch (error) {
        faults.push(inField(error, part.field));
      }
    }
    return filled;
  };
}

function fillLater(parts: readonly Part[]): Evaluate<Promise<RecordValue>> {
  const fill = fillRest(parts);
  return (scope, faults, watch) => fill({}, scope, faults, watch);
}

type FillRest = (
  filled: RecordValue,
  ...rest: Parameters<Evaluate<unknown>>
) => Promise<RecordValue>;

function fillRest(parts: readonly Part[]): FillRest {
  return async (filled, scope, faults, watch) => {
    for (const part of parts) {
      try {
        const given = part.evaluate(scope, faults, watch);
        const value = part.wait || part.mayWait ? await given : given;
        if (value !== undefined) filled[part.name] = value;
      } catch (error) {
        faults.push(inField(error, part.field));
      }
    }
    return filled;
  };
}

function inField(error: unknown, field: string | undefined): Fault {
  const fault = faultOf(error);
  if (field === undefined) return fault;
  return { ...fault, at: { ...fault.at, field: fault.at?.field ?? field } };
}

function compileEach(
  { each, of, field, mayLack }: Extract<Input, { each: unknown }>,
  compile: CompileInput,
  around: ListPlace | undefined,
): { wait: boolean; mayWait: boolean; evaluate: Evaluate<unknown> } {
  const list = compile(each.expression, { path: each.path, list: around }, 'value');
  const fill = compileInputs(of, compile, each);
  const later: LaterElements = async (filled, elements, faults, watch) => {
    for (let index = filled.length; index < elements.length; index += 1) {
      const before = faults.length;
      filled.push(await fill.evaluate(elements[index]!, faults, watch));
      numberFaults(faults, before, field, index);
    }
    return filled;
  };
  if (!list.wait && !fill.wait && !list.mayWait && !fill.mayWait) {
    const evaluate: Evaluate<unknown> = (scope, faults, watch) => {
      const elements = elementScopes(list.evaluate(scope), scope, mayLack);
      if (elements) watch?.seeElements(each.path, elements);
      return elements?.map((element, index) => {
        const before = faults.length;
        const filled = fill.evaluate(element, faults, watch);
        if (faults.length > before) numberFaults(faults, before, field, index);
        return filled;
      });
    };
    return { wait: false, mayWait: false, evaluate };
  }
  const over = (given: unknown, scope: Scope, faults: Fault[], watch?: FieldWatch): unknown => {
    const elements = elementScopes(given, scope, mayLack);
    if (!elements) return undefined;
    watch?.seeElements(each.path, elements);
    const filled: RecordValue[] = [];
    for (const [index, element] of elements.entries()) {
      const before = faults.length;
      const value = fill.evaluate(element, faults, watch);
      if (value instanceof Promise) {
        return value.then((first) => {
          filled.push(first);
          numberFaults(faults, before, field, index);
          return later(filled, elements, faults, watch);
        });
      }
      filled.push(value);
      numberFaults(faults, before, field, index);
    }
    return filled;
  };
  const evaluate: Evaluate<unknown> = (scope, faults, watch) => {
    const given = list.evaluate(scope);
    return given instanceof Promise
      ? given.then((items) => over(items, scope, faults, watch))
      : over(given, scope, faults, watch);
  };
  const wait = list.wait || fill.wait;
  return { wait, mayWait: !wait, evaluate };
}

type LaterElements = (
  filled: RecordValue[],
  elements: readonly Scope[],
  faults: Fault[],
  watch?: FieldWatch,
) => Promise<RecordValue[]>;

/** Faults of an element name it: `lines.sku` becomes `lines[2].sku`. */
function numberFaults(faults: Fault[], from: number, field: string, index: number): void {
  for (const { at } of faults.slice(from)) {
    if (at?.field) at.field = at.field.replace(`${field}.`, `${field}[${index}].`);
  }
}

function tooManyElements(count: number): StockbusError {
  const message = `the list has ${count} elements, at most ${limits.expressionItems} are taken`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message);
}

function elementScopes(list: unknown, scope: Scope, mayLack: boolean): Scope[] | undefined {
  if (mayLack && (list === undefined || list === null)) return undefined;
  const elements = listOf(list);
  if (elements.length > limits.expressionItems) throw tooManyElements(elements.length);
  const root = recordRead(scope);
  return elements.map((element, index) => ({
    value: element as RecordValue,
    source: scope.source,
    record: scope.record,
    outer: scope.value,
    index,
    root,
    payload: scope.payload,
  }));
}
