import type { Answers } from '../../ports.ts';
import { GivenAnswers } from './GivenAnswers.ts';
import type { FlowCase } from './testFields.ts';

/** The answers of the test that runs, for flows that are compiled once for all of them. */
export class AnswersOfCase {
  readonly #now: () => number;
  #given: GivenAnswers;

  constructor(now: () => number) {
    this.#now = now;
    this.#given = new GivenAnswers({}, 'given', now);
  }

  /** From now on those of this one. */
  begin({ answers }: Pick<FlowCase, 'answers'>): GivenAnswers {
    this.#given = new GivenAnswers(answers, 'given', this.#now);
    return this.#given;
  }

  /** As a view of flows takes it. */
  readonly answers =
    (port: string, own: Answers): Answers =>
    (questions, asking) =>
      this.#given.answers(port, own)(questions, asking);
}
