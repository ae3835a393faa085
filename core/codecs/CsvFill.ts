import type { RecordValue } from '../ports.ts';

/**
 * Rows that say only what differs from the row before: an empty cell of the first column takes its value
 * from there, and so do those of the columns after it, up to one that is not empty.
 */
export class CsvFill {
  readonly #columns: readonly string[];
  readonly #ofRejects: boolean;
  /** Of the row before; undefined where there is none, or it could not be read. */
  #before: readonly unknown[] | undefined;

  /** In a file of rejects the row before may be that of another document: nothing is taken from it. */
  constructor(columns: readonly string[], ofRejects: boolean) {
    this.#columns = columns;
    this.#ofRejects = ofRejects;
  }

  /** False where a cell is empty and nobody knows the row before. */
  into(value: RecordValue): boolean {
    const columns = this.#columns;
    const filled = columns.findIndex((column) => !isEmpty(value[column]));
    const count = filled === -1 ? columns.length : filled;
    if (count > 0) {
      if (Object.values(value).every(isEmpty)) return true;
      if (!this.#before) return false;
      for (let index = 0; index < count; index += 1) value[columns[index]!] = this.#before[index];
    }
    if (!this.#ofRejects) this.#before = columns.map((column) => value[column]);
    return true;
  }

  /** A row was not read: those after it may have meant its values. */
  lose(): void {
    this.#before = undefined;
  }
}

const isEmpty = (cell: unknown): boolean => typeof cell === 'string' && cell.trim() === '';
