import type { Code } from '../errors.ts';
import { countFilled } from './csvHeader.ts';
import type { CsvRead } from './csvOptions.ts';

/** The first cell of a row says of which kind it is; these are the names of those behind it. */
export interface RowKind {
  mark: string;
  columns: readonly string[];
}

/** From the outermost in; a row of the last is a record. */
export function rowKinds({ rows }: Pick<CsvRead, 'rows'>): RowKind[] | undefined {
  return rows?.flatMap((kinds) =>
    Object.entries(kinds).map(([mark, columns]) => ({ mark, columns })),
  );
}

/** The columns that a flow names itself. */
export const statedColumns = (options: CsvRead): readonly string[] | undefined =>
  rowKinds(options)?.flatMap(({ columns }) => columns) ?? options.columns;

/** A row above others, which holds for them. */
interface Head {
  cells: readonly string[];
  line: number;
  raw: () => string;
  /** Whether any row stands below it. */
  isUsed: boolean;
}

/** Cells for all columns, of a row and of those above it. */
export interface WholeRow {
  cells: string[];
  line: number;
  raw: () => string;
}

interface Trouble {
  code: Code;
  message: string;
}

/**
 * Rows of several kinds: the cells of a head hold for all rows below it, up to the next of its kind or of
 * one above. A head without a row below it is a record of its own.
 */
export class CsvKinds {
  readonly #kinds: readonly RowKind[];
  #heads: Head[] = [];
  /** A row was bad, which may have been a head. */
  #isLost = false;

  constructor(kinds: readonly RowKind[]) {
    this.#kinds = kinds;
  }

  /** Heads that stand alone now that this row came, and what it is itself: nothing where it is a head. */
  take(
    cells: readonly string[],
    line: number,
    raw: () => string,
  ): { alone: WholeRow[]; row?: WholeRow | Trouble } {
    const [first = ''] = cells;
    // Of two quotes that belong to nothing, what stands between them is one cell: no mark.
    const mark = /[\r\n]/.test(first) ? first : first.trim();
    const level = this.#kinds.findIndex((kind) => kind.mark === mark);
    if (level === -1) {
      this.lose();
      return { alone: [], row: this.#unknown(mark) };
    }
    const isRecord = level === this.#kinds.length - 1;
    const width = this.#kinds[level]!.columns.length + 1;
    if (cells.length < width || countFilled(cells) > width) {
      if (!isRecord) this.lose();
      this.#use();
      const message = `the row has ${cells.length} cells where ${width} are expected of '${mark}'`;
      return { alone: [], row: { code: 'CSV_RAGGED_ROW', message } };
    }
    const alone = this.#closed(level);
    if (this.#heads.length < level) {
      const above = this.#kinds[this.#heads.length]!.mark;
      const why = this.#isLost ? 'the row before that could not be read' : 'none stands before it';
      const message = `a row of '${above}' must stand above one of '${mark}', and ${why}`;
      return { alone, row: { code: 'CSV_ROW_KIND', message } };
    }
    const own = { cells: cells.slice(1, width), line, raw, isUsed: false };
    this.#use();
    if (isRecord) return { alone, row: this.#whole([...this.#heads, own]) };
    if (level === 0) this.#isLost = false;
    this.#heads.push(own);
    return { alone };
  }

  /** A row could not be read: whatever stood above the next ones, it may have been another. */
  lose(): void {
    this.#heads = [];
    this.#isLost = true;
  }

  /** No row comes any more. */
  end(): WholeRow[] {
    return this.#closed(0);
  }

  /** Something stands below the last head. */
  #use(): void {
    const head = this.#heads.at(-1);
    if (head) head.isUsed = true;
  }

  /** Heads of this level and below, which hold no longer: the one that nothing stands below. */
  #closed(level: number): WholeRow[] {
    const alone = this.#heads.slice(level).some(({ isUsed }) => !isUsed)
      ? [this.#whole(this.#heads)]
      : [];
    this.#heads = this.#heads.slice(0, level);
    return alone;
  }

  #whole(rows: readonly Head[]): WholeRow {
    const { line, raw } = rows.at(-1)!;
    const cells = this.#kinds.flatMap(
      ({ columns }, level) => rows[level]?.cells ?? columns.map(() => ''),
    );
    return { cells: [...cells], line, raw };
  }

  #unknown(mark: string): Trouble {
    const known = this.#kinds.map((kind) => `'${kind.mark}'`).join(', ');
    const message = `the row begins with '${mark.slice(0, 40)}', which is none of ${known}`;
    return { code: 'CSV_ROW_KIND', message };
  }
}
