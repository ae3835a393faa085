/**
 * SKUs whose entries are summed at once. As many as fill a page, by the rows that a SKU made so far:
 * what is summed beyond the page is summed again for the next.
 */
import type { Statements } from './Statements.ts';

const SKUS = { least: 50, most: 1_000 };

/** Rows that a SKU makes, before any was seen: more windows are better than rows for nothing. */
const FIRST_GUESS = 2;

/** A few rows for nothing are better than another window for the last few of a page. */
const MARGIN = 1.1;

interface Window {
  first: string;
  last: string;
  /** 0 for one SKU that was asked for: no other follows. */
  skus: number;
}

export class Windows {
  #rowsPerSku = FIRST_GUESS;

  /** The one SKU, or from the SKU of the page before on. */
  first(
    statements: Statements,
    sku: string | undefined,
    from: string | undefined,
    wanted: number,
  ): Window | undefined {
    if (sku !== undefined) return { first: sku, last: sku, skus: 0 };
    return this.#read(statements, '>=', from ?? '', wanted);
  }

  next(statements: Statements, { last, skus }: Window, wanted: number): Window | undefined {
    return skus === 0 ? undefined : this.#read(statements, '>', last, wanted);
  }

  /** How many rows a window made. */
  learn({ skus }: Window, rows: number): void {
    if (skus > 0) this.#rowsPerSku = Math.max(rows / skus, 0.1);
  }

  #read(
    statements: Statements,
    comparison: '>' | '>=',
    from: string,
    wanted: number,
  ): Window | undefined {
    const size = Math.ceil((wanted * MARGIN) / this.#rowsPerSku);
    const limit = Math.min(Math.max(size, SKUS.least), SKUS.most);
    const sql = `SELECT min(sku) AS first, max(sku) AS last, count(*) AS skus
      FROM (SELECT sku FROM heads WHERE sku ${comparison} ? ORDER BY sku LIMIT ?)`;
    const row = statements.get(sql, [from, limit])!;
    const skus = row.skus as number;
    return skus === 0 ? undefined : { first: row.first as string, last: row.last as string, skus };
  }
}
