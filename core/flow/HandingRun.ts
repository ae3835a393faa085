/** One payload whose records are handed on, each as a whole, or are parked. */
import { type Fault, faultOf, isRetryable } from '../errors.ts';
import type { FlowRecord, SourceRecord } from '../ports.ts';
import type { Awaitable, HandedRecord, InboundResult, InboundRun } from './compiledFlow.ts';
import type { ReadField } from './FieldWatch.ts';
import { handedFault } from './MadeThing.ts';
import { begun, membersOf, recordParked } from './MessagesRun.ts';
import { neverSeen } from './neverSeen.ts';
import type { StagedSteps } from './StagedSteps.ts';

/** To whom records are handed. */
export interface Handing {
  /** What is handed on of a record; of none the record is left out, and counted with what filters dropped. */
  handed(record: FlowRecord): Awaitable<Handed[]>;
}

export type Handed = Pick<HandedRecord, 'queue' | 'key' | 'json'>;

export interface HandingParts {
  steps: StagedSteps;
  hand: Handing;
  begin(read: SourceRecord): FlowRecord;
  /** Of fields that no record had, those whose absence is to be told. */
  wanted(fields: ReadField[]): ReadField[];
}

export class HandingRun implements InboundRun {
  readonly #parts: HandingParts;

  constructor(parts: HandingParts) {
    this.#parts = parts;
  }

  async push(records: readonly SourceRecord[]): Promise<InboundResult> {
    const { steps, begin } = this.#parts;
    return this.#result(await steps.push(begun(records, steps.tally, begin)));
  }

  async *flush(): AsyncGenerator<InboundResult> {
    for await (const records of this.#parts.steps.flush()) yield await this.#result(records);
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

  async #result(records: readonly FlowRecord[]): Promise<InboundResult> {
    const { tally } = this.#parts.steps;
    const result: InboundResult = { messages: [], parked: [], filtered: 0 };
    for (const record of records) {
      if (record.faults && !record.staged)
        result.parked.push(recordParked(record, record.faults, tally));
      else await this.#handOn(record, result);
    }
    result.filtered += tally.takeFiltered();
    const droppedParts = tally.takeDroppedParts();
    if (droppedParts > 0) result.droppedParts = droppedParts;
    return result;
  }

  async #handOn(record: FlowRecord, result: InboundResult): Promise<void> {
    const { tally } = this.#parts.steps;
    let all: Handed[];
    try {
      all = await this.#parts.hand.handed(record);
    } catch (error) {
      if (isRetryable(faultOf(error))) throw error;
      result.parked.push(recordParked(record, [faultOf(error)], tally));
      return;
    }
    const { record: number } = record;
    const oversize = all.flatMap(({ json }) => handedFault({ json, record: number }) ?? []);
    if (oversize.length > 0) {
      result.parked.push(recordParked(record, oversize, tally));
      return;
    }
    const records = tally.through(record);
    if (all.length === 0) result.filtered += records;
    for (const [index, one] of all.entries()) {
      result.handed ??= [];
      // The first of them accounts for the record.
      const counted = index === 0 ? { records } : { records: 0, isCopy: true as const };
      result.handed.push({ ...one, record: record.record, members: membersOf(record), ...counted });
    }
  }
}
