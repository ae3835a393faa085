/** One payload up to a stage of its flow: records are handed on to its queue, or are parked. */
import type { Fault } from '../errors.ts';
import { handedText } from '../handedBatch.ts';
import type { FlowRecord, SourceRecord } from '../ports.ts';
import type { Awaitable, InboundResult, InboundRun } from './compiledFlow.ts';
import type { ReadField } from './FieldWatch.ts';
import { begun, membersOf, recordParked } from './MessagesRun.ts';
import { neverSeen } from './neverSeen.ts';
import type { StagedSteps } from './StagedSteps.ts';

export interface BorderParts {
  /** Up to the stage, with it. */
  steps: StagedSteps;
  queue: string;
  begin(read: SourceRecord): FlowRecord;
  /** Of fields that no record had, those whose absence is to be told. */
  wanted(fields: ReadField[]): ReadField[];
}

export class BorderRun implements InboundRun {
  readonly #parts: BorderParts;
  /** Of what it has handed on: a name for each, the same whenever the payload comes again. */
  #count = 0;

  constructor(parts: BorderParts) {
    this.#parts = parts;
  }

  push(records: readonly SourceRecord[]): Awaitable<InboundResult> {
    const { steps, begin } = this.#parts;
    const through = steps.push(begun(records, steps.tally, begin));
    return through instanceof Promise
      ? through.then((late) => this.#result(late))
      : this.#result(through);
  }

  async *flush(): AsyncGenerator<InboundResult> {
    for await (const records of this.#parts.steps.flush()) yield this.#result(records);
  }

  get gathers(): boolean {
    return this.#parts.steps.gathers;
  }

  told(): Fault[] {
    return neverSeen(this.neverSeen());
  }

  neverSeen(): readonly ReadField[] {
    return this.#parts.wanted(this.#parts.steps.neverSeen());
  }

  close(): Promise<void> {
    return this.#parts.steps.close();
  }

  #result(records: readonly FlowRecord[]): InboundResult {
    const { tally } = this.#parts.steps;
    const result: InboundResult = { messages: [], parked: [], filtered: 0 };
    for (const record of records) {
      if (record.faults) result.parked.push(recordParked(record, record.faults, tally));
      else this.#handOn(record, result);
    }
    result.filtered = tally.takeFiltered();
    const droppedParts = tally.takeDroppedParts();
    if (droppedParts > 0) result.droppedParts = droppedParts;
    return result;
  }

  #handOn(record: FlowRecord, result: InboundResult): void {
    const { key: keyed, ...given } = record.staged ?? {};
    const { value, source, record: number, line, members, payload } = record;
    this.#count += 1;
    const part = `s${this.#count}`;
    const key = keyed === undefined ? part : String(keyed);
    const json = handedText({
      ...{ part, key, value, record: number, given },
      ...(source === value ? {} : { source }),
      ...(line === undefined ? {} : { line }),
      ...(members ? { members } : {}),
      ...(payload ? { payload } : {}),
    });
    result.handed ??= [];
    const facts = {
      records: this.#parts.steps.tally.through(record),
      members: membersOf(record),
    };
    result.handed.push({ queue: this.#parts.queue, key, json, record: number, ...facts });
  }
}
