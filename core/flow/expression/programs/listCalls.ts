/** Functions over lists that take a function: `$map`, `$filter`, `$reduce` and the like. */
import { truthy } from '../../../steps/truthy.ts';
import type { Node } from '../ast.ts';
import { failed, show, textFunctions } from '../operators.ts';
import { compileLambda } from './compileLambda.ts';
import { Sequence } from './Sequence.ts';
import { type Frame, frameAt, type MadeAt, type Run, type Site } from './site.ts';

/** How a call takes its inputs; undefined where it is another's. */
type ListCall = (inputs: readonly (Node | Run)[], site: Site) => Run | undefined;

interface Given {
  parameters: number;
  /** Makes it callable where it stands. */
  at(input: unknown, frame: Frame): (...values: unknown[]) => unknown;
}

type Apply = (...values: unknown[]) => unknown;

const isRun = (input: Node | Run): input is Run => typeof input === 'function';

const runOf = (input: Node | Run, site: Site): Run =>
  isRun(input) ? input : site.compile(input, site);

function givenFunction(node: Node | Run | undefined, site: Site): Given | undefined {
  if (node === undefined || isRun(node)) return undefined;
  if (node.type === 'lambda' && node.thunk !== true) {
    const { parameters, body } = compileLambda(node, site);
    return {
      parameters,
      at:
        (input, around) =>
        (...slots) =>
          body(input, { slots, around }),
    };
  }
  if (node.type !== 'variable' || node.predicate !== undefined) return undefined;
  const name = String(node.value);
  const bound = site.names.find(name);
  if (bound) {
    const { lambda, depth, index } = bound;
    if (!lambda) return undefined;
    const at: Given['at'] = (_input, frame) => {
      const made = frameAt(frame, depth).slots[index] as MadeAt;
      return (...slots) => lambda.body(made.input, { slots, around: made.frame });
    };
    return { parameters: lambda.parameters, at };
  }
  site.machine.called.add(name);
  const builtin = Object.hasOwn(textFunctions, name) ? textFunctions[name] : undefined;
  if (!builtin?.arity.includes(1) || builtin.arity.length > 1) return undefined;
  return { parameters: 1, at: () => builtin.call };
}

/** JSONata gives a function as many of the value, its place and the whole as it takes. */
function called(apply: Apply, parameters: number, value: unknown, place: unknown, all: unknown) {
  if (parameters >= 3) return apply(value, place, all);
  return parameters === 2 ? apply(value, place) : apply(value);
}

type Over = (list: readonly unknown[], each: (value: unknown, place: number) => unknown) => unknown;

/** `$name(list, function)`: one value is a list of one, nothing is nothing. */
const overList =
  (over: Over): ListCall =>
  (inputs, site) => {
    const given = givenFunction(inputs[1], site);
    if (!given || inputs.length !== 2) return undefined;
    const list = runOf(inputs[0]!, site);
    const { work } = site.machine;
    return (input, frame) => {
      const value = list(input, frame);
      if (value === undefined) return undefined;
      const all: readonly unknown[] = Array.isArray(value) ? value : [value];
      const apply = given.at(input, frame);
      work.charge(all.length);
      const found = over(all, (item, place) => called(apply, given.parameters, item, place, all));
      if (found instanceof Sequence) work.made(found);
      return found;
    };
  };

function mapped(list: readonly unknown[], each: (value: unknown, place: number) => unknown) {
  const found = new Sequence();
  for (let index = 0; index < list.length; index += 1) {
    const value = each(list[index], index);
    if (value !== undefined) found.add(value);
  }
  return found;
}

function filtered(list: readonly unknown[], each: (value: unknown, place: number) => unknown) {
  const found = new Sequence();
  for (let index = 0; index < list.length; index += 1) {
    if (truthy(each(list[index], index))) found.add(list[index]);
  }
  return found;
}

function single(list: readonly unknown[], each: (value: unknown, place: number) => unknown) {
  const found = filtered(list, each);
  if (found.length === 1) return found[0];
  throw failed(`$single finds ${found.length === 0 ? 'none' : 'more than one'} of the list`);
}

const reduce: ListCall = (inputs, site) => {
  const given = givenFunction(inputs[1], site);
  if (!given || inputs.length > 3) return undefined;
  const list = runOf(inputs[0]!, site);
  const first = inputs[2] === undefined ? undefined : runOf(inputs[2], site);
  const { parameters } = given;
  const { work } = site.machine;
  return (input, frame) => {
    const value = list(input, frame);
    const start = first?.(input, frame);
    if (value === undefined) return undefined;
    if (parameters < 2) throw failed('$reduce takes a function of two values');
    const all: readonly unknown[] = Array.isArray(value) ? value : [value];
    const apply = given.at(input, frame);
    work.charge(all.length);
    const isStarted = start !== undefined || all.length === 0;
    let result = isStarted ? start : all[0];
    for (let index = isStarted ? 0 : 1; index < all.length; index += 1) {
      result = apply(result, all[index], index, all);
      work.goneThrough(result);
    }
    return result;
  };
};

/** `$each` and `$sift`, over the parts of an object. */
const overParts =
  (
    name: string,
    over: (parts: [string, unknown][], each: (part: unknown, key: string) => unknown) => unknown,
  ): ListCall =>
  (inputs, site) => {
    const given = givenFunction(inputs[1], site);
    if (!given || inputs.length !== 2) return undefined;
    const object = runOf(inputs[0]!, site);
    const { work } = site.machine;
    return (input, frame) => {
      const value = object(input, frame);
      if (
        value !== undefined &&
        (typeof value !== 'object' || value === null || Array.isArray(value))
      ) {
        throw failed(`$${name} takes an object, not ${show(value)}`);
      }
      const parts = Object.entries(value ?? {});
      const apply = given.at(input, frame);
      work.charge(parts.length);
      const found = over(parts, (part, key) => called(apply, given.parameters, part, key, value));
      work.made(found);
      return found;
    };
  };

const each = overParts('each', (parts, call) => {
  const found = new Sequence();
  for (const [key, part] of parts) {
    const value = call(part, key);
    if (value !== undefined) found.add(value);
  }
  return found;
});

const sift = overParts('sift', (parts, call) => {
  const found = parts.filter(([key, part]) => truthy(call(part, key)));
  return found.length === 0 ? undefined : Object.fromEntries(found);
});

export const listCalls: Readonly<Record<string, ListCall>> = {
  map: overList(mapped),
  filter: overList(filtered),
  single: overList(single),
  reduce,
  each,
  sift,
};
