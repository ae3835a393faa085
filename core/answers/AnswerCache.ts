/** An answer as it came, and its size. */
export interface KeptAnswer {
  /** As JSON; undefined: there is none. */
  text: string | undefined;
  /** When it came. */
  atMs: number;
}

/** What names and objects around an answer take, about. */
const ENTRY_BYTES = 200;

/** Answers by their question, bounded in count and bytes: what was not asked for longest goes first. */
export class AnswerCache {
  readonly #most: { answers: number; bytes: number };
  readonly #kept = new Map<string, KeptAnswer>();
  #bytes = 0;

  constructor(most: { answers: number; bytes: number }) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(question: string): KeptAnswer | undefined {
    const kept = this.#kept.get(question);
    if (!kept) return undefined;
    this.#kept.delete(question);
    this.#kept.set(question, kept);
    return kept;
  }

  keep(question: string, answer: KeptAnswer): void {
    this.#forget(question);
    this.#kept.set(question, answer);
    this.#bytes += bytesOf(question, answer);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most.answers && this.#bytes <= this.#most.bytes) break;
      this.#forget(oldest);
    }
  }

  #forget(question: string): void {
    const kept = this.#kept.get(question);
    if (!kept) return;
    this.#kept.delete(question);
    this.#bytes -= bytesOf(question, kept);
  }
}

/** Two bytes a character, at most. */
const bytesOf = (question: string, { text = '' }: KeptAnswer): number =>
  ENTRY_BYTES + 2 * (question.length + text.length);
