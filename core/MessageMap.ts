/** By source and id of a message, without a text made of the two. Most that come in a row have one source. */
export class MessageMap<Value> {
  readonly #bySource = new Map<string, Map<string, Value>>();
  #source = '';
  #ofSource: Map<string, Value> | undefined;

  get isEmpty(): boolean {
    return this.#bySource.size === 0;
  }

  get(source: string, id: string): Value | undefined {
    return this.#of(source)?.get(id);
  }

  set(source: string, id: string, value: Value): void {
    const ofSource = this.#of(source);
    if (ofSource) ofSource.set(id, value);
    else this.#bySource.set(source, new Map([[id, value]]));
  }

  delete(source: string, id: string): void {
    this.#of(source)?.delete(id);
  }

  /** What was there, which then is no more. */
  take(source: string, id: string): Value | undefined {
    const ofSource = this.#of(source);
    const value = ofSource?.get(id);
    if (value !== undefined) ofSource!.delete(id);
    return value;
  }

  #of(source: string): Map<string, Value> | undefined {
    if (this.#ofSource && source === this.#source) return this.#ofSource;
    this.#source = source;
    this.#ofSource = this.#bySource.get(source);
    return this.#ofSource;
  }
}
