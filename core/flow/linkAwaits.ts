/** What records of one flow wait for, another one makes: it is told to whom its messages go besides. */
import type { Fault } from '../errors.ts';
import { suggestion } from '../spec.ts';
import type { CompiledFlow, FlowStage, InboundFlow } from './compiledFlow.ts';

/** `names`: of all flows that there are, whatever is wrong with them. */
export function linkAwaits(
  flows: readonly CompiledFlow[],
  names: readonly string[],
  faults: Fault[],
): void {
  const inbound = flows.filter((flow) => flow.direction === 'inbound');
  for (const { stages } of inbound) {
    for (const stage of stages) {
      for (const name of stage.awaits?.flows ?? [])
        link(stage, name, { flows, inbound, names }, faults);
    }
  }
  // One that cannot be read may be the one that awaits it.
  if (names.some((name) => !flows.some((flow) => flow.name === name))) return;
  for (const flow of inbound) refuseUnheard(flow, faults);
  refuseTaken(inbound, faults);
}

/** Of flows that share their source. */
function refuseTaken(inbound: readonly InboundFlow[], faults: Fault[]): void {
  const taken = new Map<string, string>();
  for (const { name: flow, stages } of inbound) {
    for (const { name, at } of stages) {
      const other = taken.get(name);
      taken.set(name, other ?? flow);
      if (other === undefined || other === flow) continue;
      const message = `the flow '${other}' has the source of this one, and a step '${name}' too`;
      const todo = "write 'name: …' in the one that is new: the other keeps what waits in it";
      faults.push({ code: 'STAGE_NAME_TAKEN', message, at, todo });
    }
  }
}

/** What it gives goes to nobody. */
function refuseUnheard(
  { name, types, sinks, handsTo, awaitedAt, fromAt }: InboundFlow,
  faults: Fault[],
): void {
  if (types.length + sinks.length + handsTo.size + awaitedAt.length > 0) return;
  const message = `no flow awaits what '${name}' gives`;
  const todo = `write 'await: { flow: ${name}, … }' in the one that needs it`;
  faults.push({ code: 'FLOW_UNKNOWN_FLOW', message, at: fromAt, todo });
}

interface Around {
  flows: readonly CompiledFlow[];
  inbound: readonly InboundFlow[];
  names: readonly string[];
}

function link(
  { queue, awaits, leg }: FlowStage,
  name: string,
  { flows, inbound, names }: Around,
  faults: Fault[],
): void {
  const { match, at } = awaits!;
  const awaited = inbound.find((flow) => flow.name === name);
  if (awaited) {
    awaited.awaitedAt.push({ queue, match, by: leg.name });
    return;
  }
  const isOther = flows.some((flow) => flow.name === name);
  if (!isOther && names.includes(name)) return;
  const message = isOther
    ? `the flow '${name}' makes no messages that could be awaited`
    : `there is no flow '${name}' to wait for`;
  const known = inbound.map((flow) => flow.name);
  faults.push({ code: 'FLOW_UNKNOWN_FLOW', message, at, todo: suggestion(name, known) });
}
