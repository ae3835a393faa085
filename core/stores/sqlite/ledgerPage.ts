import type { SQLInputValue } from 'node:sqlite';
import { readCursor } from '../../cursor.ts';
import type { LedgerEntry } from '../../ledger.ts';
import type { LedgerFilter, Page } from '../../ports.ts';
import { entryOf } from './rows.ts';
import { Conditions, type Statements } from './Statements.ts';
import { ENTRY_COLUMNS, ENTRY_JOINS } from './schema.ts';

const OF_DOCUMENT = `(
  SELECT e.sku, e.seq, ${ENTRY_COLUMNS}
  FROM documents own CROSS JOIN entries e ON e.id BETWEEN own.first_entry AND own.last_entry
  ${ENTRY_JOINS}
  WHERE own.document = ?
)`;

/** Entries by (sku, seq): one row more than the page holds, where there is one. */
export function ledgerPage(
  statements: Statements,
  filter: LedgerFilter,
  page: Page,
): LedgerEntry[] {
  const { sku, document, asOf } = filter;
  const where = new Conditions().add('sku = ?', sku);
  const after = readCursor(page.after, ['string', 'number']);
  if (after) where.add('(sku, seq) > (?, ?)', ...after);
  const rows = (sql: string, values: SQLInputValue[]) =>
    statements.all(sql, [...values, page.limit + 1], true).map(entryOf);
  if (document === undefined && asOf === undefined) {
    return rows(entriesWhere(`${where}`), [...where.values, ...where.values]);
  }
  where.add('at <= ?', asOf);
  const from = document === undefined ? 'ledger' : OF_DOCUMENT;
  const values = document === undefined ? where.values : [document, ...where.values];
  return rows(`SELECT * FROM ${from} WHERE ${where} ORDER BY sku, seq LIMIT ?`, values);
}

/**
 * Finds the entries of the page before it reads them. The view would sort whole rows, not keys, of
 * all entries that have no place in the order yet.
 */
const entriesWhere = (condition: string): string => `
  SELECT k.sku, k.seq, ${ENTRY_COLUMNS}
  FROM (
    SELECT sku, seq, entry FROM entry_order WHERE ${condition}
    UNION ALL
    SELECT sku, seq, id FROM entries WHERE id > (SELECT entry FROM ordered) AND ${condition}
    ORDER BY sku, seq LIMIT ?
  ) k CROSS JOIN entries e ON e.id = k.entry ${ENTRY_JOINS}
  ORDER BY k.sku, k.seq`;
