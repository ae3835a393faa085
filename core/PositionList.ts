import { isBefore, type Position } from './position.ts';

/** Rows of a chunk, at most: few enough to move, many enough that there are few chunks. */
const CHUNK_ROWS = 256;

interface Chunk<Row, Sum> {
  rows: Row[];
  /** Their business times as numbers, side by side: a search among rows would go all over the memory. */
  times: number[] | undefined;
  sum: Sum | undefined;
}

/** Of a list that is empty: most never have more than one. */
const NONE: never[] = [];

/** Some rows that follow each other, with what they sum up to once that was asked for. */
type Stretch<Row, Sum> = Pick<Chunk<Row, Sum>, 'rows' | 'sum'>;

/**
 * Rows by their position in business time. In chunks, each with a sum that is made when it is asked for: so
 * one that comes before many others costs little more than one that comes last.
 */
export class PositionList<Row extends Position, Sum = undefined> {
  #chunks: Chunk<Row, Sum>[] = NONE;
  readonly #sumOf: (rows: readonly Row[]) => Sum;
  length = 0;

  constructor(sumOf: (rows: readonly Row[]) => Sum) {
    this.#sumOf = sumOf;
  }

  add(row: Row): void {
    this.length += 1;
    const last = this.#chunks.at(-1);
    if (last && isBefore(row, last.rows.at(-1)!)) this.#insert(row);
    else if (!last) this.#chunks = [{ rows: [row], times: undefined, sum: undefined }];
    else if (last.rows.length >= CHUNK_ROWS) {
      this.#chunks.push({ rows: [row], times: undefined, sum: undefined });
    } else {
      last.rows.push(row);
      last.times?.push(Date.parse(row.at));
      last.sum = undefined;
    }
  }

  #insert(row: Row): void {
    const time = Date.parse(row.at);
    const at = this.#chunkAt(row, time);
    const chunk = this.#chunks[at]!;
    const { rows } = chunk;
    const times = timesOf(chunk);
    const place = rowsUpTo(chunk, row, time);
    rows.splice(place, 0, row);
    times.splice(place, 0, time);
    chunk.sum = undefined;
    if (rows.length <= CHUNK_ROWS) return;
    const half = CHUNK_ROWS / 2;
    const rest = { rows: rows.splice(half), times: times.splice(half), sum: undefined };
    this.#chunks.splice(at + 1, 0, rest);
  }

  delete(row: Row): void {
    this.length -= 1;
    const at = this.first === row ? 0 : this.#chunkAt(row);
    const chunk = this.#chunks[at]!;
    const { rows } = chunk;
    if (rows[0] === row) {
      rows.shift();
      chunk.times?.shift();
    } else {
      const place = rowsUpTo(chunk, row) - 1;
      rows.splice(place, 1);
      chunk.times?.splice(place, 1);
    }
    chunk.sum = undefined;
    if (rows.length === 0) this.#chunks.splice(at, 1);
  }

  /** Of more, the last go. */
  keepFirst(most: number): void {
    const kept = this.rows().slice(0, most);
    this.#chunks = NONE;
    this.length = 0;
    for (const row of kept) this.add(row);
  }

  /** What is summed of a row has become something else. */
  changed(row: Row): void {
    this.#chunks[this.#chunkAt(row)]!.sum = undefined;
  }

  get first(): Row | undefined {
    return this.#chunks[0]?.rows[0];
  }

  /** Whether a row of this time and number that is added last needs no rank to stand after the others. */
  isInOrder(at: string, seq: number): boolean {
    const last = this.#chunks.at(-1)?.rows.at(-1);
    return !last || last.at !== at || (last.rank === '' && last.seq <= seq);
  }

  rows(): Row[] {
    const chunks = this.#chunks;
    return chunks.length === 1 ? [...chunks[0]!.rows] : chunks.flatMap(({ rows }) => rows);
  }

  /** Those that are meant, in order. The one that is visited may be deleted meanwhile. */
  visit(isMeant: (row: Row) => boolean): Iterable<Row> {
    return new Visit(this.#chunks, isMeant);
  }

  /** The same, the last first. */
  *visitBack(isMeant: (row: Row) => boolean): Iterable<Row> {
    for (let at = this.#chunks.length - 1; at >= 0; at -= 1) {
      const { rows } = this.#chunks[at]!;
      for (let index = rows.length - 1; index >= 0; index -= 1) {
        if (isMeant(rows[index]!)) yield rows[index]!;
      }
    }
  }

  /** All rows after a position, or from the first on. */
  *after(position: Position | undefined): Iterable<Stretch<Row, Sum>> {
    let index = 0;
    if (position) {
      index = this.#chunkAt(position);
      const chunk = this.#chunks[index];
      const passed = chunk ? rowsUpTo(chunk, position) : 0;
      if (passed > 0) {
        index += 1;
        const rows = chunk!.rows.slice(passed);
        if (rows.length > 0) yield { rows, sum: undefined };
      }
    }
    for (; index < this.#chunks.length; index += 1) yield this.#chunks[index]!;
  }

  sum(stretch: Stretch<Row, Sum>): Sum {
    stretch.sum ??= this.#sumOf(stretch.rows);
    return stretch.sum;
  }

  /** The last chunk that begins at a position or before it, else the first. */
  #chunkAt(position: Position, time = Date.parse(position.at)): number {
    let at = 0;
    let end = this.#chunks.length;
    while (end - at > 1) {
      const middle = (at + end) >>> 1;
      if (isUpTo(this.#chunks[middle]!, 0, position, time)) at = middle;
      else end = middle;
    }
    return at;
  }
}

/** Written out: a generator would leave objects behind for each layer that is looked at. */
class Visit<Row> implements Iterable<Row>, Iterator<Row, undefined> {
  readonly #chunks: readonly Pick<Chunk<Row, unknown>, 'rows'>[];
  readonly #isMeant: (row: Row) => boolean;
  #at = 0;
  #index = 0;
  /** Those that were given last. */
  #chunk: Pick<Chunk<Row, unknown>, 'rows'> | undefined;
  #row: Row | undefined;

  constructor(
    chunks: readonly Pick<Chunk<Row, unknown>, 'rows'>[],
    isMeant: (row: Row) => boolean,
  ) {
    this.#chunks = chunks;
    this.#isMeant = isMeant;
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<Row, undefined> {
    this.#pass();
    for (;;) {
      const chunk = this.#chunks[this.#at];
      if (!chunk) return { done: true, value: undefined };
      const { rows } = chunk;
      for (; this.#index < rows.length; this.#index += 1) {
        const row = rows[this.#index]!;
        if (!this.#isMeant(row)) continue;
        this.#chunk = chunk;
        this.#row = row;
        return { done: false, value: row };
      }
      this.#at += 1;
      this.#index = 0;
    }
  }

  /** The row that was given last, unless it was deleted meanwhile, perhaps with its chunk. */
  #pass(): void {
    if (this.#chunks[this.#at] !== this.#chunk) this.#index = 0;
    else if (this.#chunk?.rows[this.#index] === this.#row) this.#index += 1;
  }
}

/** How many rows of a chunk do not stand after a position. */
function rowsUpTo(
  chunk: Chunk<Position, unknown>,
  position: Position,
  time = Date.parse(position.at),
): number {
  let low = 0;
  let high = chunk.rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isUpTo(chunk, middle, position, time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isUpTo(
  chunk: Chunk<Position, unknown>,
  index: number,
  position: Position,
  time: number,
): boolean {
  const there = timesOf(chunk)[index]!;
  return there === time ? !isBefore(position, chunk.rows[index]!) : there < time;
}

function timesOf(chunk: Chunk<Position, unknown>): number[] {
  chunk.times ??= chunk.rows.map(({ at }) => Date.parse(at));
  return chunk.times;
}
