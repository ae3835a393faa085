/** Flows that hand records to each other: whether each finds the other, and none itself again. */
import type { Fault, Place } from '../errors.ts';
import { suggestion } from '../spec.ts';
import { ChainedRun, flowsBehind } from './ChainedRun.ts';
import type { CompiledFlow, ContinuedFlow, InboundFlow } from './compiledFlow.ts';

type Giver = InboundFlow | ContinuedFlow;

/** Links them, and gives those that can run. `names`: of all flows that there are, whatever is wrong with them. */
export function linkFlows(
  flows: readonly CompiledFlow[],
  names: readonly string[],
  faults: Fault[],
): CompiledFlow[] {
  const continued = new Map<string, ContinuedFlow>();
  for (const flow of flows) if (flow.direction === 'continued') continued.set(flow.name, flow);
  const givers = flows.filter(
    (flow): flow is Giver => flow.direction === 'inbound' || flow.direction === 'continued',
  );
  const broken = new Set<string>();
  const refuse = (flow: Giver, at: Place, message: string, todo: string): void => {
    broken.add(flow.name);
    faults.push({ code: 'FLOW_UNKNOWN_FLOW', message, at, todo });
  };
  for (const giver of givers) {
    for (const [name, at] of giver.handsTo) checkTaker(giver, name, at, { flows, names, refuse });
    if (giver.direction === 'continued') checkGivers(giver, { flows, names, refuse });
    if (reaches(giver.name, giver.handsTo.keys(), continued)) {
      const [at] = giver.handsTo.values();
      refuse(giver, at!, `what '${giver.name}' hands on comes back to it`, 'break the circle');
    }
  }
  for (const giver of givers) if (isBroken(giver, broken, continued)) broken.add(giver.name);
  return flows.filter(({ name }) => !broken.has(name)).map((flow) => chained(flow, continued));
}

interface Around {
  flows: readonly CompiledFlow[];
  names: readonly string[];
  refuse: (flow: Giver, at: Place, message: string, todo: string) => void;
}

function checkTaker(giver: Giver, name: string, at: Place, { flows, names, refuse }: Around): void {
  const taker = flows.find((flow) => flow.name === name);
  if (taker?.direction === 'continued') {
    if (taker.from.includes(giver.name)) return;
    const message = `the flow '${name}' takes nothing from '${giver.name}'`;
    refuse(giver, at, message, `add '${giver.name}' to the flows in its 'from'`);
  } else if (taker) {
    const message = `the flow '${name}' takes nothing from other flows`;
    refuse(giver, at, message, `write 'from: { flow: ${giver.name} }' there`);
  } else if (!names.includes(name)) {
    const known = flows.filter(({ direction }) => direction === 'continued').map((one) => one.name);
    refuse(giver, at, `there is no flow '${name}'`, suggestion(name, known));
  }
}

/** A flow that nobody hands to would never run. */
function checkGivers(taker: ContinuedFlow, { flows, names, refuse }: Around): void {
  for (const name of taker.from) {
    const giver = flows.find((flow) => flow.name === name);
    if (giver && 'handsTo' in giver) {
      if (giver.handsTo.has(taker.name)) continue;
      const todo = `write 'to: { flow: ${taker.name} }' there, or leave it out here`;
      refuse(taker, taker.fromAt, `the flow '${name}' hands nothing to this one`, todo);
    } else if (giver) {
      const message = `the flow '${name}' takes in no payloads, and hands on none`;
      refuse(taker, taker.fromAt, message, 'leave it out');
    } else if (!names.includes(name)) {
      refuse(taker, taker.fromAt, `there is no flow '${name}'`, suggestion(name, names));
    }
  }
}

function reaches(
  name: string,
  next: Iterable<string>,
  continued: ReadonlyMap<string, ContinuedFlow>,
  seen: Set<string> = new Set(),
): boolean {
  for (const one of next) {
    if (one === name) return true;
    if (seen.has(one)) continue;
    seen.add(one);
    if (reaches(name, continued.get(one)?.handsTo.keys() ?? [], continued, seen)) return true;
  }
  return false;
}

/** One whose records nobody could take over would lose them. */
function isBroken(
  { handsTo }: Giver,
  broken: ReadonlySet<string>,
  continued: ReadonlyMap<string, ContinuedFlow>,
  seen: Set<string> = new Set(),
): boolean {
  return [...handsTo.keys()].some((name) => {
    const taker = continued.get(name);
    if (!taker || broken.has(name)) return true;
    if (seen.has(name)) return false;
    seen.add(name);
    return isBroken(taker, broken, continued, seen);
  });
}

/** With the flows that take over what it hands on, whose runs are those of the map. */
function chained(flow: CompiledFlow, continued: ReadonlyMap<string, ContinuedFlow>): CompiledFlow {
  if (!('handsTo' in flow) || flow.handsTo.size === 0) return flow;
  const behind = flowsBehind([...flow.handsTo.keys()], continued);
  const readsOfPayload = flow.readsOfPayload as Set<string>;
  for (const one of behind) for (const name of one.readsOfPayload) readsOfPayload.add(name);
  const linked = <Flow extends Giver>(one: Flow): Flow => ({
    ...one,
    behind,
    makeRun: (spool, payload) =>
      new ChainedRun(one.makeRun(spool, payload), behind, spool, payload),
  });
  if (flow.direction === 'continued') return linked(flow);
  // Its last leg reaches the targets.
  const stages = flow.stages.map((stage) => ({ ...stage, leg: linked(stage.leg) }));
  return { ...linked(flow), stages };
}
