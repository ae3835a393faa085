/** What people see of endpoints, and do with them; a hub that runs hears of it within limits.endpointPollMs. */
import { changeControlRows } from '../changeControlRows.ts';
import { nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import { sinksOf } from '../flow/compiledFlow.ts';
import type { ControlBooks, ControlStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import {
  activeSince,
  ENDPOINT,
  type EndpointFacts,
  endpointFacts,
  endpointRow,
} from './endpointRow.ts';
import { sinkLabel } from './sinkQueue.ts';

/** By its name: `FLOW`, or `FLOW.NAME` where the flow has several. */
export interface EndpointName {
  name: string;
  flow: string;
}

/** One that never took nothing has been active for ever. */
export interface ShownEndpoint extends EndpointName, Omit<EndpointFacts, 'since' | 'head'> {
  since?: string;
}

export const endpointActions = ['pause', 'resume', 'probe'] as const;
export type EndpointAction = (typeof endpointActions)[number];

export const endpointNames = (flows: readonly CompiledFlow[]): EndpointName[] =>
  flows.flatMap(sinksOf).map(({ flow, name }) => ({ name: sinkLabel(flow, name), flow }));

/** In the order of their names. */
export async function shownEndpoints(
  store: ControlBooks,
  names: readonly EndpointName[],
): Promise<ShownEndpoint[]> {
  const rows = await store.control(
    ENDPOINT,
    names.map(({ name }) => name),
  );
  const facts = new Map(rows.map((row) => [row.id, endpointFacts(row)]));
  return names
    .map((name) => shown(name, facts.get(name.name)))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function shown(name: EndpointName, facts: EndpointFacts | undefined): ShownEndpoint {
  if (!facts) return { ...name, state: 'active', attempts: 0 };
  const { head: _, ...rest } = facts;
  return { ...name, ...rest };
}

/** Throws ENDPOINT_UNKNOWN. */
export function endpointNamed(names: readonly EndpointName[], wanted: string): EndpointName {
  const found = names.find(({ name }) => name === wanted);
  if (found) return found;
  const known = names.map(({ name }) => name);
  const near = nearestName(wanted, known);
  const todo = near ? `did you mean '${near}'?` : `endpoints: ${known.join(', ') || 'none'}`;
  throw new StockbusError('ENDPOINT_UNKNOWN', `there is no endpoint '${wanted}'`, undefined, {
    todo,
  });
}

/** Throws ENDPOINT_CHANGED where others change it again and again. */
export async function changeEndpoint(
  store: ControlBooks & ControlStore,
  runtime: Pick<Runtime, 'newId'>,
  { name, flow }: EndpointName,
  asked: { action: EndpointAction; by: string; reason: string },
): Promise<ShownEndpoint> {
  const about = { kind: ENDPOINT, ids: [name], busy: 'ENDPOINT_CHANGED' } as const;
  return changeControlRows(store, runtime, about, async ([found]) => {
    const now = await store.serverTime();
    const before = found ? endpointFacts(found) : activeSince(now);
    const facts = changed(before, now, asked);
    const isChanged = facts !== before;
    return {
      changes: isChanged ? [{ id: name, row: endpointRow(facts, flow) }] : [],
      result: shown({ name, flow }, found || isChanged ? facts : undefined),
      act: {
        actor: asked.by,
        did: `endpoint.${done[asked.action]}`,
        id: name,
        reason: asked.reason,
      },
    };
  });
}

const done: Record<EndpointAction, string> = {
  pause: 'paused',
  resume: 'resumed',
  probe: 'probed',
};

function changed(
  facts: EndpointFacts,
  now: string,
  { action, by, reason }: { action: EndpointAction; by: string; reason: string },
): EndpointFacts {
  const { nextProbe: _next, isAsked: _asked, ...kept } = facts;
  const { lastAnswer, state } = facts;
  if (action === 'pause') return { ...kept, state: 'paused', since: now, paused: { by, reason } };
  // What takes all that it is sent needs neither.
  if (state === 'active') return facts;
  if (action === 'probe') return { ...kept, nextProbe: now, isAsked: true };
  return { ...activeSince(now), ...(lastAnswer ? { lastAnswer } : {}) };
}
