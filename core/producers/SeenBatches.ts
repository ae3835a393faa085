import { limits } from '../limits.ts';
import type { NumberHole, ProducerStore, SeenNumbers } from '../ports.ts';
import type { BatchHead } from './batchHead.ts';
import { withoutRanges } from './numberRanges.ts';

/** What one partition has seen of the numbers of all producers, as its commits keep it. */
export class SeenBatches {
  readonly #store: Pick<ProducerStore, 'seenNumbers'>;
  readonly #partition: number;
  /** As the store has it; undefined until it is read. */
  #rows: Map<string, SeenNumbers> | undefined;

  constructor(store: Pick<ProducerStore, 'seenNumbers'>, partition: number) {
    this.#store = store;
    this.#partition = partition;
  }

  /** Rows that these change, as they are once they are seen, one version later. */
  async with(heads: readonly BatchHead[], at: string): Promise<SeenNumbers[]> {
    if (heads.length === 0) return [];
    this.#rows ??= new Map(
      (await this.#store.seenNumbers(this.#partition)).map((row) => [row.producer, row]),
    );
    const changed: SeenNumbers[] = [];
    for (const [producer, ofProducer] of Map.groupBy(heads, (head) => head.producer)) {
      const before = this.#rows.get(producer) ?? this.#nothingOf(producer);
      const after = ofProducer.reduce((row, head) => seenAlso(row, head, at), before);
      if (after !== before) changed.push({ ...after, version: before.version + 1, lastAt: at });
    }
    return changed;
  }

  committed(rows: readonly SeenNumbers[]): void {
    for (const row of rows) this.#rows?.set(row.producer, row);
  }

  /** Somebody else may have changed them. */
  forget(): void {
    this.#rows = undefined;
  }

  #nothingOf(producer: string): SeenNumbers {
    return { producer, partition: this.#partition, version: 0, highest: 0, holes: [], lastAt: '' };
  }
}

/** The same row where nothing is new. */
export function seenAlso(row: SeenNumbers, { number, isMark }: BatchHead, at: string): SeenNumbers {
  const { highest, holes } = row;
  if (number <= highest) {
    if (isMark) return row;
    const rest = holes.flatMap((hole) => withoutRanges(hole, [{ from: number, to: number }]));
    return rest.length === holes.length && rest.every((hole, index) => hole === holes[index])
      ? row
      : { ...row, holes: rest };
  }
  const to = isMark ? number : number - 1;
  const missing: NumberHole[] =
    to > highest ? [{ from: highest + 1, to, after: row.lastAt, noticedAt: at }] : [];
  return { ...row, highest: number, holes: bounded([...holes, ...missing]) };
}

/** Of too many the smallest are dropped: what is left of them tells that something is wrong. */
function bounded(holes: NumberHole[]): NumberHole[] {
  if (holes.length <= limits.numberRanges) return holes;
  const sizes = holes.map(({ from, to }) => to - from);
  const smallest = sizes.indexOf(Math.min(...sizes));
  return holes.filter((_, index) => index !== smallest);
}
