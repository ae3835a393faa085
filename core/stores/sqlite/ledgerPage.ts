import { readCursor } from '../../cursor.ts';
import type { LedgerEntry } from '../../ledger.ts';
import type { LedgerFilter, Page } from '../../ports.ts';
import { entriesWhere, moveFilter } from './moves.ts';
import { entryOf } from './rows.ts';
import { Conditions, type Statements } from './Statements.ts';
import { ENTRY_COLUMNS, ENTRY_JOINS } from './schema.ts';

const OF_DOCUMENT = `
  SELECT e.sku, e.seq, ${ENTRY_COLUMNS}
  FROM documents own CROSS JOIN entries e ON e.id BETWEEN own.first_entry AND own.last_entry
  ${ENTRY_JOINS}
  WHERE own.document = ?`;

/** Of a kind that never came there is nothing to look for. */
const HAS_KIND = 'SELECT 1 FROM routes WHERE kind = ?';
const OF_KIND = 'route IN (SELECT id FROM routes WHERE kind = ?)';

/** Entries by (sku, seq): one row more than the page holds, where there is one. */
export function ledgerPage(
  statements: Statements,
  filter: LedgerFilter,
  page: Page,
): LedgerEntry[] {
  const { sku, document, kind } = filter;
  const shared = new Conditions().add('sku = ?', sku).add(OF_KIND, kind);
  if (kind !== undefined && !statements.get(HAS_KIND, [kind])) return [];
  const after = readCursor(page.after, ['string', 'number']);
  if (after) shared.add('(sku, seq) > (?, ?)', ...after);
  if (document === undefined) return entriesBy(statements, filter, shared, page.limit + 1);
  const { entries } = moveFilter(filter, shared);
  const sql = `${OF_DOCUMENT} AND ${entries} ORDER BY e.sku, e.seq LIMIT ?`;
  return statements.arrays(sql, [document, ...entries.values, page.limit + 1]).map(entryOf);
}

export const entriesAfter = (
  statements: Statements,
  sku: string,
  seq: number,
  limit: number,
): LedgerEntry[] =>
  entriesBy(statements, {}, new Conditions().add('sku = ?', sku).add('seq > ?', seq), limit);

/** Finds the entries before it reads them, so that keys are sorted and not whole rows. */
function entriesBy(
  statements: Statements,
  clocks: LedgerFilter,
  shared: Conditions,
  limit: number,
): LedgerEntry[] {
  const { sql, values } = entriesWhere(moveFilter(clocks, shared), statements, limit);
  const whole = `SELECT k.sku, k.seq, ${ENTRY_COLUMNS}
    FROM (${sql}) k CROSS JOIN entries e ON e.id = k.entry ${ENTRY_JOINS} ORDER BY k.sku, k.seq`;
  return statements.arrays(whole, values).map(entryOf);
}
