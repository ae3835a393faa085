/** Paths with steps of any kind, and predicates, as JSONata goes through them. */
import { TEXT } from '../../../steps/asText.ts';
import { type Node, nodes } from '../ast.ts';
import { readPath } from '../paths.ts';
import type { Work } from '../Work.ts';
import { compileIndexed, isIndexed } from './compileIndexed.ts';
import { BuiltList, Sequence, sequenceOf } from './Sequence.ts';
import { type Frame, leave, type Run, type Site } from './site.ts';
import { timesTaken } from './timesTaken.ts';

interface Step {
  run: Run;
  filters: readonly Filter[];
  /** `[a, b]` at the beginning, which does not go through a list that is the input. */
  isBuilt: boolean;
}

type Filter = (value: unknown, frame: Frame) => unknown;

export function compilePath(node: Node, site: Site): Run {
  const every = nodes(node.steps);
  const counted = every.findIndex(isIndexed);
  const all = counted < 0 ? every : every.slice(0, counted);
  const rest = counted < 0 ? undefined : compileIndexed(every.slice(counted), site);
  const steps = all.map((step, index) => compileStep(step, index === 0, site));
  const isRooted = every[0]!.type === 'variable';
  const keeps = node.keepSingletonArray === true;
  const { work } = site.machine;
  const whole: Run = (input, frame) => {
    let items: readonly unknown[] = Array.isArray(input) && !isRooted ? input : sequenceOf(input);
    let found: unknown[] = [];
    for (let index = 0; index < steps.length; index += 1) {
      const step = steps[index]!;
      work.charge(items.length);
      found = step.isBuilt
        ? (step.run(items, frame) as unknown[])
        : through(step, items, frame, { work, isLast: index === steps.length - 1 });
      if (found.length === 0) break;
      items = found;
    }
    if (rest && (found.length > 0 || steps.length === 0)) found = rest(items, frame);
    if (!keeps) return found;
    const kept = found instanceof BuiltList ? sequenceOf(found) : found;
    if (kept instanceof Sequence) kept.keepSingleton = true;
    return kept;
  };
  return keeps || rest || !all.every(isPlainName) ? whole : throughObjects(all, whole);
}

const isPlainName = ({ type, value, stages }: Node): boolean =>
  type === 'name' && stages === undefined && value !== TEXT;

/** Names one in another, as long as no list is in between. */
function throughObjects(steps: readonly Node[], whole: Run): Run {
  const names = steps.map(({ value }) => String(value));
  return (input, frame) => {
    let value = input;
    for (let index = 0; index < names.length; index += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (Array.isArray(value)) return whole(input, frame);
      const name = names[index]!;
      value = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    }
    return value instanceof Sequence ? whole(input, frame) : value;
  };
}

function compileStep(step: Node, isFirst: boolean, site: Site): Step {
  const stages = nodes(step.stages);
  if (stages.some(({ type }) => type !== 'filter')) leave(step);
  const isBuilt = isFirst && step.consarray === true;
  if (isBuilt && (step.predicate !== undefined || stages.length > 0)) leave(step);
  return {
    run: site.compile(step, site),
    filters: stages.map(({ expr }) => compileFilter(expr as Node, site)),
    isBuilt,
  };
}

function through(
  { run, filters }: Step,
  items: readonly unknown[],
  frame: Frame,
  { work, isLast }: { work: Work; isLast: boolean },
): unknown[] {
  const each = new Sequence();
  for (let index = 0; index < items.length; index += 1) {
    let value = run(items[index], frame);
    for (let filter = 0; filter < filters.length; filter += 1) {
      value = filters[filter]!(value, frame);
    }
    if (value !== undefined) each.add(value);
  }
  const [only] = each;
  if (isLast && each.length === 1 && Array.isArray(only) && !(only instanceof Sequence)) {
    return only;
  }
  if (!each.some(isFlattened)) return each;
  const flat = new Sequence();
  for (const value of each) {
    if (isFlattened(value)) for (const item of value) flat.add(item);
    else flat.add(value);
  }
  work.goneThrough(flat);
  return flat;
}

const isFlattened = (value: unknown): value is unknown[] =>
  Array.isArray(value) && !(value instanceof BuiltList);

export function lookupName(name: string, work: Work): Run {
  if (name === TEXT) {
    const read = readPath([{ name, places: [] }]);
    return (input) => read(input);
  }
  return (input) => lookup(input, name, work);
}

function lookup(input: unknown, name: string, work: Work): unknown {
  if (typeof input !== 'object' || input === null) return undefined;
  if (!Array.isArray(input)) {
    return Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined;
  }
  work.charge(input.length);
  const found = new Sequence();
  for (let index = 0; index < input.length; index += 1) {
    const value = lookup(input[index], name, work);
    if (Array.isArray(value)) for (const part of value) found.add(part);
    else if (value !== undefined) found.add(value);
  }
  if (found.length > input.length) work.goneThrough(found);
  return found;
}

/** `[0]` takes by its place; else what is a number, or a list of numbers, is a place too. */
export function compileFilter(node: Node, site: Site): Filter {
  if (node.type === 'number') return atPlace(Math.floor(node.value as number));
  const test = site.compile(node, site);
  const { work } = site.machine;
  return (value, frame) => {
    const items = Array.isArray(value) ? value : sequenceOf(value);
    work.charge(items.length);
    const found = new Sequence();
    for (let index = 0; index < items.length; index += 1) {
      const item: unknown = items[index];
      const outcome = test(item, frame);
      if (outcome === true) found.add(item);
      else if (outcome === false || outcome === undefined) continue;
      else {
        const times = timesTaken(outcome, index, items.length, work);
        for (let time = 0; time < times; time += 1) found.add(item);
      }
    }
    return found;
  };
}

function atPlace(place: number): Filter {
  return (value) => {
    const items = Array.isArray(value) ? value : [value];
    const item: unknown = items[place < 0 ? items.length + place : place];
    if (Array.isArray(item)) return item;
    const found = new Sequence();
    if (item !== undefined) found.add(item);
    return found;
  };
}

/** `*`: all that is in an object. */
export function wildcard(work: Work): Run {
  return (input) => {
    const value = input instanceof Sequence && input.outerWrapper ? input[0] : input;
    const found = new Sequence();
    if (typeof value !== 'object' || value === null) return found;
    const parts = Object.values(value) as unknown[];
    for (const part of parts) {
      if (Array.isArray(part)) for (const item of part.flat(Infinity)) found.add(item);
      else found.add(part);
    }
    work.charge(found.length);
    // With a list among them it stays a list, also one of a single part.
    return parts.some(Array.isArray) ? Array.from(found) : found;
  };
}

/** `**`: all that is in it, at any depth, and itself. */
export function descendants(work: Work): Run {
  return (input) => {
    const found = new Sequence();
    if (input === undefined) return undefined;
    collect(input, found);
    work.charge(found.length);
    return found.length === 1 ? found[0] : found;
  };
}

function collect(value: unknown, found: Sequence): void {
  if (!Array.isArray(value)) found.add(value);
  if (typeof value !== 'object' || value === null) return;
  for (const part of Object.values(value)) collect(part, found);
}
