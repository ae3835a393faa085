/** What flows where, and where it jams: each flow with its ends, its steps, and how much goes through of late. */
import { endpointNames, type ShownEndpoint, shownEndpoints } from '../deliver/endpointDesk.ts';
import { sinkLabel } from '../deliver/sinkQueue.ts';
import type { FlowStatus } from '../deployment/FlowRunner.ts';
import { type CompiledFlow, type FlowSink, sinksOf } from '../flow/compiledFlow.ts';
import { type TopologyEnd, topologyOf } from '../flow/topology.ts';
import { limits } from '../limits.ts';
import type { AcceptedPayload, Books, FlowFigures, SinkFigures } from '../ports.ts';
import type { HubStatus } from './HubStatus.ts';
import { KeptAnswers } from './KeptAnswers.ts';

/** What came in within a span, and what became of that so far. */
export type FlowRate = Omit<FlowFigures, 'flow'>;
export type SinkRate = Omit<SinkFigures, 'sink'>;

export interface MapSink extends Pick<ShownEndpoint, 'state' | 'since' | 'nextProbe'> {
  endpoint: string;
  /** What waits for it on the broker; null where the broker is away. */
  waiting: number | null;
  oldestSeconds: number | null;
  minute: SinkRate;
  hour: SinkRate;
}

export interface MapEnd extends TopologyEnd {
  /** Where it is sent to by a queue of its own. */
  sink?: MapSink;
}

export interface MapFlow {
  name: string;
  about: string;
  direction: CompiledFlow['direction'] | '';
  state: FlowStatus['state'];
  since: string;
  /** Why it does not run. */
  reason?: { code: string; message: string };
  from: TopologyEnd[];
  steps: readonly string[];
  to: MapEnd[];
  asks: TopologyEnd[];
  /** Records that a person must correct; null where the store is away. */
  parked: number | null;
  /** Records that wait in its steps, and for how long the first of them. */
  staged: number | null;
  stagedSeconds: number | null;
  minute: FlowRate;
  hour: FlowRate;
  /** The last payload, where that is among the latest of all. */
  last?: Pick<AcceptedPayload, 'intakeId' | 'name' | 'at' | 'records' | 'messages' | 'parked'>;
}

export interface FlowMap {
  at: string;
  flows: MapFlow[];
  /** Between what is accepted and what is told: null where it cannot be known. */
  books: Pick<HubStatus, 'unappliedSeconds' | 'outbox' | 'dead'>;
}

export interface FlowMapParts {
  store: Books;
  running: () => CompiledFlow[];
  flows: () => FlowStatus[];
  status: () => Promise<HubStatus>;
  now: () => number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Share of a span by which its figures may be old: a second of a minute, a minute of an hour. */
const FRESH = 1 / 60;
/** Pages of payloads among which the last of each flow is looked for. */
const LATEST = 5;

/** By the store that they are of: those who look share them. */
const keptAnswers = new WeakMap<Books, KeptAnswers>();

function keptOf(store: Books): KeptAnswers {
  const kept = keptAnswers.get(store) ?? new KeptAnswers();
  keptAnswers.set(store, kept);
  return kept;
}

/** Rates are of what all processes noted in the store, which each does within a second. */
export async function flowMap(parts: FlowMapParts): Promise<FlowMap> {
  const { store, running, flows } = parts;
  const nowMs = parts.now();
  const kept = keptOf(store);
  const since = (ms: number) => {
    const ask = () => store.figuresSince(new Date(nowMs - ms).toISOString());
    return kept.of(`since ${ms}`, { nowMs, forMs: ms * FRESH }, ask);
  };
  const compiled = running();
  const [status, minute, hour, endpoints, last] = await Promise.all([
    ...([parts.status(), since(MINUTE_MS), since(HOUR_MS)] as const),
    shownEndpoints(store, endpointNames(compiled)),
    kept.of('last', { nowMs, forMs: MINUTE_MS * FRESH }, () => lastPayloads(store)),
  ]);
  const figures = { status, minute, hour, last };
  const byName = new Map(endpoints.map((one) => [one.name, one]));
  const ends = new Map(
    topologyOf(compiled, { connectors: {} }).flows.map((one) => [one.name, one]),
  );
  const all = flows().map((of): MapFlow => {
    const flow = compiled.find(({ name }) => name === of.name);
    const { from = [], to = [], asks = [] } = ends.get(of.name) ?? {};
    const sinks = flow ? sinksOf(flow) : [];
    return {
      ...namesOf(of, flow),
      ...{ from, steps: flow?.steps ?? [], asks },
      to: withSinks(to, sinks, (sink) => mapSink(sink, byName, figures)),
      ...waitsOf(of.name, flow, status),
      ...{ minute: rateOf(of.name, minute.flows), hour: rateOf(of.name, hour.flows) },
      ...(last.has(of.name) && { last: last.get(of.name)! }),
    };
  });
  const { unappliedSeconds, outbox, dead } = status;
  return { at: status.at, flows: all, books: { unappliedSeconds, outbox, dead } };
}

interface Figures {
  status: HubStatus;
  minute: { sinks: SinkFigures[] };
  hour: { sinks: SinkFigures[] };
}

const namesOf = ({ name, direction, state, since, reason }: FlowStatus, flow?: CompiledFlow) => ({
  ...{ name, about: flow?.about ?? '', direction: direction ?? ('' as const), state, since },
  ...(reason && { reason: { code: reason.code, message: reason.message } }),
});

/** Sinks are the connectors among the ends, in the order of the flow. */
function withSinks(
  to: readonly TopologyEnd[],
  sinks: readonly FlowSink[],
  of: (sink: FlowSink) => MapSink,
): MapEnd[] {
  let next = 0;
  return to.map((end) => {
    const sink = end.kind === 'connector' ? sinks[next++] : undefined;
    return sink ? { ...end, sink: of(sink) } : end;
  });
}

function mapSink(
  { flow, name, queue }: FlowSink,
  endpoints: ReadonlyMap<string, ShownEndpoint>,
  { status, minute, hour }: Figures,
): MapSink {
  const endpoint = sinkLabel(flow, name);
  const { state = 'active', since, nextProbe } = endpoints.get(endpoint) ?? {};
  const found = status.queues?.find((one) => one.queue === queue);
  const rate = (sinks: readonly SinkFigures[]): SinkRate => {
    const { delivered = 0, failed = 0 } = sinks.find(({ sink }) => sink === endpoint) ?? {};
    return { delivered, failed };
  };
  return {
    ...{ endpoint, state, ...(since && { since }), ...(nextProbe && { nextProbe }) },
    waiting: found ? (found.waiting ?? found.ready) : null,
    oldestSeconds: found?.oldestSeconds ?? null,
    ...{ minute: rate(minute.sinks), hour: rate(hour.sinks) },
  };
}

function waitsOf(name: string, flow: CompiledFlow | undefined, { parked, stages }: HubStatus) {
  const own = flow?.direction === 'inbound' ? flow.stages.map((stage) => stage.name) : [];
  const waiting = stages?.filter(({ stage }) => own.includes(stage)) ?? [];
  const ages = waiting.flatMap(({ oldestSeconds }) => oldestSeconds ?? []);
  return {
    parked: parked && (parked.find((one) => one.flow === name)?.records ?? 0),
    staged: stages && waiting.reduce((sum, { records }) => sum + records, 0),
    stagedSeconds: ages.length > 0 ? Math.max(...ages) : null,
  };
}

function rateOf(name: string, figures: readonly FlowFigures[]): FlowRate {
  const { flow: _, ...rate } = figures.find(({ flow }) => flow === name) ?? { flow: name, ...NONE };
  return rate;
}

const NONE = { payloads: 0, records: 0, messages: 0, parked: 0, booked: 0, exists: 0, refused: 0 };

async function lastPayloads(store: Books): Promise<Map<string, NonNullable<MapFlow['last']>>> {
  const last = new Map<string, NonNullable<MapFlow['last']>>();
  let after: string | undefined;
  for (let page = 0; page < LATEST; page += 1) {
    const found = await store.lastAccepted({ limit: limits.pageRows, ...(after && { after }) });
    for (const { flow, intakeId, name, at, records, messages, parked } of found.rows) {
      if (!last.has(flow)) last.set(flow, { intakeId, name, at, records, messages, parked });
    }
    if (found.next === undefined) break;
    after = found.next;
  }
  return last;
}
