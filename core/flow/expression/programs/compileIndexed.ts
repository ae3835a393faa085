/** Paths that count what they go through: `lines#$i.{ "line": $i + 1 }`. */
import { type Node, nodes } from '../ast.ts';
import { functionNames } from '../checkExpression.ts';
import { Sequence } from './Sequence.ts';
import { type Frame, leave, Names, type Run, type Site } from './site.ts';
import { timesTaken } from './timesTaken.ts';

/** An item with the values of the names that the path gave so far. */
interface Indexed {
  item: unknown;
  slots: unknown[];
}

type Stage = (items: Indexed[], around: Frame) => Indexed[];

/** The rest of a path, from the step on that is counted first. */
export type IndexedSteps = (items: readonly unknown[], frame: Frame) => Sequence;

export const isIndexed = ({ index, stages }: Node): boolean =>
  index !== undefined || nodes(stages).some(({ type }) => type === 'index');

export function compileIndexed(steps: readonly Node[], site: Site): IndexedSteps {
  const inside: Site = { ...site, names: new Names(site.names) };
  const stages = steps.flatMap((step) => compileStep(step, inside));
  return (given, frame) => {
    let items = given.map((item): Indexed => ({ item, slots: [] }));
    for (const stage of stages) items = stage(items, frame);
    const found = new Sequence();
    for (const { item } of items) found.add(item);
    return found;
  };
}

function compileStep(step: Node, site: Site): Stage[] {
  if (step.type === 'sort' || step.focus !== undefined || step.ancestor !== undefined) leave(step);
  const run = site.compile({ ...step, tuple: undefined, index: undefined }, site);
  const index = step.index === undefined ? undefined : bind(step.index, step, site);
  const each: Stage = (items, around) => {
    site.machine.work.charge(items.length);
    return items.flatMap(({ item, slots }) => {
      const value = run(item, { slots, around });
      if (value === undefined) return [];
      const parts = Array.isArray(value) ? Array.from(value as unknown[]) : [value];
      site.machine.work.charge(parts.length);
      return parts.map((part, place) => ({ item: part, slots: withPlace(slots, index, place) }));
    });
  };
  return [each, ...nodes(step.stages).map((stage) => compileStage(stage, site))];
}

function compileStage(stage: Node, site: Site): Stage {
  if (stage.type === 'index') {
    const index = bind(stage.value, stage, site);
    return (items) =>
      items.map(({ item, slots }, place) => ({ item, slots: withPlace(slots, index, place) }));
  }
  const test: Run = site.compile(stage.expr as Node, site);
  const { work } = site.machine;
  return (items, around) => {
    work.charge(items.length);
    return items.flatMap((one, place) => {
      const outcome = test(one.item, { slots: one.slots, around });
      return Array<Indexed>(timesTaken(outcome, place, items.length, work)).fill(one);
    });
  };
}

function bind(index: unknown, node: Node, site: Site): number {
  const name = String(index);
  if (site.names.find(name) || Object.hasOwn(site.variables, name)) leave(node);
  if (functionNames.includes(name)) leave(node);
  return site.names.bind(name);
}

function withPlace(slots: unknown[], index: number | undefined, place: number): unknown[] {
  if (index === undefined) return slots;
  const all = slots.slice();
  all[index] = place;
  return all;
}
