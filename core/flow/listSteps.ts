/** Steps that the elements of a list go through: those of flows, over other records. */
import { StockbusError } from '../errors.ts';
import type { ListStep, Shape } from '../ports.ts';
import type { ClockFields } from './ClockFields.ts';
import { DropTally } from './dropTally.ts';
import type { ListPlace, RecordWatch } from './FieldWatch.ts';
import { type RunningStep, StepRun } from './runSteps.ts';
import type { Turns } from './Turns.ts';
import type { StepsOfList } from './throughListSteps.ts';

/** Makes a step for one run. */
export interface StepMaker {
  (): RunningStep;
  /** It asks somebody, or a list in it does. */
  asks: boolean;
}

interface Around {
  /** The list, over whose elements the first of them works. */
  list: ListPlace;
  /** What is known of the record that has it. */
  shape: Shape;
  clock: ClockFields;
  turns: Turns;
  /** As a step of the flow is compiled, over elements of a shape that is known. */
  compileStep(step: ListStep, list: ListPlace): StepMaker;
}

export function compileListSteps(
  steps: readonly ListStep[],
  { list, shape, clock, turns, compileStep }: Around,
): StepsOfList {
  let elements = elementShape(list, shape);
  const { expression } = list;
  const makers = steps.map((step) => {
    const { path } = step.place;
    const before = { expression, path, elements };
    elements = step.spec.shape(step.options, elements, step.place);
    clock.follow(elements);
    const make = compileStep(step, before);
    const field = foundField(step);
    const { asks } = make;
    return { path, asks, make: field === undefined ? make : () => inField(make(), field) };
  });
  return {
    after: { expression, path: [...list.path, 'after'], elements },
    asks: makers.some(({ asks }) => asks),
    run(records, dropped, watch, together) {
      const running = makers.map(({ path, make }) => ({ ...make(), watch: watchAt(path, watch) }));
      const tally = new ElementTally();
      const run = new StepRun(running, turns, tally, together);
      const given = run.push(records);
      const end = async () => [...(await given), ...(await run.flush())];
      const told = <Result>(result: Result): Result => {
        if (tally.dropped > 0) dropped(tally.dropped);
        return result;
      };
      const holds = running.some(({ step }) => step.flush !== undefined);
      return given instanceof Promise || holds ? end().then(told) : told(given);
    },
  };
}

function elementShape({ expression, path }: ListPlace, around: Shape): Shape {
  const fields = around.lists.get(expression);
  return {
    of: `an element of '${expression}'`,
    others: fields ? 'none' : 'payload',
    fields: fields ?? new Map(),
    lists: new Map(),
    madeAt: path,
    whole: around.whole,
  };
}

/** The only field that a step finds, of which its faults speak. */
function foundField({ spec, options, place }: ListStep): string | undefined {
  const inputs = Object.values(spec.inputs(options, place));
  const found = new Set(inputs.flatMap((input) => ('finds' in input ? (input.finds ?? []) : [])));
  const [only] = found;
  return found.size === 1 ? only : undefined;
}

function inField(running: RunningStep, field: string): RunningStep {
  const { step } = running;
  const push = step.push.bind(step);
  step.push = (element, values, emit) => {
    try {
      push(element, values, emit);
    } catch (error) {
      const { fault } = error instanceof StockbusError ? error : { fault: undefined };
      if (fault) fault.at = { field, ...fault.at };
      throw error;
    }
  };
  return running;
}

/** Sees elements before one of the steps. */
const watchAt = (
  path: ListPlace['path'],
  watch: RecordWatch | undefined,
): RecordWatch | undefined =>
  watch && {
    see: (record) => {
      if (!record.faults) watch.seeElements(path, [record]);
    },
    seeElements: (list, elements) => watch.seeElements(list, elements),
    neverSeen: () => [],
  };

/** An element is no record of the payload: of those that are dropped only the number is told. */
class ElementTally extends DropTally {
  dropped = 0;

  override replaced(_element: unknown, count: number): void {
    if (count === 0) this.dropped += 1;
  }
}
