/**
 * Elements beside the records, by name. One that holds a record is none of them, and neither is what lies
 * inside of one that was passed over.
 */
export class PassedElements {
  /** Of the elements that are open, outside of records. */
  readonly #levels: { held: boolean; passed: Map<string, number> }[] = [];
  #total: ReadonlyMap<string, number> = new Map();

  open(): void {
    this.#levels.push({ held: false, passed: new Map() });
  }

  record(): void {
    const level = this.#levels.at(-1);
    if (level) level.held = true;
  }

  close(name: string): void {
    const level = this.#levels.pop();
    const around = this.#levels.at(-1);
    if (!level) return;
    if (!around) {
      if (level.held) this.#total = level.passed;
    } else if (level.held) {
      around.held = true;
      for (const [inside, count] of level.passed) add(around.passed, inside, count);
    } else {
      add(around.passed, name, 1);
    }
  }

  /** Once the root is closed. */
  total(): ReadonlyMap<string, number> {
    return this.#total;
  }
}

/** Names that are told apart; what more there are is told as one. */
const NAMES = 50;
const OTHERS = '…';

function add(counts: Map<string, number>, name: string, count: number): void {
  const key = counts.has(name) || counts.size < NAMES ? name : OTHERS;
  counts.set(key, (counts.get(key) ?? 0) + count);
}
