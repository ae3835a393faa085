/** Flows out of the hub: events or rows of a query become records for somebody else. */
import { faultOf } from '../errors.ts';
import type { Envelope, EventType } from '../message.ts';
import type { FlowRecord, RecordValue, Shape, WriterFacts } from '../ports.ts';
import { factsOfReport } from '../reports/factsOfReport.ts';
import type { Query } from '../reports/Query.ts';
import { reportOf } from '../reports/reports.ts';
import { zoneOf } from '../zone.ts';
import type {
  Awaitable,
  OutboundResult,
  OutboundRun,
  PayloadFormat,
  ReportFlow,
  SubscriptionFlow,
} from './compiledFlow.ts';
import type { FromEnd, ToEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import { compileSteps, type FlowUnit, refuseFields, resolveEndpoint } from './flowUnit.ts';
import { atRecord, type RunningStep, StepRun } from './runSteps.ts';
import { knownFields, shapeOfNames, unknownShape } from './stepShapes.ts';
import type { Turns } from './Turns.ts';

type Sink = Extract<ToEnd, { form: 'connector' }>;

export function compileSubscription(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'events' }>,
  to: Sink,
): SubscriptionFlow | undefined {
  const { flow } = unit;
  const { turns } = unit.context;
  refuseFields(unit, ['read', 'query', 'let', 'key', 'mode', 'source'], 'a subscription');
  const { make: makeSteps } = compileSteps(unit, variablesOf.outbound, [], {
    coming: eventShape(unit, from),
  });
  const write = writeFormat(unit, {});
  const endpoint = resolveEndpoint(unit, to, 'to');
  if (!write) return undefined;
  return {
    direction: 'subscription',
    ...named(unit),
    topics: from.types as EventType[],
    write,
    to: endpoint,
    batch: flow.batch,
    retry: retryOf(unit),
    hasSteps: flow.steps.length > 0,
    run: (events) => {
      const steps = makeSteps();
      return steps.length === 0 ? asTheyAre(events) : runOnce(new RowsRun(steps, turns), events);
    },
  };
}

export function compileReport(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'schedule' }>,
  to: Sink,
): ReportFlow | undefined {
  const { flow } = unit;
  refuseFields(unit, ['read', 'let', 'key', 'mode', 'batch', 'source'], 'a report');
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
  const facts = flow.query ? factsOfReport(flow.query, unit.context.now()) : {};
  const write = writeFormat(unit, facts);
  const endpoint = resolveEndpoint(unit, to, 'to');
  if (!write || !flow.query) return undefined;
  return {
    direction: 'report',
    ...named(unit),
    schedule: from.cron,
    zone: from.zone,
    query: flow.query,
    ...(fields ? { fields: [...fields] } : {}),
    write,
    to: endpoint,
    retry: retryOf(unit),
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

const retryOf = ({ flow: { retry } }: FlowUnit) => ({
  attempts: retry.attempts,
  firstMs: retry.first,
  maxMs: Math.max(retry.first, retry.max),
});

/** `facts`: what is known of its payloads when they are written; what its options ask besides is a fault. */
function writeFormat(unit: FlowUnit, facts: WriterFacts): PayloadFormat | undefined {
  const { write } = unit.flow;
  if (!write) {
    unit.report({
      path: ['to'],
      onKey: true,
      code: 'CONFIG_MISSING_FIELD',
      message: "'write' is missing",
      todo: "add 'write:' with the format, such as 'write: json'",
    });
    return undefined;
  }
  const { name, spec, options } = write;
  const codec = spec.codec(undefined, options);
  const { contentType = spec.contentType } = codec;
  try {
    const writer = codec.writer(undefined, facts);
    const around = writer.begin() + writer.end();
    writer.bytes?.(around);
  } catch (error) {
    const { code, message, todo } = faultOf(error);
    unit.report({ path: ['write'], code, message, ...(todo === undefined ? {} : { todo }) });
  }
  return { name, contentType, extension: spec.extension, codec };
}

class RowsRun implements OutboundRun {
  readonly #steps: StepRun;
  #count = 0;

  constructor(steps: readonly RunningStep[], turns: Turns) {
    this.#steps = new StepRun(steps, turns);
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

  #finish(records: readonly FlowRecord[]): OutboundResult {
    const result: OutboundResult = { records: [], parked: [], filtered: 0 };
    for (const record of records) {
      this.#steps.tally.through(record);
      if (!record.faults) result.records.push(record.value);
      else {
        const faults = record.faults.map((fault) => atRecord(fault, record));
        result.parked.push({ faults, value: record.source });
      }
    }
    result.filtered = this.#steps.tally.takeFiltered();
    return result;
  }
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
