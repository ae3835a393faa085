/** Flows out of the hub: events or rows of a query become records for somebody else. */
import type { Fault } from '../errors.ts';
import type { Envelope, EventType } from '../message.ts';
import type { FlowRecord, RecordValue, Shape } from '../ports.ts';
import { factsOfReport } from '../reports/factsOfReport.ts';
import type { Query } from '../reports/Query.ts';
import { queryOn } from '../reports/relativeDays.ts';
import { reportOf } from '../reports/reports.ts';
import { zoneOf } from '../zone.ts';
import type {
  Awaitable,
  FlowSink,
  OutboundResult,
  OutboundRun,
  ReportFlow,
  SubscriptionFlow,
  SunkEvents,
} from './compiledFlow.ts';
import { compileMake, compileWhen } from './compileMake.ts';
import { compileOnlySink, compileSink, retryOf, sinkNames, writeFormat } from './compileSink.ts';
import type { ConnectorEnd } from './connectorEnd.ts';
import type { FromEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import {
  type CompiledSteps,
  compileSteps,
  type FlowUnit,
  refuseFields,
  resolveEndpoint,
} from './flowUnit.ts';
import { lintReach } from './lintRoutes.ts';
import { type SinkTarget, takenBy } from './madeOf.ts';
import { atRecord, type RunningStep, StepRun } from './runSteps.ts';
import { knownFields, shapeOfNames, unknownShape } from './stepShapes.ts';
import type { Turns } from './Turns.ts';
import type { ToSink } from './targetFields.ts';

export function compileSubscription(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'events' }>,
  to: ConnectorEnd | readonly ToSink[],
): SubscriptionFlow | undefined {
  const isOne = 'form' in to;
  const onlyOfSeveral = isOne ? (['mode'] as const) : [];
  refuseFields(
    unit,
    ['read', 'query', 'let', 'key', 'source', 'stop', ...onlyOfSeveral],
    'a subscription',
  );
  const steps = compileSteps(unit, variablesOf.outbound, [], { coming: eventShape(unit, from) });
  const sinks = isOne
    ? [eventSink(unit, steps, compileOnlySink(unit, to), [])]
    : compileSinks(unit, to, steps);
  const whole = sinks.filter((sink) => sink !== undefined);
  if (whole.length < sinks.length) return undefined;
  const topics = from.types as EventType[];
  return { direction: 'subscription', ...named(unit), topics, sinks: whole };
}

function compileSinks(
  unit: FlowUnit,
  targets: readonly ToSink[],
  steps: CompiledSteps,
): (FlowSink | undefined)[] {
  lintReach(unit, targets);
  const names = sinkNames(unit, targets, true);
  const around = { steps, variables: variablesOf.outbound };
  const made = targets.map((target, index): SinkTarget => {
    const path = ['to', index];
    const when = compileWhen(unit, target, [...path, 'when'], around);
    const { make, fields } = compileMake(unit, target, path, undefined, around);
    return { name: names.get(index) ?? unit.flow.flow, queue: '', when, make, reads: fields };
  });
  return targets.map((target, index) => {
    const sink = compileSink(unit, target, ['to', index], names.get(index));
    const first = unit.flow.mode === 'all' ? index : 0;
    return eventSink(unit, steps, sink, made.slice(first, index + 1));
  });
}

/** `targets`: the sink as a target, behind those that take an event before it does. */
function eventSink(
  { context: { turns }, flow }: FlowUnit,
  { make }: CompiledSteps,
  sink: FlowSink | undefined,
  targets: readonly SinkTarget[],
): FlowSink | undefined {
  if (!sink) return undefined;
  const own = targets.at(-1);
  const chooses = targets.length > 1 || own?.when !== undefined || own?.make !== undefined;
  const hasSteps = flow.steps.length > 0 || chooses;
  const run: SunkEvents['run'] = (events) =>
    hasSteps
      ? runOnce(new RowsRun(make(), turns, chooses ? targets : undefined), events)
      : asTheyAre(events);
  return { ...sink, events: { hasSteps, run } };
}

export function compileReport(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'schedule' }>,
  to: ConnectorEnd,
): ReportFlow | undefined {
  const { flow } = unit;
  refuseFields(
    unit,
    ['read', 'let', 'key', 'mode', 'batch', 'throttle', 'expire', 'source'],
    'a report',
  );
  if (!flow.query) {
    unit.report({
      path: ['from'],
      code: 'CONFIG_MISSING_FIELD',
      message: "'query' is missing",
      todo: "add 'query: stock', 'query: ledger' or 'query: valuation'",
    });
  }
  if (!zoneOf(from.zone)) {
    unit.report({
      path: ['from', 'zone'],
      code: 'CONFIG_BAD_VALUE',
      message: `'${from.zone}' is not a time zone`,
      todo: 'write one such as Europe/Berlin',
    });
  }
  const { make: makeSteps, shape } = compileSteps(unit, variablesOf.outbound, [], {
    coming: flow.query ? rowShape(flow.query) : unknownShape(),
  });
  const fields = knownFields(shape)?.names;
  const queryAt = (nowMs: number): Query => queryOn(flow.query!, nowMs, from.zone);
  const now = unit.context.now();
  const facts = flow.query ? factsOfReport(queryAt(now), now) : {};
  const write = writeFormat(unit, flow.write, facts);
  const endpoint = resolveEndpoint(unit, to, 'to');
  if (!write || !flow.query) return undefined;
  return {
    direction: 'report',
    ...named(unit),
    schedule: from.cron,
    zone: from.zone,
    catchUp: from.catchUp,
    query: flow.query.name,
    queryAt,
    ...(fields ? { fields: [...fields] } : {}),
    write,
    to: endpoint,
    retry: retryOf(flow.retry),
    makeRun: () => new RowsRun(makeSteps(), unit.context.turns),
  };
}

const rowShape = ({ name }: Query): Shape =>
  shapeOfNames(
    reportOf(name).columns.map(({ field }) => field),
    `a row of the report ${name}`,
  );

function eventShape({ context }: FlowUnit, { types }: Extract<FromEnd, { form: 'events' }>): Shape {
  const names = types.flatMap((type) => Object.keys(context.parts.schemas[type]?.properties ?? {}));
  return shapeOfNames(names, `${types.join(' or ')} (the envelope is $event)`);
}

const named = ({ flow, yaml }: FlowUnit) => ({
  name: flow.flow,
  about: flow.about,
  file: yaml.file,
});

class RowsRun implements OutboundRun {
  readonly #steps: StepRun;
  /** The sink that it is for, behind those that take a record before it does. */
  readonly #targets: readonly SinkTarget[] | undefined;
  #count = 0;

  constructor(
    steps: readonly RunningStep[],
    turns: Turns,
    targets?: readonly SinkTarget[] | undefined,
  ) {
    this.#steps = new StepRun(steps, turns);
    this.#targets = targets;
  }

  push(rows: readonly RecordValue[]): Awaitable<OutboundResult> {
    return this.give(rows.map((row) => ({ value: row, source: row })));
  }

  give(rows: readonly { value: RecordValue; source: RecordValue }[]): Awaitable<OutboundResult> {
    const records = rows.map(({ value, source }): FlowRecord => {
      this.#count += 1;
      return { value, source, record: this.#count };
    });
    const through = this.#steps.push(records);
    return through instanceof Promise
      ? through.then((rest) => this.#finish(rest))
      : this.#finish(through);
  }

  async flush(): Promise<OutboundResult> {
    return this.#finish(await this.#steps.flush());
  }

  #finish(records: readonly FlowRecord[]): Awaitable<OutboundResult> {
    const result: OutboundResult = { records: [], parked: [], filtered: 0 };
    const targets = this.#targets;
    if (targets) return this.#toTarget(records, targets, result);
    for (const record of records) {
      this.#steps.tally.through(record);
      if (!record.faults) result.records.push(record.value);
      else park(record, record.faults, result);
    }
    result.filtered = this.#steps.tally.takeFiltered();
    return result;
  }

  async #toTarget(
    records: readonly FlowRecord[],
    targets: readonly SinkTarget[],
    result: OutboundResult,
  ): Promise<OutboundResult> {
    for (const record of records) {
      this.#steps.tally.through(record);
      if (record.faults) {
        park(record, record.faults, result);
        continue;
      }
      const { values, faults } = await takenBy(record, targets);
      if (faults.length > 0) park(record, faults, result);
      else if (values) result.records.push(...values);
    }
    result.filtered = this.#steps.tally.takeFiltered();
    return result;
  }
}

function park(record: FlowRecord, faults: readonly Fault[], { parked }: OutboundResult): void {
  parked.push({
    faults: faults.map((fault) => atRecord(fault, record)),
    value: record.source,
  });
}

/** What a flow without steps makes of events. */
const asTheyAre = (events: readonly Envelope[]): OutboundResult => ({
  records: events.map(({ data }) => data as unknown as RecordValue),
  parked: [],
  filtered: 0,
});

/** Steps of outbound flows see the data of an event, and its envelope as `$event`. */
function runOnce(run: RowsRun, events: readonly Envelope[]): Awaitable<OutboundResult> {
  const rows = events.map((event) => ({
    value: event.data as unknown as RecordValue,
    source: event as unknown as RecordValue,
  }));
  return Promise.resolve(run.give(rows)).then(async (first) => {
    const last = await run.flush();
    return {
      records: [...first.records, ...last.records],
      parked: [...first.parked, ...last.parked],
      filtered: first.filtered + last.filtered,
    };
  });
}
