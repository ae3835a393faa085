import { countUpTo } from '../order.ts';
import type { Position } from './costing/Fact.ts';
import { isBefore } from './costing/Fact.ts';

/** Rows of a chunk, at most: few enough to move, many enough that there are few chunks. */
const CHUNK_ROWS = 512;

interface Chunk<Row, Sum> {
  rows: Row[];
  sum: Sum | undefined;
}

/** Some rows that follow each other; `sum` where they are all of their chunk. */
export interface Stretch<Row, Sum> {
  rows: readonly Row[];
  sum: Sum | undefined;
}

/**
 * Rows by their position in business time. In chunks, each with a sum that is made when it is asked for: so
 * one that comes before many others costs little more than one that comes last.
 */
export class PositionList<Row extends Position, Sum> {
  readonly #chunks: Chunk<Row, Sum>[] = [];
  readonly #sumOf: (rows: readonly Row[]) => Sum;
  length = 0;

  constructor(sumOf: (rows: readonly Row[]) => Sum) {
    this.#sumOf = sumOf;
  }

  add(row: Row): void {
    this.length += 1;
    const at = this.#chunkAt(row);
    const chunk = this.#chunks[at];
    if (!chunk) {
      this.#chunks.push({ rows: [row], sum: undefined });
      return;
    }
    const { rows } = chunk;
    rows.splice(rowsUpTo(rows, row), 0, row);
    chunk.sum = undefined;
    if (rows.length <= CHUNK_ROWS) return;
    const isLast = rows.at(-1) === row;
    this.#chunks.splice(at + 1, 0, {
      rows: rows.splice(isLast ? CHUNK_ROWS : CHUNK_ROWS / 2),
      sum: undefined,
    });
  }

  delete(row: Row): void {
    this.length -= 1;
    const at = this.#chunkAt(row);
    const chunk = this.#chunks[at]!;
    chunk.rows.splice(rowsUpTo(chunk.rows, row) - 1, 1);
    chunk.sum = undefined;
    if (chunk.rows.length === 0) this.#chunks.splice(at, 1);
  }

  /** What is summed of a row has become something else. */
  changed(row: Row): void {
    this.#chunks[this.#chunkAt(row)]!.sum = undefined;
  }

  /** All rows after a position, or from the first on. */
  *after(position: Position | undefined): Iterable<Stretch<Row, Sum>> {
    let index = 0;
    if (position) {
      index = this.#chunkAt(position);
      const rows = this.#chunks[index]?.rows ?? [];
      const passed = rowsUpTo(rows, position);
      if (passed > 0) {
        index += 1;
        if (passed < rows.length) yield { rows: rows.slice(passed), sum: undefined };
      }
    }
    for (; index < this.#chunks.length; index += 1) {
      const chunk = this.#chunks[index]!;
      chunk.sum ??= this.#sumOf(chunk.rows);
      yield chunk;
    }
  }

  /** The last chunk that begins at a position or before it, else the first. */
  #chunkAt(position: Position): number {
    const begins = (at: number): boolean => !isBefore(position, this.#chunks[at]!.rows[0]!);
    return Math.max(0, countUpTo(this.#chunks.length, begins) - 1);
  }
}

/** How many of some rows do not stand after a position. */
const rowsUpTo = (rows: readonly Position[], position: Position): number =>
  countUpTo(rows.length, (index) => !isBefore(position, rows[index]!));
