/** Rung when relay of this process gave numbers to events: whoever reads them looks now, and need not wait for his next look. */
export class RelayBell {
  readonly #listeners = new Set<() => void>();

  ring(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Until what it gives is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
}
