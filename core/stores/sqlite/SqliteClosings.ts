/** Closings as store.db has them. */
import type { Closing, ClosingFilter, ClosingKind, ClosingPart } from '../../closing.ts';
import type { ClosingBooks } from '../../ports.ts';
import type { Statements } from './Statements.ts';

export class SqliteClosings implements ClosingBooks {
  readonly #use: <T>(action: (statements: Statements) => T) => T;

  constructor(use: <T>(action: (statements: Statements) => T) => T) {
    this.#use = use;
  }

  async closings(): Promise<Closing[]> {
    const sql = 'SELECT * FROM closings_made ORDER BY known';
    return this.#use((statements) =>
      statements.all(sql, []).map((row) => ({
        id: row.id as string,
        before: row.before as string,
        format: row.format as number,
        known: row.known as string,
        month: row.month as string,
        madeAt: row.made_at as string,
      })),
    );
  }

  async closingParts({ kind, closings, month, skus }: ClosingFilter): Promise<ClosingPart[]> {
    const sql = `SELECT p.* FROM json_each(?) c
      CROSS JOIN closing_parts p ON p.closing = c.value AND p.kind = ? AND p.month BETWEEN ? AND ?
      WHERE ? IS NULL OR (p.last_sku >= ? AND p.first_sku <= ?) ORDER BY c.key, p.month, p.part`;
    const { first = null, last = null } = skus ?? {};
    const range = [month.from, month.through, first, first, last];
    return this.#use((statements) =>
      statements.all(sql, [JSON.stringify(closings), kind, ...range]).map((row) => ({
        closing: row.closing as string,
        kind: row.kind as ClosingKind,
        month: row.month as string,
        part: row.part as number,
        firstSku: row.first_sku as string,
        lastSku: row.last_sku as string,
        body: row.body as string,
      })),
    );
  }

  async addClosingParts(parts: readonly ClosingPart[]): Promise<void> {
    const sql = 'INSERT INTO closing_parts VALUES (?, ?, ?, ?, ?, ?, ?)';
    this.#use((statements) => {
      for (const { closing, kind, month, part, firstSku, lastSku, body } of parts) {
        statements.run(sql, [closing, kind, month, part, firstSku, lastSku, body]);
      }
    });
  }

  async completeClosing(closing: Closing): Promise<boolean> {
    const { id, before, format, known, month, madeAt } = closing;
    const sql = `INSERT INTO closings_made VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
      RETURNING id`;
    const made = this.#use((statements) =>
      statements.get(sql, [id, before, format, known, month, madeAt]),
    );
    return made !== undefined;
  }
}
