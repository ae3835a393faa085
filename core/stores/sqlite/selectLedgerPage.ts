import type { SQLInputValue } from 'node:sqlite';
import { readCursor } from '../../cursor.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { compareUtf8 } from '../../order.ts';
import type { LedgerFilter, Page } from '../../ports.ts';
import { IN_RUNS, moveFilter, WAITING } from './moves.ts';
import { entryOf } from './rows.ts';
import { Conditions, type Statements } from './Statements.ts';
import { ENTRY_COLUMNS, ENTRY_JOINS } from './schema.ts';

/** SKUs that are read at once, at first. */
const WINDOW_SKUS = 1_000;

/** Of a kind that never came there is nothing to look for. */
const HAS_KIND = 'SELECT 1 FROM routes WHERE kind = ?';
const OF_KIND = 'route IN (SELECT id FROM routes WHERE kind = ?)';

/** Entries by (sku, seq): one row more than the page holds, where there is one. */
export function selectLedgerPage(
  statements: Statements,
  filter: LedgerFilter,
  page: Page,
): LedgerEntry[] {
  const { sku, document, kind } = filter;
  const after = readCursor(page.after, ['string', 'number']) as [string, number] | undefined;
  const wanted = page.limit + 1;
  if (kind !== undefined && !statements.get(HAS_KIND, [kind])) return [];
  if (document !== undefined) return ofDocument(statements, filter, document, after, wanted);
  if (sku !== undefined) {
    const order = after ? compareUtf8(sku, after[0]) : 1;
    if (order < 0) return [];
    return ofSku(statements, filter, sku, order === 0 ? after![1] : 0, wanted);
  }
  const entries = after ? ofSku(statements, filter, ...after, wanted) : [];
  let last = after?.[0] ?? '';
  // Where a filter leaves little, the windows grow.
  for (let factor = 1; entries.length < wanted; factor *= 2) {
    const missing = wanted - entries.length;
    const upTo = endOfWindow(statements, last, WINDOW_SKUS * factor, missing * factor);
    for (const entry of ofWindow(statements, filter, last, upTo, missing)) entries.push(entry);
    if (upTo === undefined) break;
    last = upTo;
  }
  return entries;
}

export const entriesAfter = (
  statements: Statements,
  sku: string,
  seq: number,
  limit: number,
): LedgerEntry[] => ofSku(statements, {}, sku, seq, limit);

function ofDocument(
  statements: Statements,
  filter: LedgerFilter,
  document: string,
  after: [string, number] | undefined,
  limit: number,
): LedgerEntry[] {
  const shared = new Conditions().add('sku = ?', filter.sku).add(OF_KIND, filter.kind);
  if (after) shared.add('(sku, seq) > (?, ?)', ...after);
  const { entries } = moveFilter(filter, shared);
  const sql = `SELECT e.sku, e.seq, ${ENTRY_COLUMNS}
    FROM documents own CROSS JOIN entries e ON e.id BETWEEN own.first_entry AND own.last_entry
    ${ENTRY_JOINS} WHERE own.document = ? AND ${entries} ORDER BY e.sku, e.seq LIMIT ?`;
  return statements.arrays(sql, [document, ...entries.values, limit]).map(entryOf);
}

/** As they came: the entries of one SKU are numbered in the order of the runs. */
function ofSku(
  statements: Statements,
  filter: LedgerFilter,
  sku: string,
  seq: number,
  limit: number,
): LedgerEntry[] {
  const shared = new Conditions().add('sku = ?', sku).add('seq > ?', seq).add(OF_KIND, filter.kind);
  const { runs, moves, entries } = moveFilter(filter, shared);
  const keys = `SELECT sku, seq, entry FROM ${IN_RUNS} ${runs} AND ${moves}
    ORDER BY runs.run, m.seq LIMIT ?`;
  const found = byKeys(statements, keys, [...runs.values, ...moves.values, limit]);
  if (found.length === limit) return found;
  const waiting = `SELECT sku, seq, e.id AS entry FROM ${WAITING} ${entries} ORDER BY seq LIMIT ?`;
  const rest = byKeys(statements, waiting, [...entries.values, limit - found.length]);
  return [...found, ...rest];
}

/** Last of as many SKUs as have so many entries by their heads, on which nothing else depends;
 *  undefined where there are no more heads. */
function endOfWindow(
  statements: Statements,
  after: string,
  skus: number,
  wanted: number,
): string | undefined {
  const sql = 'SELECT sku, seq FROM heads WHERE sku > ? ORDER BY sku LIMIT ?';
  let last: string | undefined;
  let entries = 0;
  for (const [sku, seq] of statements.arrays(sql, [after, skus])) {
    last = sku as string;
    entries += Number(seq);
    if (entries >= wanted) break;
  }
  return last;
}

function ofWindow(
  statements: Statements,
  filter: LedgerFilter,
  after: string,
  upTo: string | undefined,
  limit: number,
): LedgerEntry[] {
  const shared = new Conditions().add('sku > ?', after).add('sku <= ?', upTo);
  const { runs, moves, entries } = moveFilter(filter, shared.add(OF_KIND, filter.kind));
  const keys = `SELECT sku, seq, entry FROM ${IN_RUNS} ${runs} AND ${moves}
    UNION ALL SELECT sku, seq, e.id FROM ${WAITING} ${entries} ORDER BY 1, 2 LIMIT ?`;
  const values = [...runs.values, ...moves.values, ...entries.values, limit];
  return byKeys(statements, keys, values);
}

/** Finds the entries before it reads them, so that keys are sorted and not whole rows. */
function byKeys(statements: Statements, keys: string, values: SQLInputValue[]): LedgerEntry[] {
  const sql = `SELECT k.sku, k.seq, ${ENTRY_COLUMNS}
    FROM (${keys}) k CROSS JOIN entries e ON e.id = k.entry ${ENTRY_JOINS} ORDER BY k.sku, k.seq`;
  return statements.arrays(sql, values).map(entryOf);
}
