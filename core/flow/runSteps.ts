/** Batches of records through the steps of one flow, in order, each record to its end. */
import { type Fault, faultOf } from '../errors.ts';
import type { Emit, FlowRecord, RecordValue, Step } from '../ports.ts';
import { AskedTogether } from './AskedTogether.ts';
import type { Awaitable } from './compiledFlow.ts';
import { DropTally } from './dropTally.ts';
import type { RecordWatch } from './FieldWatch.ts';
import type { StepInputs } from './stepInputs.ts';
import type { Turns } from './Turns.ts';

/** Asks for a step, whoever answers. */
type Ask = (questions: readonly unknown[]) => Promise<readonly unknown[]>;

/** A step of one run, with what the engine brings to it. */
export interface RunningStep {
  step: Step;
  inputs: StepInputs;
  /** What none of the records had so far. */
  watch?: RecordWatch | undefined;
  /** Questions that are asked for a whole batch: the input, who answers, the value that takes it. */
  need?: { question: string; ask: Ask; answer: string } | undefined;
}

/** The values of the inputs for one record, and what failed among them. */
interface Evaluated {
  values: RecordValue;
  faults: Fault[];
}

const nothing: Evaluated = { values: {}, faults: [] };

/** Records between two looks at the clock. */
export const RECORDS_PER_LOOK = 8;

export class StepRun {
  readonly tally: DropTally;
  readonly #steps: readonly RunningStep[];
  readonly #turns: Turns;
  /** With whom the record asks of whose list these are the elements. */
  readonly #around: AskedTogether | undefined;
  /** Values of the record that was reached, where one of its expressions takes long. */
  #late: { values: Promise<RecordValue>; faults: Fault[] } | undefined;

  constructor(
    steps: readonly RunningStep[],
    turns: Turns,
    tally = new DropTally(),
    around?: AskedTogether,
  ) {
    this.#around = around;
    this.#steps = steps;
    this.#turns = turns;
    this.tally = tally;
  }

  /** At once, unless a step waits or the turn is over. */
  push(records: FlowRecord[]): Awaitable<FlowRecord[]> {
    let current = records;
    for (let index = 0; index < this.#steps.length; index += 1) {
      const running = this.#steps[index]!;
      if (waits(running)) return this.#later(current, index);
      const given: FlowRecord[] = [];
      const reached = this.#through(running, current, given, 0);
      if (reached < current.length) return this.#later(current, index, given, reached);
      current = given;
    }
    return current;
  }

  /** What steps held back, each through the steps after it. */
  async flush(): Promise<FlowRecord[]> {
    let held: FlowRecord[] = [];
    for (const running of this.#steps) {
      const given = await this.#step(running, held);
      running.step.flush?.((record) => given.push(record));
      held = given;
    }
    return held;
  }

  async #later(
    records: FlowRecord[],
    first: number,
    given: FlowRecord[] = [],
    reached = 0,
  ): Promise<FlowRecord[]> {
    let current = await this.#step(this.#steps[first]!, records, given, reached);
    for (const running of this.#steps.slice(first + 1)) {
      current = await this.#step(running, current);
    }
    return current;
  }

  /** The one place in which a flow waits: for the library, for answers, for the turns of others. */
  async #step(
    running: RunningStep,
    records: readonly FlowRecord[],
    given: FlowRecord[] = [],
    from = 0,
  ): Promise<FlowRecord[]> {
    const ready = waits(running) ? await this.#evaluated(running, records) : undefined;
    let reached = from;
    while (reached < records.length) {
      if (this.#late) {
        const { values, faults } = this.#late;
        this.#late = undefined;
        const emit: Emit = (record) => given.push(record);
        this.#one(running.step, records[reached]!, await values, faults, given, emit);
        reached += 1;
        continue;
      }
      if (this.#turns.due()) await this.#turns.next();
      reached = this.#through(running, records, given, reached, ready);
    }
    return given;
  }

  async #evaluated(
    running: RunningStep,
    records: readonly FlowRecord[],
  ): Promise<readonly Evaluated[]> {
    const one = (record: FlowRecord) => evaluated(running, record);
    if (running.inputs.asks) return AskedTogether.all(records, one, this.#turns, this.#around);
    const all: Evaluated[] = [];
    for (const record of records) all.push(await evaluated(running, record));
    const { need } = running;
    if (need) await answer(need, all, this.#around);
    return all;
  }

  /**
   * Gives the position that it reached when the turn was over: at least one further than `from`, unless
   * what the record there needs comes late.
   */
  #through(
    { step, inputs, watch }: RunningStep,
    records: readonly FlowRecord[],
    given: FlowRecord[],
    from: number,
    ready?: readonly Evaluated[],
  ): number {
    const emit: Emit = (record) => {
      given.push(record);
    };
    let faults: Fault[] = [];
    for (let index = from; index < records.length; index += 1) {
      const looks = index % RECORDS_PER_LOOK === 0 || this.#turns.hasWorked;
      if (index > from && looks && this.#turns.due()) return index;
      const record = records[index]!;
      if (record.faults && !step.seesFaults) {
        given.push(record);
      } else if (ready) {
        const evaluated = ready[index]!;
        this.#one(step, record, evaluated.values, evaluated.faults, given, emit);
      } else {
        if (faults.length > 0) faults = [];
        watch?.see(record);
        const values = inputs.evaluate(record, faults, watch);
        if (values instanceof Promise) {
          this.#late = { values, faults };
          return index;
        }
        this.#one(step, record, values, faults, given, emit);
      }
    }
    return records.length;
  }

  #one(
    step: Step,
    record: FlowRecord,
    values: RecordValue,
    faults: Fault[],
    given: FlowRecord[],
    emit: Emit,
  ): void {
    if (faults.length > 0) {
      // What was wrong before comes first; what follows from it says nothing new.
      if (record.faults === undefined) record.faults = faults;
      else if (record.breaksRules) record.faults = [...record.faults, ...faults];
      if (!step.seesFaults) {
        given.push(record);
        return;
      }
    }
    const before = given.length;
    try {
      step.push(record, values, emit);
      this.#count(step, record, given.length - before);
    } catch (error) {
      given.length = before;
      record.faults = [faultOf(error)];
      given.push(record);
    }
  }

  /** Steps that see faults (map, group) hold records back; no other record goes without a trace. */
  #count(step: Step, record: FlowRecord, parts: number): void {
    if (parts !== 1 && !step.seesFaults) this.tally.replaced(record, parts);
  }
}

/** Whether a step is evaluated for a whole batch before the first record goes through it. */
const waits = ({ inputs, need }: RunningStep): boolean =>
  inputs.wait || inputs.asks || need !== undefined;

async function evaluated(
  { step, inputs, watch }: RunningStep,
  record: FlowRecord,
): Promise<Evaluated> {
  if (record.faults && !step.seesFaults) return nothing;
  const faults: Fault[] = [];
  watch?.see(record);
  return { values: await inputs.evaluate(record, faults, watch), faults };
}

async function answer(
  need: NonNullable<RunningStep['need']>,
  all: readonly Evaluated[],
  around: AskedTogether | undefined,
): Promise<void> {
  const { question, answer: name } = need;
  const asking = all.filter(({ values }) => values[question] !== undefined);
  if (asking.length === 0) return;
  const questions = asking.map(({ values }) => values[question]);
  const answers = await (around ? around.ask(need, questions) : need.ask(questions));
  for (const [index, { values }] of asking.entries()) values[name] = answers[index];
}

/** A fault with the place of the record in its payload. */
export function atRecord(fault: Fault, record: { record: number; line?: number }): Fault {
  if (fault.at?.record !== undefined) return fault;
  const line = record.line === undefined ? {} : { line: record.line };
  return { ...fault, at: { ...fault.at, record: record.record, ...line } };
}
