import { useEffect, useState } from 'preact/hooks';

/** A value that several parts of the page look at. */
export class Store<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (value === this.#value) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState({});
  const drawn = store.value;
  useEffect(() => {
    const end = store.subscribe(() => redraw({}));
    // It may have been set after this was drawn, and before anybody listened.
    if (store.value !== drawn) redraw({});
    return end;
  }, [store]);
  return drawn;
}
