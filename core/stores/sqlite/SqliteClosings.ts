/** Closings as store.db has them. */
import type { Closing, ClosingFilter, ClosingPart } from '../../closing.ts';
import type { ClosingBooks } from '../../ports.ts';
import type { StoreFile } from './StoreFile.ts';

export class SqliteClosings implements ClosingBooks {
  readonly #file: StoreFile;

  constructor(file: StoreFile) {
    this.#file = file;
  }

  async closings(): Promise<Closing[]> {
    const sql = `SELECT id, before, format, known, month, made_at AS madeAt
      FROM closings_made ORDER BY known`;
    return this.#file.read((statements) => statements.rows(sql, []));
  }

  async closingParts({ kind, closings, month, skus }: ClosingFilter): Promise<ClosingPart[]> {
    const sql = `SELECT closing, kind, month, part, first_sku AS firstSku, last_sku AS lastSku, body
      FROM json_each(?) c
      CROSS JOIN closing_parts p ON p.closing = c.value AND p.kind = ? AND p.month BETWEEN ? AND ?
      WHERE ? IS NULL OR (p.last_sku >= ? AND p.first_sku <= ?) ORDER BY c.key, p.month, p.part`;
    const { first = null, last = null } = skus ?? {};
    const range = [month.from, month.through, first, first, last];
    return this.#file.read((statements) =>
      statements.rows(sql, [JSON.stringify(closings), kind, ...range]),
    );
  }

  async addClosingParts(parts: readonly ClosingPart[]): Promise<void> {
    if (parts.length === 0) return;
    // One statement is one transaction, and waits for the disk once.
    const sql = `INSERT INTO closing_parts SELECT value ->> 'closing', value ->> 'kind',
      value ->> 'month', value ->> 'part', value ->> 'firstSku', value ->> 'lastSku', value ->> 'body'
      FROM json_each(?)`;
    this.#file.use(({ statements }) => statements.run(sql, [JSON.stringify(parts)]));
  }

  async completeClosing(closing: Closing): Promise<boolean> {
    const { id, before, format, known, month, madeAt } = closing;
    const row = [id, before, format, known, month, madeAt];
    return this.#file.use(
      ({ statements }) => statements.insert('closings_made', row, 'keep') === 1,
    );
  }
}
