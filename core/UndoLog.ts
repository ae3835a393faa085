/** Undoes something, given what it was. */
export type UndoStep<A, B, C, D> = (of: A, one: B, two: C, three: D) => void;

/** The step for what changes too seldom to have one of its own: fields as they were. */
export function assign<Of extends object>(of: Of, old: Partial<Of>): void {
  Object.assign(of, old);
}

/** Fields of one entry: the step and what it is to be called with. */
const WIDTH = 5;
/** Of a longer list another takes the place. */
const KEPT = 2_048 * WIDTH;

/**
 * How to take back what was decided, in one flat list: a step is a function of the module and up to four
 * values, so that a change leaves no closure behind. Most changes are never taken back.
 */
export class UndoLog {
  /** Beyond the mark is what was there before: the list is used again, for most documents are alike. */
  #steps: unknown[] = [];
  #mark = 0;

  add<A, B = undefined, C = undefined, D = undefined>(
    step: UndoStep<A, B, C, D>,
    of: A,
    one?: B,
    two?: C,
    three?: D,
  ): void {
    const steps = this.#steps;
    const at = this.#mark;
    steps[at] = step;
    steps[at + 1] = of;
    steps[at + 2] = one;
    steps[at + 3] = two;
    steps[at + 4] = three;
    this.#mark = at + WIDTH;
  }

  /** A mark to which `rollback` can go back. */
  get mark(): number {
    return this.#mark;
  }

  /** The last change first; all, unless a mark says up to where. */
  rollback(mark = 0): void {
    const steps = this.#steps;
    for (let index = this.#mark - WIDTH; index >= mark; index -= WIDTH) {
      const step = steps[index] as UndoStep<unknown, unknown, unknown, unknown>;
      step(steps[index + 1], steps[index + 2], steps[index + 3], steps[index + 4]);
    }
    this.#mark = mark;
  }

  clear(): void {
    this.#mark = 0;
    if (this.#steps.length > KEPT) this.#steps = [];
  }
}
