/** What records are after each step of a flow. */
import type { Place } from '../../errors.ts';
import type { Expression, FlowRecord, Step } from '../../ports.ts';
import type { FlowWatch } from './FlowWatch.ts';

export interface TracedStep {
  /** From 1, in the order of the flow. */
  number: number;
  name: string;
  at: Place;
}

/**
 * Keeps what the steps gave of the records that are asked for. Flows are small in steps and their authors
 * ask for few records; of a whole payload it keeps all of it.
 */
export class FlowTrace implements FlowWatch {
  readonly #isAsked: (record: number) => boolean;
  /** By file. */
  readonly #steps = new Map<string, TracedStep[]>();
  /** By step and record, what the step gave, as JSON of the moment. */
  readonly #given = new Map<TracedStep, Map<number, string[]>>();

  constructor(isAsked: (record: number) => boolean) {
    this.#isAsked = isAsked;
  }

  step(at: Place, name: string): (step: Step) => Step {
    const steps = this.#steps.get(at.file ?? '') ?? [];
    const traced = { number: steps.length + 1, name, at };
    this.#steps.set(at.file ?? '', [...steps, traced]);
    const given = new Map<number, string[]>();
    this.#given.set(traced, given);
    return (step) => this.#between(step, given);
  }

  condition(_at: Place, _text: string, evaluate: Expression): Expression {
    return evaluate;
  }

  branch(): () => void {
    return () => undefined;
  }

  target(): () => void {
    return () => undefined;
  }

  stepsOf(file: string): readonly TracedStep[] {
    return this.#steps.get(file) ?? [];
  }

  /** What a step gave that was made of the record: nothing where it was dropped or is bad. */
  given(step: TracedStep, record: number): unknown[] {
    const texts = this.#given.get(step)?.get(record) ?? [];
    return texts.map((text) => JSON.parse(text));
  }

  #between(step: Step, given: Map<number, string[]>): Step {
    const push = step.push.bind(step);
    const flush = step.flush?.bind(step);
    const join = step.join?.bind(step);
    step.push = (record, values, emit) =>
      push(record, values, (made) => {
        this.#keep(made, given);
        emit(made);
      });
    if (flush) {
      step.flush = (emit) =>
        flush((made) => {
          this.#keep(made, given);
          emit(made);
        });
    }
    if (join) {
      step.join = (parts) => {
        const joined = join(parts);
        for (const part of parts) for (const record of recordsOf(part)) given.delete(record);
        for (const made of joined) this.#keep(made, given);
        return joined;
      };
    }
    return step;
  }

  #keep(made: FlowRecord, given: Map<number, string[]>): void {
    const asked = recordsOf(made).filter(this.#isAsked);
    if (asked.length === 0) return;
    const text = JSON.stringify(made.value);
    for (const record of asked) given.set(record, [...(given.get(record) ?? []), text]);
  }
}

/** Of the payload, those that it was made of. */
const recordsOf = ({ record, members = [] }: FlowRecord): number[] => [
  ...new Set([record, ...members.map((member) => member.record)]),
];
