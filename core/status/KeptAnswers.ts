/** Answers that many look at and that cost something: asked for anew after a while, by whoever looks then. */
export class KeptAnswers {
  readonly #kept = new Map<string, { atMs: number; answer: Promise<unknown> }>();

  /** The last answer of the name, where it is not older than that. One that failed is none. */
  of<Answer>(
    name: string,
    { nowMs, forMs }: { nowMs: number; forMs: number },
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const known = this.#kept.get(name);
    if (known && Math.abs(nowMs - known.atMs) < forMs) return known.answer as Promise<Answer>;
    const answer = ask();
    const kept = { atMs: nowMs, answer };
    this.#kept.set(name, kept);
    answer.catch(() => {
      if (this.#kept.get(name) === kept) this.#kept.delete(name);
    });
    return answer;
  }
}
