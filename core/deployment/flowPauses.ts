/** Flows that do nothing until a person resumes them: a row beside the books, so that it counts for every hub, and for the next. */
import { changeAudited } from '../auditTrail.ts';
import { type Code, type Fault, nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { type Books, type ControlRow, type ControlStore, PAUSE } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';

const PAUSE_FORMAT = 1;

export interface FlowPause {
  flow: string;
  since: string;
  /** Who said so; the hub itself where a fault did. */
  by: string;
  reason: string;
  /** Of that fault. */
  code?: Code;
}

type Written = Pick<FlowPause, 'by' | 'reason' | 'code'> & { v: number };

export async function flowPauses(store: Pick<Books, 'controlRows'>): Promise<FlowPause[]> {
  const rows = rowsOf((page) => store.controlRows({ kind: PAUSE }, page));
  return (await Array.fromAsync(rows)).map(pauseOf);
}

/** Throws FORMAT_UNKNOWN for what another version wrote. */
function pauseOf({ id, since, body }: ControlRow): FlowPause {
  const { v, ...rest } = JSON.parse(body) as Written;
  requireVersion(`the pause of '${id}'`, v, PAUSE_FORMAT);
  return { flow: id, since, ...rest };
}

/** One that is paused already stays as it is. */
export async function pauseFlow(
  store: Books & ControlStore,
  runtime: Pick<Runtime, 'newId'>,
  { flow, ...said }: Omit<FlowPause, 'since'>,
): Promise<FlowPause> {
  const since = await store.serverTime();
  const body = JSON.stringify({ v: PAUSE_FORMAT, ...said } satisfies Written);
  const row = { state: 'paused', since, words: [flow], body };
  const { by: actor, reason, code } = said;
  const act = { actor, did: 'flow.paused', id: flow, reason, ...(code ? { facts: { code } } : {}) };
  await changeAudited(store, runtime, act, [{ kind: PAUSE, id: flow, expected: '', row }]);
  // A conflict means that it was paused before; that it is resumed at the same moment is as good as before.
  const [kept] = await store.control(PAUSE, [flow]);
  return kept ? pauseOf(kept) : { flow, since, ...said };
}

/** What the pause was; undefined where there was none. */
export async function resumeFlow(
  store: Books & ControlStore,
  runtime: Pick<Runtime, 'newId'>,
  flow: string,
  by: string,
): Promise<FlowPause | undefined> {
  const [row] = await store.control(PAUSE, [flow]);
  if (!row) return undefined;
  const change = { kind: PAUSE, id: flow, expected: row.version };
  await changeAudited(store, runtime, { actor: by, did: 'flow.resumed', id: flow }, [change]);
  return pauseOf(row);
}

/** As statuses and refusals say it. */
export const pauseFault = ({ since, by, reason, code = 'FLOW_PAUSED' }: FlowPause): Fault => ({
  code,
  message: `by ${by} since ${since}: ${reason}`,
  todo: 'stockbus flows resume',
});

/** Throws FLOW_UNKNOWN, and FLOW_NOT_PAUSABLE for one that only others give something to do. */
export function pausableFlow(flows: readonly CompiledFlow[], name: string): CompiledFlow {
  const flow = flows.find((one) => one.name === name);
  if (flow?.direction === 'continued') {
    const message = `the flow '${name}' takes what other flows hand to it, in the same intake`;
    const todo = `pause ${flow.from.join(' and ')}`;
    throw new StockbusError('FLOW_NOT_PAUSABLE', message, undefined, { todo });
  }
  if (flow) return flow;
  const known = flows.map((one) => one.name);
  const near = nearestName(name, known);
  const todo = near ? `did you mean '${near}'?` : `flows: ${known.join(', ') || 'none'}`;
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, { todo });
}
