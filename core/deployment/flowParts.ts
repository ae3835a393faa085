/** What runs for a flow, by the roles of its process. */
import { sinkLabel } from '../deliver/sinkQueue.ts';
import { Deliver } from '../deliver.ts';
import { StockbusError } from '../errors.ts';
import {
  type CompiledFlow,
  type Endpoint,
  type InboundFlow,
  type ReportFlow,
  sinksOf,
  stagesOf,
} from '../flow/compiledFlow.ts';
import type { Role } from '../flow/hubConfig.ts';
import type { HistoryLog } from '../history/HistoryLog.ts';
import { PolledSource } from '../jobs/PolledSource.ts';
import type {
  Accept,
  Broker,
  Payload,
  Receipt,
  Refuse,
  Sink,
  Source,
  SourceUse,
  Store,
} from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { ScheduledReport } from '../ScheduledReport.ts';
import { StageLoop } from '../StageLoop.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { FlowPart, PartSpec } from './SupervisedPart.ts';

export interface FlowSurroundings {
  broker: Broker;
  store: Store;
  runtime: Runtime;
  policy: StockPolicy;
  history: HistoryLog;
  roles: readonly Role[];
  /** Stages run, though the process may not take in by itself. */
  runsStages: boolean;
  /** Reports are written when they are due. */
  firesSchedules: boolean;
  /** All flows of the hub that take in, for sources that share a place. */
  inbound: readonly InboundFlow[];
  /** A payload of its source. */
  accept(flow: InboundFlow, payload: Payload): Promise<Receipt>;
  refuse: Refuse;
  /** What has left a stage, into the leg behind. */
  take(leg: InboundFlow, payload: Payload): Promise<Receipt>;
}

export function flowParts(flow: CompiledFlow, around: FlowSurroundings): PartSpec[] {
  const { roles } = around;
  const takesIn = roles.includes('intake');
  return [
    ...(roles.includes('deliver') ? outParts(flow, around) : []),
    ...(takesIn || around.runsStages ? stageParts(flow, around) : []),
    ...(takesIn && flow.direction === 'inbound' ? [sourcePart(flow, around)] : []),
  ];
}

function outParts(flow: CompiledFlow, around: FlowSurroundings): PartSpec[] {
  const { broker, store, runtime, history } = around;
  const sinks = sinksOf(flow).map((target): PartSpec => {
    const label = sinkLabel(target.flow, target.name);
    const parts = { broker, store, runtime, history };
    const make = () => new Deliver(parts, target, sinkOf(label, target.to, runtime));
    return { phase: 'out', name: `sink ${label}`, make };
  });
  if (flow.direction !== 'report' || !around.firesSchedules) return sinks;
  return [...sinks, { phase: 'out', name: 'report', make: () => scheduledReportOf(flow, around) }];
}

function scheduledReportOf(
  flow: ReportFlow,
  { store, runtime, policy }: Pick<FlowSurroundings, 'store' | 'runtime' | 'policy'>,
): ScheduledReport {
  const sink = sinkOf(flow.name, flow.to, runtime);
  return new ScheduledReport({ store, runtime, stock: policy }, flow, sink);
}

/** Whatever its schedule says; as it would be of another time, where one is named. */
export async function writeReportNow(
  flow: ReportFlow,
  around: Pick<FlowSurroundings, 'store' | 'runtime' | 'policy'>,
  ofMs?: number,
): Promise<void> {
  const report = scheduledReportOf(flow, around);
  try {
    await report.write(ofMs);
  } finally {
    await report.stop();
  }
}

function sinkOf(flow: string, to: Endpoint, runtime: Runtime): Sink {
  const { spec, config, options } = to;
  if (!spec.sink) throw new StockbusError('INTERNAL', `the connector ${spec.name} cannot send`);
  return spec.sink(config, options, { name: to.connector ?? to.kind, flow, runtime });
}

const stageParts = (
  flow: CompiledFlow,
  { broker, store, runtime, take }: FlowSurroundings,
): PartSpec[] =>
  stagesOf([flow]).map((stage) => ({
    phase: 'stages',
    name: `stage ${stage.name}`,
    make: () => new StageLoop({ broker, store, runtime, take }, stage),
  }));

function sourcePart(flow: InboundFlow, around: FlowSurroundings): PartSpec {
  const make = (): FlowPart => {
    const source = sourceOf(flow, around);
    const accept: Accept = (payload) => around.accept(flow, payload);
    return {
      start: () => source.start(accept, around.refuse),
      stop: () => source.stop(),
      get fault() {
        return source.fault;
      },
    };
  };
  return { phase: 'in', name: 'source', make };
}

/** Payloads come through the API, which calls the hub; there is nothing to start or to stop. */
const posted: Source = { start: async () => undefined, stop: async () => undefined };

function sourceOf(flow: InboundFlow, { runtime, store, inbound }: FlowSurroundings): Source {
  const { spec, config, options, connector, kind } = flow.from;
  const about = {
    ...{ name: connector ?? kind, flow: flow.name, runtime },
    uses: usesOf(flow.from, inbound),
  };
  if (spec.source) return spec.source(config, options, about);
  if (!spec.poller) return posted;
  const poller = spec.poller(config, options, about);
  return new PolledSource({ store, runtime }, { ...about, source: flow.source }, poller);
}

const usesOf = ({ spec }: Endpoint, inbound: readonly InboundFlow[]): SourceUse[] =>
  inbound
    .filter(({ from }) => from.spec === spec)
    .map(({ from: { config, options } }) => ({ config, from: options }));
