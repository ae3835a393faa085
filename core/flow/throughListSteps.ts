/** Elements of a list through their steps, and what is left of them through the map. */
import { type Fault, StockbusError } from '../errors.ts';
import type { FlowRecord, RecordValue, Scope } from '../ports.ts';
import { isObject } from '../spec.ts';
import { AskedTogether } from './AskedTogether.ts';
import type { Awaitable } from './compiledFlow.ts';
import type { ListPlace, RecordWatch } from './FieldWatch.ts';
import { noteOwnPlaces } from './ownPlaces.ts';

/** What elements of a list go through before they are mapped. */
export interface StepsOfList {
  /** What is known of elements after the last, and where that is. */
  after: ListPlace;
  /** Whether one of them asks somebody. */
  asks: boolean;
  /** Counts in `dropped` those of which nothing is left. */
  run(
    elements: FlowRecord[],
    dropped: (count: number) => void,
    watch: RecordWatch | undefined,
    together: AskedTogether | undefined,
  ): Awaitable<FlowRecord[]>;
}

export type FillElements = (
  elements: readonly FlowRecord[],
  faults: Fault[],
  watch?: RecordWatch,
) => Awaitable<RecordValue[]>;

/** What steps leave of elements is mapped; what is wrong with one is told at its own place. */
export function throughListSteps(
  steps: StepsOfList,
  { field, mapped }: { field: string; mapped: FillElements },
  elements: readonly FlowRecord[],
  scope: Scope,
  faults: Fault[],
  watch?: RecordWatch,
): Awaitable<RecordValue[]> {
  const record = scope as FlowRecord;
  const bad = elements.find(({ value }) => !isObject(value));
  if (bad) throw noFields(bad.index!);
  const dropped = (count: number): void => {
    record.droppedElements = (record.droppedElements ?? 0) + count;
  };
  const map = (given: readonly FlowRecord[]): Awaitable<RecordValue[]> => {
    const good = given.filter((element) => !element.faults);
    for (const { faults: own = [], index } of given) {
      faults.push(...own.map((fault) => ofElement(fault, field, index!)));
    }
    if (good.length < given.length) record.lacksElements = true;
    watch?.seeElements(steps.after.path, good);
    const filled = mapped(good, faults, watch);
    return filled instanceof Promise
      ? filled.then((late) => ownPlaces(late, good))
      : ownPlaces(filled, good);
  };
  const together = steps.asks ? AskedTogether.of(record) : undefined;
  const through = steps.run([...elements], dropped, watch, together);
  return through instanceof Promise ? through.then(map) : map(through);
}

function ownPlaces(list: RecordValue[], elements: readonly FlowRecord[]): RecordValue[] {
  noteOwnPlaces(
    list,
    elements.map(({ index }) => index!),
  );
  return list;
}

const ofElement = (fault: Fault, field: string, index: number): Fault => {
  const inside = fault.at?.field;
  const place = `${field}[${index}]${inside === undefined ? '' : `.${inside}`}`;
  return { ...fault, at: { ...fault.at, field: place } };
};

function noFields(index: number): StockbusError {
  const message = `element ${index + 1} of the list has no fields, and its steps work on fields`;
  const todo = 'Give it one, such as `each: epcList.{"epc": $}`.';
  return new StockbusError('RECORD_INVALID', message, undefined, { todo });
}
