/** One payload on its way into stock: records become canonical commands, or are parked. */
import { hash } from 'node:crypto';
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { oversizeFault } from '../intake/messageFaults.ts';
import { type CommandType, contentOf, type MessageData } from '../message.ts';
import type { AboutPayload, FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { memberOf } from '../steps/split.ts';
import { AskedTogether } from './AskedTogether.ts';
import type {
  Awaitable,
  InboundMessage,
  InboundParked,
  InboundResult,
  InboundRun,
} from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import { type DropTally, distinctMembers } from './dropTally.ts';
import type { FieldWatch, ReadField } from './FieldWatch.ts';
import { isOfOneField } from './finalize.ts';
import { addThing, handedOf, type MadeThing, oversizeFaults, passedOf } from './MadeThing.ts';
import {
  type Attempt,
  attempt,
  type CompiledTarget,
  isRouted,
  type MadeMessage,
  type MadeOfRecord,
  type MessageTarget,
  madeOf,
} from './madeOf.ts';
import { neverSeen } from './neverSeen.ts';
import { PartNames } from './PartNames.ts';
import { keyOf } from './recordKey.ts';
import { atRecord, RECORDS_PER_LOOK } from './runSteps.ts';
import type { StagedSteps } from './StagedSteps.ts';
import type { Turns } from './Turns.ts';

/** What the flow brings to the run of one payload. */
export interface RunParts {
  steps: StagedSteps;
  targets: readonly CompiledTarget[];
  mode: 'first' | 'all';
  /** Of targets that have none of their own. */
  key: CompiledKey | undefined;
  turns: Turns;
  /** Of fields that no record had, those whose absence is to be told. */
  wanted(fields: ReadField[]): ReadField[];
  /** Where the flow reads any of it. */
  payload: AboutPayload | undefined;
  /** Whether the flow reads when it was received. */
  readsReceived: boolean;
  /** Behind a stage: begins with what left it. */
  begin?: (read: SourceRecord) => FlowRecord;
}

/** Records of one payload through its steps, and what became of each. */
export class MessagesRun implements InboundRun {
  readonly #parts: RunParts;
  readonly #steps: StagedSteps;
  /** Those that are messages: all of them, where each record is one at most. */
  readonly #targets: readonly MessageTarget[];
  readonly #names = new PartNames();
  /** Records so far of which several things were made. */
  #units = 0;
  /** True where each record is one message at most, under the key of the flow. */
  readonly #isPlain: boolean;
  /** Lists of a target ask somebody. */
  readonly #asks: boolean;
  /** Of the records of the batch, where that was made of all of them first. */
  #ready: (MadeOfRecord | undefined)[] | undefined;
  /** Of each target. */
  readonly #watches: readonly FieldWatch[];

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.#steps = parts.steps;
    const { targets, mode, key } = parts;
    this.#targets = targets.filter((one) => 'type' in one);
    this.#watches = targets.map(({ reads }) => reads.watch());
    this.#asks = targets.some(({ make }) => make?.asks === true);
    this.#isPlain =
      mode === 'first' && targets.every((one) => 'type' in one && !one.make && one.key === key);
  }

  push(records: readonly SourceRecord[]): Awaitable<InboundResult> {
    const { begin, payload } = this.#parts;
    const taken = begun(records, this.#steps.tally, begin ?? ((read) => beginRead(read, payload)));
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
    return neverSeen(this.neverSeen());
  }

  neverSeen(): readonly ReadField[] {
    const ofTargets = this.#watches.flatMap((watch) => watch.neverSeen());
    return this.#parts.wanted([...this.#steps.neverSeen(), ...ofTargets]);
  }

  close(): Promise<void> {
    return this.#steps.close();
  }

  #finish(records: readonly FlowRecord[]): Awaitable<InboundResult> {
    if (this.#asks) return this.#askedFirst(records);
    return this.#from(0, records, { messages: [], parked: [], filtered: 0 });
  }

  /** Lists of the targets ask once for all records, of which the targets are then told one after another. */
  async #askedFirst(records: readonly FlowRecord[]): Promise<InboundResult> {
    const { targets, mode, turns } = this.#parts;
    const make = async (record: FlowRecord) =>
      record.faults ? undefined : madeOf(record, targets, mode, this.#watches);
    this.#ready = await AskedTogether.all(records, make, turns);
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
      const waiting = this.#one(records[index]!, result, this.#ready?.[index]);
      if (waiting) return waiting.then(() => this.#from(index + 1, records, result));
    }
    result.filtered = this.#steps.tally.takeFiltered();
    const droppedParts = this.#steps.tally.takeDroppedParts();
    if (droppedParts > 0) result.droppedParts = droppedParts;
    return result;
  }

  #one(
    record: FlowRecord,
    result: InboundResult,
    ready: MadeOfRecord | undefined,
  ): Promise<void> | undefined {
    if (record.faults) {
      this.#park(record, this.#allFaults(record, record.faults), result);
      return undefined;
    }
    if (!this.#isPlain) return this.#toTargets(record, result, ready);
    const route = attempt(() => this.#route(record, 0));
    const id = attempt(() => keyOf(record, this.#parts.key!, record));
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
    const { raw, members, lacksElements } = record;
    if (!isOfFields || raw !== undefined || members || lacksElements) return faults;
    const all = [...faults];
    const add = (found: readonly Fault[]) =>
      all.push(...found.filter((fault) => !faults.some((known) => isOfOneField(fault, known))));
    const { key } = this.#parts;
    try {
      const id = key && keyOf(record, key, record);
      // A key that runs in the library is not waited for: the record is parked without its fault, too.
      if (id instanceof Promise) id.catch(() => undefined);
    } catch (error) {
      add([faultOf(error)]);
    }
    const [route] = this.#targets;
    if (this.#parts.targets.length === 1 && route && !route.when && !route.make) {
      const final = route.finalize(record.value);
      if ('faults' in final) add(final.faults);
    }
    return all;
  }

  #route(record: FlowRecord, first: number): Awaitable<MessageTarget> {
    for (let index = first; index < this.#targets.length; index += 1) {
      const route = this.#targets[index]!;
      if (!route.when) return route;
      const fits = route.when(record);
      if (fits instanceof Promise) {
        return fits.then((value) =>
          isRouted(value, route) ? route : this.#route(record, index + 1),
        );
      }
      if (isRouted(fits, route)) return route;
    }
    throw noneFits();
  }

  /** All that the targets make of a record, or it is parked with all that is wrong with any of it. */
  async #toTargets(
    record: FlowRecord,
    result: InboundResult,
    ready: MadeOfRecord | undefined,
  ): Promise<void> {
    const { targets, mode } = this.#parts;
    const { made, faults } = ready ?? (await madeOf(record, targets, mode, this.#watches));
    if (faults.length > 0) {
      this.#park(record, faults, result);
      return;
    }
    const members = membersOf(record);
    const own = made.map((one): MadeThing => {
      if ('sink' in one) {
        const part = this.#names.of(record.record, one.sink.name);
        return { kind: 'handed', thing: handedOf(record, one, part, members) };
      }
      if ('flow' in one) return { kind: 'passed', thing: passedOf(record, one, members) };
      return { kind: 'message', thing: this.#messageOf(record, one, members) };
    });
    const oversize = oversizeFaults(own);
    if (oversize.length > 0) {
      this.#park(record, oversize, result);
      return;
    }
    // The first of them accounts for the record.
    own[0]!.thing.records = this.#steps.tally.through(record);
    if (own.length > 1) {
      this.#units += 1;
      for (const { thing } of own) thing.unit = this.#units;
      own[0]!.thing.leads = true;
      for (const member of members) member.shared = true;
    }
    for (const one of own) addThing(one, result);
  }

  /** Faults of route, key and message are shown together. */
  #send(
    record: FlowRecord,
    toRoute: Attempt<MessageTarget>,
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
    const { type } = toRoute.value;
    const made = { type, id: withId.value, final };
    const message = this.#messageOf(record, made, membersOf(record));
    const oversize = oversizeFault(message);
    if (oversize) {
      this.#park(record, [oversize], result);
      return;
    }
    message.records = this.#steps.tally.through(record);
    result.messages.push(message);
  }

  /** It accounts for nothing yet. */
  #messageOf(
    record: FlowRecord,
    { type, id, final }: MadeMessage,
    members: readonly SourceRecord[],
  ): InboundMessage {
    const { data, enriched } = withoutReceived(
      final.data,
      this.#parts.readsReceived ? record.payload?.received : undefined,
    );
    const dataJson = JSON.stringify(data);
    const told = final.told ? [...(record.told ?? []), ...final.told] : record.told;
    return {
      type,
      id,
      data: data as unknown as MessageData[CommandType],
      dataJson,
      ...(enriched ? { enriched } : {}),
      contenthash: hash('sha256', contentOf(type, dataJson)),
      record: record.record,
      records: 0,
      members,
      ...(told ? { told: told.map((hint) => atRecord(hint, record)) } : {}),
    };
  }

  #park(record: FlowRecord, faults: readonly Fault[], result: InboundResult): void {
    result.parked.push(recordParked(record, faults, this.#steps.tally));
  }
}

export function recordParked(
  record: FlowRecord,
  faults: readonly Fault[],
  tally: DropTally,
): InboundParked {
  const told = isEmptyRecord(record) ? [EMPTY] : faults;
  return {
    faults: told.map((fault) => atRecord(fault, record)),
    record: record.record,
    records: tally.through(record),
    members: membersOf(record),
  };
}

const noneFits = (): StockbusError =>
  new StockbusError('RECORD_INVALID', 'none of the routes in `to` fits the record', undefined, {
    todo: 'Add a last route without `when`, or a filter before.',
  });

const EMPTY: Fault = { code: 'RECORD_EMPTY', message: 'the record is empty' };

/** It was read well, and nothing stands in any of its fields: all else that is wrong follows from that. */
function isEmptyRecord({ source, fault, members }: FlowRecord): boolean {
  if (fault || members) return false;
  const values = Object.values(source);
  return (
    values.length > 0 && values.every((value) => typeof value === 'string' && value.trim() === '')
  );
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

/** Records as steps take them, but for those that are none. */
export function begun(
  records: readonly SourceRecord[],
  tally: DropTally,
  begin: (read: SourceRecord) => FlowRecord,
): FlowRecord[] {
  const taken: FlowRecord[] = [];
  for (const record of records) {
    if (record.passedOver) tally.passOver();
    else taken.push(begin(record));
  }
  return taken;
}

export function beginRead(read: SourceRecord, payload: AboutPayload | undefined): FlowRecord {
  const record: FlowRecord = { value: read.value, source: read.value, record: read.record };
  if (payload) record.payload = payload;
  if (read.line !== undefined) record.line = read.line;
  if (read.fault) {
    record.fault = read.fault;
    record.faults = [read.fault];
    record.torn = true;
  }
  if (read.raw !== undefined) record.raw = read.raw;
  if ('members' in read) {
    record.members = read.members as SourceRecord[];
    // What was handed over, and not what the flow before had read.
    record.root = read.value;
  }
  return record;
}

export const membersOf = (record: FlowRecord): readonly SourceRecord[] =>
  record.members ? distinctMembers(record.members) : [memberOf(record)];
