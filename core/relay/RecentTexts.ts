/**
 * Texts of messages that were committed a moment ago, so that relay need not make them again of what
 * lies in the store. What does not fit, or was committed by another process, it reads.
 */
export class RecentTexts {
  readonly #most: number;
  readonly #texts = new Map<string, string>();
  #characters = 0;

  constructor(mostCharacters: number) {
    this.#most = mostCharacters;
  }

  keep(id: string, text: string): void {
    if (this.#characters + text.length > this.#most) return;
    this.#texts.set(id, text);
    this.#characters += text.length;
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
