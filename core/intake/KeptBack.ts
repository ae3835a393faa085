/**
 * What is parked has no other effect. A business key that comes twice is known only once all of the payload is: what else
 * was made of the records of such messages is then kept back, before anything is published.
 */
import type { Fault } from '../errors.ts';
import type { HandedRecord, TakingFlow } from '../flow/compiledFlow.ts';
import type { HandedBatch, HandedBody } from '../handedBatch.ts';
import { type BatchPart, type PartCommand, sourceOf } from '../message.ts';
import type { SpooledBatch, SpooledHanded } from './BatchSpool.ts';
import { type KeyedMessage, type MessageKeys, noteKey, type Repetition } from './MessageKeys.ts';
import { repeatedFault } from './messageFaults.ts';
import { keyOfOther } from './publishBatches.ts';

export interface KeptThing {
  made: KeyedMessage;
  /** Its records are parked with it; left out: that is done elsewhere. */
  fault?: Fault;
}

/** Whether a message may have been made of its record besides, by its flow or by the one before. */
export const mayBeKeptBack = ({ unit, source, part }: HandedRecord): boolean =>
  part !== undefined && (unit !== undefined || source !== undefined);

export class KeptBack {
  /** By key, the messages that are not published. */
  readonly messages: Map<string, Repetition>;
  /** Records that are not handed on. */
  readonly #handed = new Set<string>();
  readonly #repetitions: ReadonlyMap<string, Repetition>;
  /** Of each flow behind, by its source: those before it. */
  readonly #before: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #own: string;
  /** Of which a message is parked. */
  readonly #units = new Set<string>();
  /** Numbers of the records that are parked, by the source of the flow that parks them. */
  readonly #records = new Map<string, Set<number>>();

  constructor(repetitions: ReadonlyMap<string, Repetition>, flow: TakingFlow) {
    this.#repetitions = repetitions;
    this.messages = new Map(repetitions);
    this.#own = flow.source;
    this.#before = flowsBefore(flow);
  }

  /** All that is kept back, in order. */
  async *of(keys: MessageKeys): AsyncGenerator<KeptThing> {
    if (this.#repetitions.size === 0) return;
    for await (const made of keys.of((one) => this.#isRepeated(one))) this.#noteParked(made);
    const told = new Set<string>();
    const isKept = (one: KeyedMessage): boolean =>
      this.#isRepeated(one) || this.#units.has(unitOf(one)) || this.#mayFollow(one);
    for await (const made of keys.of(isKept)) {
      const fault = this.#faultOf(made);
      if (fault === 'goes') continue;
      this.#keep(made);
      const unit = unitOf(made);
      const isTold = unit !== '' && told.has(unit);
      if (fault && unit !== '') told.add(unit);
      yield fault && !isTold ? { made, fault } : { made };
    }
  }

  hasHanded(queue: string, { part }: { part?: string }): boolean {
    return part !== undefined && this.#handed.has(JSON.stringify([queue, part]));
  }

  #isRepeated({ key, queue }: KeyedMessage): boolean {
    return queue === undefined && this.#repetitions.has(key);
  }

  #noteParked(made: KeyedMessage): void {
    const unit = unitOf(made);
    if (unit !== '') this.#units.add(unit);
    if (this.#before.size === 0) return;
    const source = made.source ?? this.#own;
    const records = this.#records.get(source) ?? new Set();
    for (const { record } of made.members) records.add(record);
    this.#records.set(source, records);
  }

  /** Whether it is of a flow behind one that parks records. */
  #mayFollow({ source }: KeyedMessage): boolean {
    return this.#parkedBefore(source).length > 0;
  }

  #parkedBefore(source: string | undefined): Set<number>[] {
    if (source === undefined) return [];
    return [...(this.#before.get(source) ?? [])].flatMap((name) => this.#records.get(name) ?? []);
  }

  /** Why its records are parked, where they are not yet; `goes` where it is not kept back. */
  #faultOf(made: KeyedMessage): Fault | 'goes' | undefined {
    if (this.#isRepeated(made)) return repeatedFault(made, this.#repetitions.get(made.key)!);
    if (this.#units.has(unitOf(made))) return undefined;
    const parked = this.#parkedBefore(made.source);
    const isParked = ({ record }: { record: number }): boolean =>
      parked.some((records) => records.has(record));
    const one = made.members.find(isParked);
    if (!one) return 'goes';
    if (made.members.every(isParked)) return undefined;
    const message = `record ${one.record}, of which it is made too, is parked: its key comes more than once in this payload`;
    return { code: 'KEY_REPEATED', message, at: { record: made.record } };
  }

  #keep(made: KeyedMessage): void {
    const { key, queue } = made;
    if (queue !== undefined) this.#handed.add(JSON.stringify([queue, key]));
    else if (!this.#repetitions.has(key)) noteKey(this.messages, made);
  }
}

const unitOf = ({ source = '', unit }: KeyedMessage): string =>
  unit === undefined ? '' : `${unit} ${source}`;

/** Of each flow that takes records over, all through which they may have come, by their sources. */
function flowsBefore({ source, handsTo, behind }: TakingFlow): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  const takers = (names: Iterable<string>) =>
    [...names].flatMap((name) => behind.find((one) => one.name === name) ?? []);
  // Each stands behind all that hand to it.
  for (const giver of [{ source, handsTo }, ...behind]) {
    for (const taker of takers(giver.handsTo.keys())) {
      const all = before.get(taker.source) ?? new Set();
      for (const name of [giver.source, ...(before.get(giver.source) ?? [])]) all.add(name);
      before.set(taker.source, all);
    }
  }
  return before;
}

/** The batches without what is kept back, and without the records that it accounted for. */
export async function* withoutKept(
  batches: AsyncIterable<SpooledBatch | SpooledHanded>,
  back: KeptBack,
  source: string,
): AsyncGenerator<SpooledBatch | SpooledHanded> {
  for await (const spooled of batches) {
    const rest = 'queue' in spooled ? handedWithout(spooled, back) : without(spooled, back, source);
    if (rest) yield rest;
  }
}

function without(spooled: SpooledBatch, { messages }: KeptBack, source: string): SpooledBatch {
  const part = JSON.parse(spooled.part.toString('utf8')) as BatchPart;
  let isWhole = true;
  part.commands = part.commands.filter((command) => {
    const repetition = messages.get(keyIn(part, command.id, source));
    if (!repetition) return true;
    part.records -= accounted(repetition, command);
    isWhole = false;
    return false;
  });
  if (isWhole) return spooled;
  // The seal was of another text: whoever books it looks at each command.
  const { partition } = spooled;
  return { partition, records: part.records, part: Buffer.from(JSON.stringify(part)) };
}

/** Nothing where nothing is left of it. */
function handedWithout({ queue, body }: SpooledHanded, back: KeptBack): SpooledHanded | undefined {
  const batch = JSON.parse(body.toString('utf8')) as HandedBatch;
  const isKept = (one: HandedBody & { part?: string }): boolean =>
    back.hasHanded(queue, one) || isCopyOf(one, back);
  const records = batch.records.filter((one) => !isKept(one));
  if (records.length === batch.records.length) return { queue, body };
  if (records.length === 0) return undefined;
  return { queue, body: Buffer.from(JSON.stringify({ ...batch, records })) };
}

/** Those who await a message of the flow get no copy of one that is parked. */
const isCopyOf = ({ id, from }: Partial<HandedBody>, { messages }: KeptBack): boolean =>
  id !== undefined && from !== undefined && messages.has(JSON.stringify(id));

function keyIn({ shared }: BatchPart, id: string, source: string): string {
  const other = shared?.source;
  if (other === undefined || other === sourceOf({ source })) return JSON.stringify(id);
  return keyOfOther(other.slice(sourceOf({ source: '' }).length), id);
}

/** Once for all parts of a record that was split. */
function accounted({ records }: Repetition, { record }: PartCommand): number {
  const count = records.get(record) ?? 0;
  records.set(record, 0);
  return count;
}
