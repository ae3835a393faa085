/** Undoes something, given what it was. */
export type UndoStep<A, B, C, D> = (of: A, one: B, two: C, three: D) => void;

/** Fields of one entry: the step and what it is to be called with. */
const WIDTH = 5;

/**
 * How to take back what was decided, in one flat list: a step is a function of the module and up to four
 * values, so that a change leaves no closure behind. Most changes are never taken back.
 */
export class UndoLog {
  readonly #steps: unknown[] = [];

  add<A, B = undefined, C = undefined, D = undefined>(
    step: UndoStep<A, B, C, D>,
    of: A,
    one?: B,
    two?: C,
    three?: D,
  ): void {
    this.#steps.push(step, of, one, two, three);
  }

  /** A mark to which `rollback` can go back. */
  get mark(): number {
    return this.#steps.length;
  }

  /** The last change first. */
  rollback(mark: number): void {
    const steps = this.#steps;
    for (let index = steps.length - WIDTH; index >= mark; index -= WIDTH) {
      const step = steps[index] as UndoStep<unknown, unknown, unknown, unknown>;
      step(steps[index + 1], steps[index + 2], steps[index + 3], steps[index + 4]);
    }
    steps.length = mark;
  }

  clear(): void {
    this.#steps.length = 0;
  }
}
