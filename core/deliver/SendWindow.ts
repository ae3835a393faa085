/** One call among several. */
export interface WindowCall {
  /** What it is about; left out: of everything, so that it goes alone. */
  keys: Iterable<string> | undefined;
  send(): Promise<void>;
}

interface Node {
  call: WindowCall;
  /** Unfinished ones before it. */
  before: number;
  after: Node[];
}

/**
 * So many calls on their way at once; those that share a key go one after another, in the order in which they were added.
 * After a failure none is begun any more: what was on its way ends.
 */
export class SendWindow {
  readonly #size: number;
  /** The last call that was added about each key. */
  readonly #last = new Map<string, Node>();
  readonly #unfinished = new Set<Node>();
  readonly #ready: Node[] = [];
  #alone: Node | undefined;
  #inFlight = 0;
  #isHalted = false;
  #moved = Promise.withResolvers<void>();
  /** In the order in which they ended. */
  readonly failures: { call: WindowCall; error: unknown }[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  /** Nothing is on its way, nor will be. */
  get isIdle(): boolean {
    return this.#inFlight === 0 && (this.#isHalted || this.#unfinished.size === 0);
  }

  get isHalted(): boolean {
    return this.#isHalted;
  }

  /** Calls that were added and have not ended. */
  get unfinished(): number {
    return this.#unfinished.size;
  }

  /** Resolves when a call has ended since. */
  get moved(): Promise<void> {
    return this.#moved.promise;
  }

  add(call: WindowCall): void {
    const node: Node = { call, before: 0, after: [] };
    for (const earlier of this.#before(call)) {
      earlier.after.push(node);
      node.before += 1;
    }
    this.#unfinished.add(node);
    if (this.#size > 1) {
      if (call.keys === undefined) this.#alone = node;
      for (const key of call.keys ?? []) this.#last.set(key, node);
    }
    if (node.before === 0) this.#ready.push(node);
    this.#fill();
  }

  halt(): void {
    this.#isHalted = true;
    this.#tell();
  }

  #before({ keys }: WindowCall): Iterable<Node> {
    if (this.#size === 1) return [];
    if (keys === undefined) return this.#unfinished;
    const before = new Set<Node>();
    if (this.#alone) before.add(this.#alone);
    for (const key of keys) {
      const earlier = this.#last.get(key);
      if (earlier) before.add(earlier);
    }
    return before;
  }

  #fill(): void {
    while (!this.#isHalted && this.#inFlight < this.#size) {
      const node = this.#ready.shift();
      if (!node) return;
      this.#inFlight += 1;
      void this.#send(node);
    }
  }

  async #send(node: Node): Promise<void> {
    try {
      await node.call.send();
      this.#done(node);
    } catch (error) {
      this.failures.push({ call: node.call, error });
      this.#isHalted = true;
    }
    this.#inFlight -= 1;
    this.#fill();
    this.#tell();
  }

  #done(node: Node): void {
    this.#unfinished.delete(node);
    if (this.#alone === node) this.#alone = undefined;
    for (const key of node.call.keys ?? []) {
      if (this.#last.get(key) === node) this.#last.delete(key);
    }
    for (const later of node.after) {
      later.before -= 1;
      if (later.before === 0) this.#ready.push(later);
    }
  }

  #tell(): void {
    this.#moved.resolve();
    this.#moved = Promise.withResolvers();
  }
}
