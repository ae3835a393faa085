/** What a step declares as its inputs, as something that gives their values for one record. */
import { type Fault, faultOf, isRetryable, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Expression, FlowRecord, Input, Inputs, RecordValue, Scope } from '../ports.ts';
import type { Path } from '../spec.ts';
import { Failed } from '../steps/Failed.ts';
import { listOf } from '../steps/listOf.ts';
import { AskedTogether } from './AskedTogether.ts';
import type { Awaitable } from './compiledFlow.ts';
import type { ListPlace, RecordWatch } from './FieldWatch.ts';
import { recordRead } from './recordRead.ts';
import { type FillElements, type StepsOfList, throughListSteps } from './throughListSteps.ts';

/** What fails goes to `faults` and has no value; the same holds for what gives nothing. */
type Evaluate<Result> = (scope: Scope, faults: Fault[], watch?: RecordWatch) => Result;

export type StepInputs = {
  /** Steps of a list in it ask somebody. */
  readonly asks: boolean;
} & (
  | {
      readonly wait: false;
      /** Whether `evaluate` gives a promise for some records, of which an expression takes long. */
      readonly mayWait: boolean;
      readonly evaluate: Evaluate<RecordValue | Promise<RecordValue>>;
    }
  /** Some expression runs in the library. */
  | { readonly wait: true; readonly evaluate: Evaluate<Promise<RecordValue>> }
);

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

type ListInput = Extract<Input, { each: unknown }>;

/** What the inputs of a step are compiled with. */
export interface InputCompiler {
  expression: CompileInput;
  stepsOf(list: ListInput, around: ListPlace | undefined): StepsOfList | undefined;
}

/** One value; `evaluate` gives a promise where it waits. */
interface Part {
  name: string;
  /** As messages name what it fills. */
  field: string | undefined;
  /** What fails is handed to the step. */
  mayFail?: true | undefined;
  wait: boolean;
  mayWait: boolean;
  asks?: boolean;
  evaluate: Evaluate<unknown>;
}

export function compileInputs(
  inputs: Inputs,
  compile: InputCompiler,
  list?: ListPlace,
): StepInputs {
  const parts = Object.entries(inputs).map(([name, input]) =>
    compilePart(name, input, compile, list),
  );
  const asks = parts.some((part) => part.asks);
  return parts.some(({ wait }) => wait)
    ? { asks, wait: true, evaluate: fillLater(parts) }
    : {
        asks,
        wait: false,
        mayWait: parts.some(({ mayWait }) => mayWait),
        evaluate: fillAtOnce(parts),
      };
}

function compilePart(
  name: string,
  input: Input,
  compile: InputCompiler,
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
    const test = compile.expression(input.test, { path: input.path, list }, 'test');
    return { name, field: undefined, ...test };
  }
  const { expression, path, field, finds, mayFail } = input;
  const compiled = compile.expression(expression, { path, list, field, finds }, 'value');
  return { name, field, mayFail, ...compiled };
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
        fail(part, error, filled, faults);
      }
    }
    return filled;
  };
}

/** What the world does is no fault of the record. */
function fail(part: Part, error: unknown, filled: RecordValue, faults: Fault[]): void {
  const fault = inField(error, part.field);
  if (isRetryable(fault)) throw error;
  if (part.mayFail) filled[part.name] = new Failed(fault);
  else faults.push(fault);
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
        fail(part, error, filled, faults);
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
  input: ListInput,
  compile: InputCompiler,
  around: ListPlace | undefined,
): Pick<Part, 'wait' | 'mayWait' | 'asks' | 'evaluate'> {
  const { each, of, field, mayLack } = input;
  const list = compile.expression(each.expression, { path: each.path, list: around }, 'value');
  const steps = compile.stepsOf(input, around);
  const fill = compileInputs(of, compile, steps?.after ?? each);
  if (!steps && !list.wait && !fill.wait && !list.mayWait && !fill.mayWait) {
    const evaluate: Evaluate<unknown> = (scope, faults, watch) => {
      const elements = elementScopes(list.evaluate(scope), scope, mayLack);
      if (elements) watch?.seeElements(each.path, elements);
      return elements?.map((element, index) => {
        const before = faults.length;
        const filled = fill.evaluate(element, faults, watch);
        numberFaults(faults, before, field, index);
        return filled;
      });
    };
    return { wait: false, mayWait: false, evaluate };
  }
  const mapped = fillElements(field, fill);
  const over = (given: unknown, scope: Scope, faults: Fault[], watch?: RecordWatch): unknown => {
    const elements = elementScopes(given, scope, mayLack);
    if (!elements) return undefined;
    watch?.seeElements(each.path, elements);
    if (fill.asks) AskedTogether.share(scope, elements);
    return steps
      ? throughListSteps(steps, { field, mapped }, elements, scope, faults, watch)
      : mapped(elements, faults, watch);
  };
  const evaluate: Evaluate<unknown> = (scope, faults, watch) => {
    const given = list.evaluate(scope);
    return given instanceof Promise
      ? given.then((items) => over(items, scope, faults, watch))
      : over(given, scope, faults, watch);
  };
  const wait = list.wait || fill.wait;
  return { wait, mayWait: !wait, asks: fill.asks || steps?.asks === true, evaluate };
}

/** At once as far as nothing waits. */
function fillElements(field: string, fill: StepInputs): FillElements {
  const later = async (
    filled: RecordValue[],
    waiting: Promise<RecordValue>,
    elements: readonly FlowRecord[],
    faults: Fault[],
    watch?: RecordWatch,
  ): Promise<RecordValue[]> => {
    let value: Awaitable<RecordValue> = waiting;
    let known = faults.length;
    for (;;) {
      filled.push(await value);
      numberFaults(faults, known, field, elements[filled.length - 1]!.index!);
      if (filled.length === elements.length) return filled;
      known = faults.length;
      value = fill.evaluate(elements[filled.length]!, faults, watch);
    }
  };
  return (elements, faults, watch) => {
    const filled: RecordValue[] = [];
    for (const element of elements) {
      const known = faults.length;
      const value = fill.evaluate(element, faults, watch);
      numberFaults(faults, known, field, element.index!);
      if (value instanceof Promise) return later(filled, value, elements, faults, watch);
      filled.push(value);
    }
    return filled;
  };
}

/** Faults of an element name it: `lines.sku` becomes `lines[2].sku`. */
function numberFaults(faults: Fault[], from: number, field: string, index: number): void {
  for (let at = from; at < faults.length; at += 1) {
    const place = faults[at]!.at;
    if (place?.field) place.field = place.field.replace(`${field}.`, `${field}[${index}].`);
  }
}

function tooManyElements(count: number): StockbusError {
  const message = `the list has ${count} elements, at most ${limits.expressionItems} are taken`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message);
}

function elementScopes(list: unknown, scope: Scope, mayLack: boolean): FlowRecord[] | undefined {
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
