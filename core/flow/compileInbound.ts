/** Flows into stock: records become canonical commands, or are parked. */
import { hash } from 'node:crypto';
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { type CommandType, contentOf, type MessageData } from '../message.ts';
import type { Expression, FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { memberOf } from '../steps/split.ts';
import { Undecided } from '../steps/Undecided.ts';
import type { Awaitable, InboundFlow, InboundResult, InboundRun } from './compiledFlow.ts';
import { type CompiledKey, compileKey } from './compileKey.ts';
import { distinctMembers } from './dropTally.ts';
import type { FromEnd, ToEnd } from './endFields.ts';
import { variablesOf } from './expression/compileExpression.ts';
import type { ReadField } from './FieldWatch.ts';
import { compileFinalize, type Finalize, isOfOneField } from './finalize.ts';
import {
  type CompiledSteps,
  compileSteps,
  type FlowUnit,
  refuseFields,
  resolveEndpoint,
} from './flowUnit.ts';
import { lintColumns } from './lintColumns.ts';
import { neverSeen } from './neverSeen.ts';
import { recordRead } from './recordRead.ts';
import { atRecord, RECORDS_PER_LOOK } from './runSteps.ts';
import { StagedSteps } from './StagedSteps.ts';
import { SourceFields } from './sourceFields.ts';
import { knownFields } from './stepShapes.ts';
import type { Turns } from './Turns.ts';

interface CompiledRoute {
  type: CommandType;
  when: Expression | undefined;
  finalize: Finalize;
}

export function compileInbound(
  unit: FlowUnit,
  from: Extract<FromEnd, { form: 'connector' }>,
  to: Extract<ToEnd, { form: 'message' }>,
): InboundFlow | undefined {
  const { flow, context } = unit;
  refuseFields(unit, ['write', 'query', 'batch', 'retry'], 'a flow into stock');
  if (!flow.read) {
    unit.report({
      path: ['from'],
      code: 'CONFIG_MISSING_FIELD',
      message: "'read' is missing",
      todo: `add 'read:' with the format, such as 'read: ${context.parts.codecs[0]?.name ?? 'csv'}'`,
    });
  }
  unit.lets.declare(unit);
  const endpoint = resolveEndpoint(unit, from, 'from');
  const shapes = [...new Set(to.routes.map((route) => route.type))].map(
    (type) => context.shapes.get(type)!,
  );
  const reads = new SourceFields();
  const steps = compileSteps(unit, variablesOf.inbound, shapes, { reads });
  const routes = compileRoutes(unit, to, steps, reads);
  const key = compileKey(unit, steps, reads);
  if (!flow.read) return undefined;
  const { name, spec, options } = flow.read;
  const codec = spec.codec(options, undefined);
  const { yaml, report } = unit;
  lintColumns({ yaml, report, codec, reads, made: steps.shape, given: steps.given }, shapes);
  if (!key) return undefined;
  const read = {
    name,
    contentType: spec.contentType,
    extension: spec.extension,
    codec: codec.requireColumns?.(reads.names()) ?? codec,
  };
  return {
    direction: 'inbound',
    name: flow.flow,
    about: flow.about,
    file: unit.yaml.file,
    source: flow.source ?? flow.flow,
    from: endpoint,
    fromAt: unit.yaml.placeOf(['from']),
    read,
    allow: flow.allow,
    types: [...new Set(routes.map((route) => route.type))],
    makeRun: (spool) =>
      new Run(
        new StagedSteps(steps.make(), context.turns, spool, steps.sources),
        routes,
        key,
        context.turns,
        // A payload that lacks a column that is read is refused, but for those that may be missing.
        (fields) =>
          codec.requireColumns ? [] : fields.filter(({ name }) => !steps.asked.has(name)),
      ),
  };
}

function compileRoutes(
  unit: FlowUnit,
  to: Extract<ToEnd, { form: 'message' }>,
  { shape: made, clock, sources }: CompiledSteps,
  reads: SourceFields,
): CompiledRoute[] {
  const { ajv, shapes, checks } = unit.context;
  const known = knownFields(made);
  return to.routes.map(({ when, type }, index) => {
    const test =
      when === undefined
        ? undefined
        : unit.expression(when, ['to', index, 'when'], variablesOf.inbound, known, 'test');
    if (test) {
      const ast = unit.lets.putIn(test.ast, 'source');
      reads.inRecord(ast, ['to', index, 'when'], made);
      clock.refuseTest(ast, ['to', index, 'when'], made, unit.report);
      sources.see(ast, ['to', index, 'when'], made, unit.report);
    }
    if (when === undefined && index < to.routes.length - 1) {
      unit.report({
        path: ['to', index],
        code: 'CONFIG_BAD_VALUE',
        message: 'a route without `when` takes every record, so that those after it get none',
        todo: 'move it to the end',
      });
    }
    const shape = shapes.get(type)!;
    const validate = ajv.getSchema(type)!;
    return {
      type: shape.type,
      when: test?.evaluate,
      finalize: compileFinalize(shape, validate, checks, made.fields.has('lines')),
    };
  });
}

class Run implements InboundRun {
  readonly #steps: StagedSteps;
  readonly #routes: readonly CompiledRoute[];
  readonly #key: CompiledKey;
  readonly #turns: Turns;

  readonly #wanted: (fields: ReadField[]) => ReadField[];

  constructor(
    steps: StagedSteps,
    routes: readonly CompiledRoute[],
    key: CompiledKey,
    turns: Turns,
    wanted: (fields: ReadField[]) => ReadField[],
  ) {
    this.#steps = steps;
    this.#wanted = wanted;
    this.#routes = routes;
    this.#key = key;
    this.#turns = turns;
  }

  push(records: readonly SourceRecord[]): Awaitable<InboundResult> {
    const taken: FlowRecord[] = [];
    for (const record of records) {
      if (record.passedOver) this.#steps.tally.passOver();
      else taken.push(begin(record));
    }
    const through = this.#steps.push(taken);
    return through instanceof Promise
      ? through.then((rest) => this.#finish(rest))
      : this.#finish(through);
  }

  async *flush(): AsyncGenerator<InboundResult> {
    for await (const records of this.#steps.flush()) yield this.#finish(records);
  }

  get gathers(): boolean {
    return this.#steps.gathers;
  }

  told(): Fault[] {
    return neverSeen(this.#wanted(this.#steps.neverSeen()));
  }

  close(): Promise<void> {
    return this.#steps.close();
  }

  #finish(records: readonly FlowRecord[]): Awaitable<InboundResult> {
    return this.#from(0, records, { messages: [], parked: [], filtered: 0 });
  }

  /** At once, but for expressions that wait and for the turns of others. */
  #from(
    first: number,
    records: readonly FlowRecord[],
    result: InboundResult,
  ): Awaitable<InboundResult> {
    for (let index = first; index < records.length; index += 1) {
      if (index % RECORDS_PER_LOOK === 0 && this.#turns.due()) {
        return this.#turns.next().then(() => this.#from(index, records, result));
      }
      const waiting = this.#one(records[index]!, result);
      if (waiting) return waiting.then(() => this.#from(index + 1, records, result));
    }
    result.filtered = this.#steps.tally.takeFiltered();
    const droppedParts = this.#steps.tally.takeDroppedParts();
    if (droppedParts > 0) result.droppedParts = droppedParts;
    return result;
  }

  #one(record: FlowRecord, result: InboundResult): Promise<void> | undefined {
    if (record.faults) {
      this.#park(record, this.#allFaults(record, record.faults), result);
      return undefined;
    }
    const route = attempt(() => this.#route(record, 0));
    const id = attempt(() => this.#id(record));
    if (!(route instanceof Promise) && !(id instanceof Promise)) {
      this.#send(record, route, id, result);
      return undefined;
    }
    return Promise.all([route, id]).then(([toRoute, withId]) =>
      this.#send(record, toRoute, withId, result),
    );
  }

  /**
   * With what else is wrong with it, so that one attempt tells all. What was read badly, or is no single
   * field, would make faults that only follow from it.
   */
  #allFaults(record: FlowRecord, faults: readonly Fault[]): readonly Fault[] {
    const isOfFields = faults.every(
      ({ at, code }) => at?.field !== undefined || code === 'KEY_EMPTY',
    );
    if (!isOfFields || record.raw !== undefined || record.members) return faults;
    const all = [...faults];
    const add = (found: readonly Fault[]) =>
      all.push(...found.filter((fault) => !faults.some((known) => isOfOneField(fault, known))));
    try {
      const id = this.#id(record);
      // A key that runs in the library is not waited for: the record is parked without its fault, too.
      if (id instanceof Promise) id.catch(() => undefined);
    } catch (error) {
      add([faultOf(error)]);
    }
    const [route] = this.#routes;
    if (this.#routes.length === 1 && !route!.when) {
      const final = route!.finalize(record.value);
      if ('faults' in final) add(final.faults);
    }
    return all;
  }

  #route(record: FlowRecord, first: number): Awaitable<CompiledRoute> {
    for (let index = first; index < this.#routes.length; index += 1) {
      const route = this.#routes[index]!;
      if (!route.when) return route;
      const fits = route.when(record);
      if (fits instanceof Promise) {
        return fits.then((value) =>
          isRouted(value, route) ? route : this.#route(record, index + 1),
        );
      }
      if (isRouted(fits, route)) return route;
    }
    throw new StockbusError(
      'RECORD_INVALID',
      'none of the routes in `to` fits the record',
      undefined,
      {
        todo: 'Add a last route without `when`, or a filter before.',
      },
    );
  }

  #id(record: FlowRecord): Awaitable<string> {
    const { source, members } = record;
    const first = this.#keyOf(record, source, recordRead(record));
    // Of parts of a record that was split nobody knows what each was; else each row has the same key.
    if (!members || members.length === 1 || members[0]!.value !== source) return first;
    if (first instanceof Promise) return this.#sameLater(record, first, members);
    // One for all of them, since nothing of the key waits.
    const scope = { value: source, source, record: record.record, outer: record.value, root: source };
    for (let index = 1; index < members.length; index += 1) {
      const member = members[index]!;
      if (this.#key.isOfBoth(source, member.value)) continue;
      scope.value = member.value;
      scope.source = member.value;
      scope.root = member.value;
      refuseOther(first, this.#key.read(scope) as string, member);
    }
    return first;
  }

  async #sameLater(
    record: FlowRecord,
    first: Promise<string>,
    members: readonly SourceRecord[],
  ): Promise<string> {
    const id = await first;
    for (const member of members) {
      const { value } = member;
      refuseOther(id, await this.#keyOf(record, value, value), member);
    }
    return id;
  }

  /** The key over one of the records that it was made of. */
  #keyOf(
    { record, value: outer }: FlowRecord,
    source: RecordValue,
    root: RecordValue,
  ): Awaitable<string> {
    return this.#key.read({ value: source, source, record, outer, root });
  }

  /** Faults of route, key and message are shown together. */
  #send(
    record: FlowRecord,
    toRoute: Attempt<CompiledRoute>,
    withId: Attempt<string>,
    result: InboundResult,
  ): void {
    const final =
      'fault' in toRoute ? { faults: [toRoute.fault] } : toRoute.value.finalize(record.value);
    if ('fault' in toRoute || 'fault' in withId || 'faults' in final) {
      const faults = [
        ...('fault' in withId ? [withId.fault] : []),
        ...('faults' in final ? final.faults : []),
      ];
      this.#park(record, faults, result);
      return;
    }
    const { value: route } = toRoute;
    const { value: id } = withId;
    const dataJson = JSON.stringify(final.data);
    const told = final.told ? [...(record.told ?? []), ...final.told] : record.told;
    result.messages.push({
      type: route.type,
      id,
      data: final.data as unknown as MessageData[CommandType],
      dataJson,
      contenthash: hash('sha256', contentOf(route.type, dataJson)),
      record: record.record,
      records: this.#steps.tally.through(record),
      members: membersOf(record),
      ...(told ? { told: told.map((hint) => atRecord(hint, record)) } : {}),
    });
  }

  #park(record: FlowRecord, faults: readonly Fault[], result: InboundResult): void {
    const told = isEmptyRecord(record) ? [EMPTY] : faults;
    result.parked.push({
      faults: told.map((fault) => atRecord(fault, record)),
      record: record.record,
      records: this.#steps.tally.through(record),
      members: membersOf(record),
    });
  }
}

const EMPTY: Fault = { code: 'RECORD_EMPTY', message: 'the record is empty' };

/** It was read well, and nothing stands in any of its fields: all else that is wrong follows from that. */
function isEmptyRecord({ source, fault, members }: FlowRecord): boolean {
  if (fault || members) return false;
  const values = Object.values(source);
  return (
    values.length > 0 && values.every((value) => typeof value === 'string' && value.trim() === '')
  );
}

/** What something gave, or why it did not. */
type Attempt<Result> = { value: Result } | { fault: Fault };

function attempt<Result>(run: () => Awaitable<Result>): Awaitable<Attempt<Result>> {
  const failed = (error: unknown) => ({ fault: faultOf(error) });
  try {
    const value = run();
    return value instanceof Promise ? value.then((later) => ({ value: later }), failed) : { value };
  } catch (error) {
    return failed(error);
  }
}

function isRouted(fits: unknown, { type }: CompiledRoute): boolean {
  if (!(fits instanceof Undecided)) return fits === true;
  throw fits.thrown(`the route to ${type}`);
}

function refuseOther(first: string, other: string, { record, line }: SourceRecord): void {
  if (other === first) return;
  const message = `the key is '${first}' in one row of the document and '${other}' in another`;
  const at = { record, ...(line === undefined ? {} : { line }) };
  throw new StockbusError('GROUP_KEY_DIFFERS', message, at);
}

function begin(read: SourceRecord): FlowRecord {
  const record: FlowRecord = { value: read.value, source: read.value, record: read.record };
  if (read.line !== undefined) record.line = read.line;
  if (read.fault) {
    record.fault = read.fault;
    record.faults = [read.fault];
    record.torn = true;
  }
  if (read.raw !== undefined) record.raw = read.raw;
  return record;
}

const membersOf = (record: FlowRecord): readonly SourceRecord[] =>
  record.members ? distinctMembers(record.members) : [memberOf(record)];
