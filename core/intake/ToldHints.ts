import type { Code, Fault, Told } from '../errors.ts';
import { isHint } from '../errors.ts';

/** Hints of one payload: each code once, with its first place and how often it came. */
export class ToldHints {
  readonly #file: string;
  readonly #allowed: readonly Code[];
  readonly #told = new Map<Code, Told>();

  constructor(file: string, allowed: readonly Code[]) {
    this.#file = file;
    this.#allowed = allowed;
  }

  /** Anything but a hint that the flow does not allow is passed over. */
  add(hints: readonly Fault[]): void {
    for (const hint of hints) {
      if (!isHint(hint) || this.#allowed.includes(hint.code)) continue;
      const before = this.#told.get(hint.code);
      if (before) before.count += 1;
      else this.#told.set(hint.code, { ...hint, at: { file: this.#file, ...hint.at }, count: 1 });
    }
  }

  /** In the order of their first places. */
  list(): Told[] {
    return [...this.#told.values()];
  }
}
