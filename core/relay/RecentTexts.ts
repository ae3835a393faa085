/**
 * Texts of messages that were committed a moment ago, so that relay need not make them again of what
 * lies in the store. The oldest make room for others: another process may have relayed them. What is not
 * here, it reads.
 */
export class RecentTexts {
  readonly #most: number;
  readonly #texts = new Map<string, string>();
  #characters = 0;

  constructor(mostCharacters: number) {
    this.#most = mostCharacters;
  }

  keep(id: string, text: string): void {
    this.forget(id);
    if (text.length > this.#most) return;
    this.#texts.set(id, text);
    this.#characters += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#characters <= this.#most) return;
      this.forget(oldest);
    }
  }

  get(id: string): string | undefined {
    return this.#texts.get(id);
  }

  forget(id: string): void {
    const text = this.#texts.get(id);
    if (text === undefined) return;
    this.#texts.delete(id);
    this.#characters -= text.length;
  }
}
