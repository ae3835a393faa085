import { hash } from 'node:crypto';
import type { Delivery } from '../ports.ts';
import type { GroupPart, PreparedGroup } from './prepareGroup.ts';

/** One call: records of a group, under an id that is the same at every attempt. */
export interface GroupCall {
  id: string;
  from: number;
  until: number;
}

/** Batches that are sent as one, nearly always a single one. */
export class Group {
  readonly id: string;
  readonly parts: readonly GroupPart[];
  readonly count: number;
  #prepared: PreparedGroup | undefined;
  #calls: GroupCall[] = [];
  #unsent = 0;
  /** Ids of calls that have gone. */
  #gone: Set<string> = new Set();

  /** `which`: of a part of a batch, which. */
  constructor(parts: readonly GroupPart[], count: number, which = '') {
    this.parts = parts;
    this.count = count;
    this.id = idOf(parts.map(({ delivery }) => delivery)) + which;
  }

  get gone(): Set<string> {
    return this.#gone;
  }

  /** What had gone before it came again. */
  goOn(gone: Set<string> | undefined): void {
    if (gone) this.#gone = gone;
  }

  get prepared(): PreparedGroup | undefined {
    return this.#prepared;
  }

  /** In calls of at most `batch` records. */
  cut(prepared: PreparedGroup, batch: number): void {
    const { count } = prepared;
    this.#prepared = prepared;
    this.#calls = [];
    for (let from = 0; from < count; from += batch) {
      const part = count > batch ? `.${from / batch + 1}` : '';
      this.#calls.push({ id: this.id + part, from, until: Math.min(from + batch, count) });
    }
    this.#unsent = this.left.length;
  }

  /** Those that have not gone. */
  get left(): GroupCall[] {
    return this.#calls.filter(({ id }) => !this.#gone.has(id));
  }

  /** From where until where of so many events or records has not gone: of calls only where each is one record of them. */
  openRanges(count: number): [from: number, until: number][] {
    const { prepared } = this;
    const isEach = prepared?.count === count && prepared.refused.length === 0;
    return isEach ? this.left.map(({ from, until }) => [from, until]) : [[0, count]];
  }

  /** True where it was the last. */
  sent({ id }: GroupCall): boolean {
    this.#gone.add(id);
    this.#unsent -= 1;
    return this.#unsent === 0;
  }

  /** What the records of a call are about; undefined where one of them is about everything. */
  keysOf({ from, until }: GroupCall): ReadonlySet<string> | undefined {
    const { keys: each, about } = this.#prepared ?? {};
    if (!each) return about;
    const keys = new Set<string>();
    for (let at = from; at < until; at += 1) {
      const key = each[at];
      if (key === undefined) return undefined;
      keys.add(key);
    }
    return keys;
  }
}

/** The same for the same batches, so that a receiver can drop a repetition. */
function idOf(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 1) return `msg_${deliveries[0]!.id}`;
  const ids = deliveries.map(({ id }) => id).join('/');
  return `msg_${hash('sha256', ids, 'hex').slice(0, 24)}`;
}
