/** What is to become of flows that were loaded anew, beside those that run. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import type { LeftOutFlow, LoadedFlow } from '../flow/loadedFlow.ts';

/** `kept`: it goes on as it was, for it, or one that it is linked with, has faults now. */
export type Change = 'added' | 'changed' | 'removed' | 'unchanged' | 'kept' | 'left out';

export interface FlowChange {
  flow: string;
  change: Change;
  /** Why it is kept or left out. */
  faults?: readonly Fault[];
}

/** Flows that hand records to each other, or await each other's, change together or not at all. */
export interface LinkedChange {
  /** By name: those that run and are to be drained first. */
  stops: string[];
  starts: LoadedFlow[];
  changes: FlowChange[];
}

export function flowChanges(
  running: readonly LoadedFlow[],
  next: readonly LoadedFlow[],
  leftOut: readonly LeftOutFlow[],
): LinkedChange[] {
  const now = byName(running);
  const then = byName(next);
  // Of a name that two files have one may run all the same.
  const broken = new Map(
    leftOut.filter(({ name }) => !then.has(name)).map((one) => [one.name, one.faults]),
  );
  return linkedNames(
    [...running, ...next].map(({ flow }) => flow),
    broken.keys(),
  ).map((names) => changeOf(names, now, then, broken));
}

type ByName = ReadonlyMap<string, LoadedFlow>;

function changeOf(
  names: readonly string[],
  now: ByName,
  then: ByName,
  broken: ReadonlyMap<string, readonly Fault[]>,
): LinkedChange {
  const starts = names.flatMap((name) => then.get(name) ?? []);
  const stops = names.filter((name) => now.has(name));
  const faults = names.flatMap((name) => broken.get(name) ?? []);
  const told = (flow: string): FlowChange => {
    const own = broken.get(flow);
    if (!now.has(flow)) {
      if (faults.length === 0) return { flow, change: 'added' };
      if (stops.length === 0 && !own) return { flow, change: 'added' };
      return { flow, change: 'left out', faults: own ?? faults };
    }
    if (faults.length > 0) {
      const isSame = !own && isEqual(now.get(flow), then.get(flow));
      return isSame
        ? { flow, change: 'unchanged' }
        : { flow, change: 'kept', faults: own ?? faults };
    }
    if (!then.has(flow)) return { flow, change: 'removed' };
    return { flow, change: isEqual(now.get(flow), then.get(flow)) ? 'unchanged' : 'changed' };
  };
  const changes = names.map(told);
  const isKept = faults.length > 0 && stops.length > 0;
  if (isKept || changes.every(({ change }) => change === 'unchanged'))
    return { stops: [], starts: [], changes };
  return { stops, starts, changes };
}

const isEqual = (one: LoadedFlow | undefined, other: LoadedFlow | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.digest === other.digest &&
  isDeepStrictEqual(one.setup, other.setup);

const byName = (flows: readonly LoadedFlow[]): Map<string, LoadedFlow> =>
  new Map(flows.map((one) => [one.flow.name, one]));

/** Names of flows that are linked with each other, each set sorted. */
function linkedNames(flows: readonly CompiledFlow[], others: Iterable<string>): string[][] {
  const names = new Set([...flows.map(({ name }) => name), ...others]);
  const sets = new Map([...names].map((name) => [name, new Set([name])]));
  for (const flow of flows) {
    for (const other of linksOf(flow)) {
      const [one, two] = [sets.get(flow.name)!, sets.get(other)];
      if (!two || one === two) continue;
      for (const name of two) {
        one.add(name);
        sets.set(name, one);
      }
    }
  }
  return [...new Set(sets.values())].map((set) => [...set].sort());
}

function linksOf(flow: CompiledFlow): string[] {
  if (flow.direction === 'continued') return [...flow.from, ...flow.handsTo.keys()];
  if (flow.direction !== 'inbound') return [];
  const awaited = flow.stages.flatMap(({ awaits }) => awaits?.flows ?? []);
  return [...flow.handsTo.keys(), ...awaited, ...flow.awaitedAt.map(({ by }) => by)];
}
