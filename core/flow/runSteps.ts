/** Batches of records through the steps of one flow, in order, each record to its end. */
import { type Fault, faultOf } from '../errors.ts';
import type { Emit, FlowRecord, Step } from '../ports.ts';
import type { Awaitable } from './compiledFlow.ts';
import { DropTally } from './dropTally.ts';

export class StepRun {
  readonly tally = new DropTally();
  readonly #steps: readonly Step[];

  constructor(steps: readonly Step[]) {
    this.#steps = steps;
  }

  push(records: FlowRecord[]): Awaitable<FlowRecord[]> {
    return this.#from(records, 0);
  }

  /** What steps held back, each through the steps after it. */
  async flush(): Promise<FlowRecord[]> {
    let held: FlowRecord[] = [];
    for (const step of this.#steps) {
      const given: FlowRecord[] = [];
      const emit = into(given);
      for (const record of held) await this.#one(step, record, given, emit);
      await step.flush?.(emit);
      held = given;
    }
    return held;
  }

  #from(records: FlowRecord[], first: number): Awaitable<FlowRecord[]> {
    let current = records;
    for (let index = first; index < this.#steps.length; index += 1) {
      const step = this.#steps[index]!;
      const given: FlowRecord[] = [];
      const emit = into(given);
      for (let at = 0; at < current.length; at += 1) {
        const waiting = this.#one(step, current[at]!, given, emit);
        if (waiting) return this.#later(waiting, step, current, at + 1, given, index);
      }
      current = given;
    }
    return current;
  }

  /** The same, from a record on that makes the rest wait. */
  async #later(
    waiting: Promise<void>,
    step: Step,
    current: FlowRecord[],
    from: number,
    given: FlowRecord[],
    index: number,
  ): Promise<FlowRecord[]> {
    await waiting;
    const emit = into(given);
    for (let at = from; at < current.length; at += 1)
      await this.#one(step, current[at]!, given, emit);
    return this.#from(given, index + 1);
  }

  #one(step: Step, record: FlowRecord, given: FlowRecord[], emit: Emit): Promise<void> | undefined {
    if (record.faults && !step.seesFaults) {
      given.push(record);
      return undefined;
    }
    const before = given.length;
    try {
      const waiting = step.push(record, emit);
      if (waiting) {
        return waiting.then(
          () => this.#count(step, record, given.length - before),
          (error) => refuse(record, error, given, before),
        );
      }
      this.#count(step, record, given.length - before);
    } catch (error) {
      refuse(record, error, given, before);
    }
    return undefined;
  }

  /** Steps that see faults (map, group) hold records back; no other record goes without a trace. */
  #count(step: Step, record: FlowRecord, parts: number): void {
    if (parts !== 1 && !step.seesFaults) this.tally.replaced(record, parts);
  }
}

const into =
  (given: FlowRecord[]): Emit =>
  (record) => {
    given.push(record);
  };

function refuse(record: FlowRecord, error: unknown, given: FlowRecord[], before: number): void {
  given.length = before;
  record.faults = [faultOf(error)];
  given.push(record);
}

/** A fault with the place of the record in its payload. */
export function atRecord(fault: Fault, record: { record: number; line?: number }): Fault {
  if (fault.at?.record !== undefined) return fault;
  const line = record.line === undefined ? {} : { line: record.line };
  return { ...fault, at: { ...fault.at, record: record.record, ...line } };
}
