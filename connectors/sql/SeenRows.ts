/** How far a table has been read, and which of the last rows are in: what keeps the overlap from being booked again. */
import { createHash } from 'node:crypto';
import { limits } from '../../core/limits.ts';
import type { PollState } from '../../core/ports.ts';
import type { RowPosition, SqlRow } from './SqlDriver.ts';

/** Rows of a pile are dropped together, once the last of them can be read no more. */
interface Pile {
  name: string;
  rows: number;
  /** None of its rows lies behind it. */
  upTo: RowPosition;
}

interface Cursor {
  format: 1;
  at?: RowPosition;
  /** Before it nothing is known any more, and nothing is read. */
  floor?: RowPosition;
  piles: Pile[];
  next: number;
}

type SeenBounds = Record<'sqlSeenRows' | 'sqlPileRows', number>;

const CURSOR = 'cursor';
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');

export class SeenRows {
  readonly #overlapMs: number;
  readonly #bounds: SeenBounds;
  #text: string | undefined;
  #cursor: Cursor = { format: 1, piles: [], next: 0 };
  #seen = new Map<string, string[]>();
  #all = new Set<string>();

  constructor(overlapMs: number, bounds: SeenBounds = limits) {
    this.#overlapMs = overlapMs;
    this.#bounds = bounds;
  }

  /** What is kept; another process may have looked since. */
  async load(state: PollState): Promise<void> {
    const text = (await state.read([CURSOR])).get(CURSOR);
    if (text === this.#text && text !== undefined) return;
    this.#text = text;
    this.#cursor = text === undefined ? { format: 1, piles: [], next: 0 } : JSON.parse(text);
    const kept = await state.read(this.#cursor.piles.map(({ name }) => name));
    this.#seen = new Map([...kept].map(([name, rows]) => [name, rows.split(' ')]));
    this.#all = new Set([...this.#seen.values()].flat());
  }

  /** Up to here everything was read that was there. */
  get at(): RowPosition | undefined {
    return this.#cursor.at;
  }

  /** From where the next look reads. */
  get start(): RowPosition | undefined {
    const { at, floor } = this.#cursor;
    if (!at) return undefined;
    const updated = earlier(at.updated, this.#overlapMs);
    return floor && floor.updated >= updated ? floor : { updated, key: [] };
  }

  /** More rows than can be remembered lie within the overlap. */
  get isShort(): boolean {
    return (this.start?.key.length ?? 0) > 0;
  }

  has(row: SqlRow): boolean {
    return this.#all.has(hashOf(row));
  }

  /** Once they are durable: these rows, and how far it has come where it has come further. */
  async keep(state: PollState, rows: readonly SqlRow[], at = this.#cursor.at): Promise<void> {
    if (!at || (rows.length === 0 && at === this.#cursor.at)) return;
    const changes = new Map<string, string | undefined>();
    const cursor: Cursor = { ...this.#cursor, at, piles: [...this.#cursor.piles] };
    if (rows.length > 0) this.#pile(cursor, rows, at, changes);
    this.#drop(cursor, changes);
    const text = JSON.stringify(cursor);
    changes.set(CURSOR, text);
    await state.write(changes);
    this.#cursor = cursor;
    this.#text = text;
  }

  #pile(
    cursor: Cursor,
    rows: readonly SqlRow[],
    upTo: RowPosition,
    changes: Map<string, string | undefined>,
  ): void {
    const last = cursor.piles.at(-1);
    const isOpen = last !== undefined && last.rows < this.#bounds.sqlPileRows;
    const name = isOpen ? last.name : `seen ${cursor.next}`;
    if (isOpen) cursor.piles.pop();
    else cursor.next += 1;
    const hashes = [...(this.#seen.get(name) ?? []), ...rows.map(hashOf)];
    for (const hash of hashes) this.#all.add(hash);
    this.#seen.set(name, hashes);
    cursor.piles.push({ name, rows: hashes.length, upTo });
    changes.set(name, hashes.join(' '));
  }

  /** What the overlap does not reach any more, and the oldest of what is too much. */
  #drop(cursor: Cursor, changes: Map<string, string | undefined>): void {
    const start = earlier(cursor.at!.updated, this.#overlapMs);
    const known = (): number => cursor.piles.reduce((sum, { rows }) => sum + rows, 0);
    for (;;) {
      const [oldest] = cursor.piles;
      if (!oldest) return;
      const isPast = oldest.upTo.updated < start;
      if (!isPast && (cursor.piles.length === 1 || known() <= this.#bounds.sqlSeenRows)) return;
      if (!isPast) cursor.floor = oldest.upTo;
      for (const hash of this.#seen.get(oldest.name) ?? []) this.#all.delete(hash);
      this.#seen.delete(oldest.name);
      changes.set(oldest.name, undefined);
      cursor.piles.shift();
    }
  }
}

/** A row, as it was at that time. */
const hashOf = ({ updated, key }: SqlRow): string =>
  createHash('sha256')
    .update(JSON.stringify([updated, ...key]))
    .digest('base64url')
    .slice(0, 16);

/** To the millisecond, and never later than asked for. */
function earlier(updated: string, byMs: number): string {
  const ms = Math.max(FIRST_MS, Date.parse(`${updated.slice(0, 23)}Z`) - byMs);
  return `${new Date(ms).toISOString().slice(0, 23)}000`;
}
