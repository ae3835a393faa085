import type { ClosingBooks } from '../../ports.ts';
import type { StoreFile } from './StoreFile.ts';

export const closingsInFile = (file: StoreFile): ClosingBooks => ({
  async closings() {
    const sql = `SELECT id, before, format, known, month, made_at AS madeAt
      FROM closings_made ORDER BY known`;
    return file.read((statements) => statements.rows(sql, []));
  },

  async closingParts({ kind, closings, month, skus }) {
    const sql = `SELECT closing, kind, month, part, first_sku AS firstSku, last_sku AS lastSku, body
      FROM json_each(?) c
      CROSS JOIN closing_parts p ON p.closing = c.value AND p.kind = ? AND p.month BETWEEN ? AND ?
      WHERE ? IS NULL OR (p.last_sku >= ? AND p.first_sku <= ?) ORDER BY c.key, p.month, p.part`;
    const { first = null, last = null } = skus ?? {};
    const range = [month.from, month.through, first, first, last];
    return file.read((statements) =>
      statements.rows(sql, [JSON.stringify(closings), kind, ...range]),
    );
  },

  async addClosingParts(parts) {
    if (parts.length === 0) return;
    // One statement is one transaction, and waits for the disk once.
    const sql = `INSERT INTO closing_parts SELECT value ->> 'closing', value ->> 'kind',
      value ->> 'month', value ->> 'part', value ->> 'firstSku', value ->> 'lastSku', value ->> 'body'
      FROM json_each(?)`;
    file.use(({ statements }) => statements.run(sql, [JSON.stringify(parts)]));
  },

  async completeClosing(closing) {
    return file.use(({ statements }) => statements.insert('closings_made', closing, 'keep') === 1);
  },
});
