/** Which connector feeds which flow to which messages, and who gets what of the books. */
import { type EventType, eventTypes } from '../message.ts';
import { isObject } from '../spec.ts';
import { type AskedConnector, type CompiledFlow, type Endpoint, sinksOf } from './compiledFlow.ts';
import type { HubConfig } from './hubConfig.ts';

export interface TopologyEnd {
  /** One for the same thing, whatever flow names it. */
  id: string;
  kind: 'connector' | 'message' | 'event' | 'schedule' | 'flow';
  /** `erp-inbox (folder)` */
  name: string;
  /** What of it: a pattern of files, a path. */
  part?: string;
}

export interface TopologyFlow {
  name: string;
  direction: CompiledFlow['direction'];
  from: TopologyEnd[];
  to: TopologyEnd[];
  /** Whom its steps ask. */
  asks: TopologyEnd[];
}

export interface HubTopology {
  flows: TopologyFlow[];
  /** Connectors of config/hub.yaml that no flow names. */
  unused: string[];
  /** Events that nobody subscribed to. */
  unheard: EventType[];
}

export function topologyOf(
  flows: readonly CompiledFlow[],
  { connectors }: Pick<HubConfig, 'connectors'>,
): HubTopology {
  const named = new Set(
    flows.flatMap((flow) => [
      ...(flow.direction === 'inbound' ? [flow.from.connector] : []),
      ...connectorsTold(flow),
      ...(flow.asks ?? []).map(({ connector }) => connector),
    ]),
  );
  const heard = new Set(
    flows.flatMap((flow) => (flow.direction === 'subscription' ? flow.topics : [])),
  );
  return {
    flows: flows.map((flow) => ({ ...endsOf(flow), asks: (flow.asks ?? []).map(askedEnd) })),
    unused: Object.keys(connectors).filter((name) => !named.has(name)),
    unheard: eventTypes.filter((type) => !heard.has(type)),
  };
}

const askedEnd = ({ kind, connector }: AskedConnector): TopologyEnd => ({
  id: `connector ${connector}`,
  kind: 'connector',
  name: `${connector} (${kind})`,
});

function endsOf(flow: CompiledFlow): Omit<TopologyFlow, 'asks'> {
  const { name, direction } = flow;
  if (flow.direction === 'inbound' || flow.direction === 'continued') {
    const messages = flow.types.map((type) => messageEnd('message', type));
    const to = [...messages, ...flow.sinks.map((sink) => connectorEnd(sink.to))];
    to.push(...[...flow.handsTo.keys()].map(flowEnd));
    if (flow.direction === 'inbound') to.push(...flow.awaitedAt.map(({ by }) => flowEnd(by)));
    if (flow.direction === 'continued')
      return { name, direction, from: flow.from.map(flowEnd), to };
    return { name, direction, from: [connectorEnd(flow.from)], to };
  }
  if (flow.direction === 'subscription') {
    const to = flow.sinks.map((sink) => connectorEnd(sink.to));
    return { name, direction, from: flow.topics.map((type) => messageEnd('event', type)), to };
  }
  const schedule = `${flow.schedule} ${flow.zone}`;
  const id = `schedule ${schedule}`;
  const to = [connectorEnd(flow.to)];
  const from: TopologyEnd = { id, kind: 'schedule', name: schedule, part: flow.query };
  return { name, direction, from: [from], to };
}

const flowEnd = (name: string): TopologyEnd => ({ id: `flow ${name}`, kind: 'flow', name });

/** The connectors by which a flow sends. */
export const connectorsTold = (flow: CompiledFlow): (string | undefined)[] =>
  flow.direction === 'report'
    ? [flow.to.connector]
    : sinksOf(flow).map(({ to: { connector } }) => connector);

const messageEnd = (kind: 'message' | 'event', type: string): TopologyEnd => ({
  id: `${kind} ${type}`,
  kind,
  name: type,
});

function connectorEnd({ kind, connector, options }: Endpoint): TopologyEnd {
  const name = connector === undefined ? kind : `${connector} (${kind})`;
  const { pattern } = isObject(options) ? options : {};
  return {
    id: `connector ${connector ?? kind}`,
    kind: 'connector',
    name,
    ...(typeof pattern === 'string' ? { part: pattern } : {}),
  };
}
