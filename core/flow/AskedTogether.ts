/** Questions that the lists of several records ask, joined: one batch has one of them, and not each record. */

import type { Turns } from './Turns.ts';

/** Who answers; the same for all records of a step. */
export interface Answering {
  ask(questions: readonly unknown[]): Promise<readonly unknown[]>;
}

interface Waiting {
  questions: readonly unknown[];
  resolve(answers: readonly unknown[]): void;
  reject(error: unknown): void;
}

/** By the record that is evaluated: with whom it asks. */
const ofRecords = new WeakMap<object, AskedTogether>();

/**
 * Records of a batch that are evaluated side by side. Once each of them waits for an answer or is done, all
 * that was asked meanwhile goes out as one; where the batch itself is the list of a record, on to those that
 * this one is evaluated with.
 */
export class AskedTogether {
  readonly #outer: AskedTogether | undefined;
  #running: number;
  /** Of those that run, how many wait for an answer. */
  #blocked = 0;
  #waiting = new Map<Answering, Waiting[]>();
  #isAsking = false;

  private constructor(records: number, outer: AskedTogether | undefined) {
    this.#running = records;
    this.#outer = outer;
  }

  /** All of a batch side by side, in their order; `around`: with whom the record asks whose list they are. */
  static async all<Part extends object, Result>(
    records: readonly Part[],
    evaluate: (record: Part) => Promise<Result>,
    turns: Turns,
    around?: AskedTogether,
  ): Promise<Result[]> {
    const together = new AskedTogether(records.length, around);
    const all: Promise<Result>[] = [];
    for (const record of records) {
      if (turns.due()) await turns.next();
      all.push(together.#run(record, () => evaluate(record)));
    }
    return Promise.all(all);
  }

  /** With whom the lists of a record ask, while it is evaluated with others. */
  static of(record: object): AskedTogether | undefined {
    return ofRecords.get(record);
  }

  /** Elements that are evaluated one after another ask with whom their record asks. */
  static share(record: object, elements: readonly object[]): void {
    const together = ofRecords.get(record);
    if (together) for (const element of elements) ofRecords.set(element, together);
  }

  /** The first that fails may be seen by nobody before the last has begun. */
  #run<Result>(record: object, evaluate: () => Promise<Result>): Promise<Result> {
    ofRecords.set(record, this);
    const result = evaluate().finally(() => {
      ofRecords.delete(record);
      this.#running -= 1;
      this.#settle();
    });
    result.catch(() => undefined);
    return result;
  }

  ask(asked: Answering, questions: readonly unknown[]): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(asked) ?? [];
      waiting.push({ questions, resolve, reject });
      this.#waiting.set(asked, waiting);
      this.#blocked += 1;
      this.#settle();
    });
  }

  #settle(): void {
    if (!this.#isAsking && this.#blocked === this.#running && this.#waiting.size > 0)
      void this.#askAll();
  }

  /** One after another, since those around wait for one answer of each record. */
  async #askAll(): Promise<void> {
    this.#isAsking = true;
    const all = this.#waiting;
    this.#waiting = new Map();
    for (const [asked, waiting] of all) {
      const questions = waiting.flatMap((one) => one.questions);
      try {
        const answers = this.#outer
          ? await this.#outer.ask(asked, questions)
          : await asked.ask(questions);
        this.#blocked -= waiting.length;
        let from = 0;
        for (const one of waiting) {
          one.resolve(answers.slice(from, from + one.questions.length));
          from += one.questions.length;
        }
      } catch (error) {
        this.#blocked -= waiting.length;
        for (const one of waiting) one.reject(error);
      }
    }
    this.#isAsking = false;
    this.#settle();
  }
}
