/** One payload on its way into stock: records become canonical commands, or are parked. */
import { hash } from 'node:crypto';
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { type CommandType, contentOf, type MessageData } from '../message.ts';
import type {
  Expression,
  FlowRecord,
  PayloadFacts,
  RecordValue,
  SourceRecord,
} from '../ports.ts';
import { memberOf } from '../steps/split.ts';
import { Undecided } from '../steps/Undecided.ts';
import type { Awaitable, InboundResult, InboundRun } from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import { distinctMembers } from './dropTally.ts';
import type { ReadField } from './FieldWatch.ts';
import { type Finalize, isOfOneField } from './finalize.ts';
import { neverSeen } from './neverSeen.ts';
import { recordRead } from './recordRead.ts';
import { atRecord, RECORDS_PER_LOOK } from './runSteps.ts';
import type { StagedSteps } from './StagedSteps.ts';
import type { Turns } from './Turns.ts';

/** One of the types that a flow makes. */
export interface CompiledRoute {
  type: CommandType;
  when: Expression | undefined;
  finalize: Finalize;
}

/** What the flow brings to the run of one payload. */
export interface RunParts {
  steps: StagedSteps;
  routes: readonly CompiledRoute[];
  key: CompiledKey;
  turns: Turns;
  /** Of fields that no record had, those whose absence is to be told. */
  wanted(fields: ReadField[]): ReadField[];
  /** Where the flow reads any of it. */
  payload: PayloadFacts | undefined;
  /** When it was received, where the flow reads that. */
  received: string | undefined;
}

/** Records of one payload through its steps, and what became of each. */
export class MessagesRun implements InboundRun {
  readonly #parts: RunParts;
  readonly #steps: StagedSteps;
  readonly #routes: readonly CompiledRoute[];
  readonly #key: CompiledKey;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#steps = parts.steps;
    this.#routes = parts.routes;
    this.#key = parts.key;
  }

  push(records: readonly SourceRecord[]): Awaitable<InboundResult> {
    const taken: FlowRecord[] = [];
    for (const record of records) {
      if (record.passedOver) this.#steps.tally.passOver();
      else taken.push(begin(record, this.#parts.payload));
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
    return neverSeen(this.#parts.wanted(this.#steps.neverSeen()));
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
      if (index % RECORDS_PER_LOOK === 0 && this.#parts.turns.due()) {
        return this.#parts.turns.next().then(() => this.#from(index, records, result));
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
    const { record: row, value: outer, payload } = record;
    const scope = { value: source, source, record: row, outer, root: source, payload };
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
    { record, value: outer, payload }: FlowRecord,
    source: RecordValue,
    root: RecordValue,
  ): Awaitable<string> {
    return this.#key.read({ value: source, source, record, outer, root, payload });
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
    const { data, enriched } = withoutReceived(final.data, this.#parts.received);
    const dataJson = JSON.stringify(data);
    const told = final.told ? [...(record.told ?? []), ...final.told] : record.told;
    result.messages.push({
      type: route.type,
      id,
      data: data as unknown as MessageData[CommandType],
      dataJson,
      ...(enriched ? { enriched } : {}),
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

/**
 * A date that is the time of intake stands beside the data, which then is the same when the payload comes
 * again: the document keeps the time of its first.
 */
function withoutReceived(
  data: RecordValue,
  received: string | undefined,
): { data: RecordValue; enriched?: { at: string } } {
  if (received === undefined || data.at !== received) return { data };
  const { at: _, ...rest } = data;
  return { data: rest, enriched: { at: received } };
}

function refuseOther(first: string, other: string, { record, line }: SourceRecord): void {
  if (other === first) return;
  const message = `the key is '${first}' in one row of the document and '${other}' in another`;
  const at = { record, ...(line === undefined ? {} : { line }) };
  throw new StockbusError('GROUP_KEY_DIFFERS', message, at);
}

function begin(read: SourceRecord, payload: PayloadFacts | undefined): FlowRecord {
  const record: FlowRecord = { value: read.value, source: read.value, record: read.record };
  if (payload) record.payload = payload;
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
