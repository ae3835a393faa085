/** Which steps, conditions and messages of flows some payloads reached. */
import type { Place } from '../../errors.ts';
import type { Expression, Step } from '../../ports.ts';
import type { FlowWatch } from './FlowWatch.ts';

/** Something of a flow that is reached or is not. */
export interface CoveragePoint {
  at: Place;
  /** What it is when no payload reached it: `no record comes to the step map`. */
  unreached: string;
  isReached: boolean;
  /** Tests are to reach it; of samples nobody expects that. */
  ofTests?: true;
}

/**
 * Told while flows are compiled what there is, and while they run what was reached. Flows that are
 * compiled without one run as if there were none.
 */
export class FlowCoverage implements FlowWatch {
  readonly #points = new Map<string, CoveragePoint>();

  /** Of a step that is made anew for each payload. */
  step(at: Place, name: string): (step: Step) => Step {
    const point = this.#point(at, `no record comes to the step ${name}`);
    return (step) => {
      const push = step.push.bind(step);
      step.push = (record, values, emit) => {
        point.isReached = true;
        push(record, values, emit);
      };
      return step;
    };
  }

  /** Of a condition both outcomes are to be reached. */
  condition(at: Place, text: string, evaluate: Expression): Expression {
    const whenTrue = this.#point(at, `'${text}' is never true`);
    const whenFalse = this.#point(at, `'${text}' is never false`);
    const see = (value: unknown): unknown => {
      if (value === true) whenTrue.isReached = true;
      if (value === false) whenFalse.isReached = true;
      return value;
    };
    return (scope) => {
      const value = evaluate(scope);
      return value instanceof Promise ? value.then(see) : see(value);
    };
  }

  branch(at: Place, asked: string): (isTrue: boolean) => void {
    const whenTrue = this.#point(at, `nothing takes what follows where ${asked} is true`, true);
    const whenFalse = this.#point(at, `nothing takes what follows where ${asked} is false`, true);
    return (isTrue) => {
      (isTrue ? whenTrue : whenFalse).isReached = true;
    };
  }

  target(at: Place, type: string): () => void {
    const point = this.#point(at, `this target makes no ${type}`, true);
    return () => {
      point.isReached = true;
    };
  }

  /** That the flow in this file can make such a message, and whether it did. */
  message(at: Place, type: string, isReached: boolean): void {
    const point = this.#point(at, `no ${type} is made`);
    point.isReached ||= isReached;
  }

  /** By file and place; of the files that `isMeant` names. */
  points(isMeant: (file: string) => boolean = () => true): CoveragePoint[] {
    const meant = [...this.#points.values()].filter(({ at }) => isMeant(at.file ?? ''));
    return meant.sort(
      ({ at: one }, { at: other }) =>
        Number((one.file ?? '') > (other.file ?? '')) -
          Number((one.file ?? '') < (other.file ?? '')) ||
        (one.line ?? 0) - (other.line ?? 0) ||
        (one.column ?? 0) - (other.column ?? 0),
    );
  }

  /** The same point where a flow is compiled again, such as with tables of a test. */
  #point(at: Place, unreached: string, ofTests = false): CoveragePoint {
    const key = `${at.file}:${at.line}:${at.column} ${unreached}`;
    const known = this.#points.get(key);
    if (known) return known;
    const point: CoveragePoint = { at, unreached, isReached: false };
    if (ofTests) point.ofTests = true;
    this.#points.set(key, point);
    return point;
  }
}
