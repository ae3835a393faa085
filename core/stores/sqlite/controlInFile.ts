import {
  type ControlChange,
  type ControlChapter,
  type ControlRow,
  type ControlState,
  type Fence,
  LEASE,
} from '../../ports.ts';
import { tablePage } from './listsInFile.ts';
import { Conditions, fieldsOf, type Row, type Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { underLock } from './underLock.ts';

const ROWS = '* FROM control';
const OF_WORD =
  '* FROM (SELECT c.*, w.word AS word FROM control_words w JOIN control c ON c.kind = w.kind AND c.id = w.id)';
const CHANGED = `UPDATE control SET version = ?, state = ?, since = ?, due_at = ?, words = ?, body = ?
  WHERE kind = ? AND id = ? AND version = ?`;
const GONE = 'DELETE FROM control WHERE kind = ? AND id = ? AND version = ?';
const UNNAMED = `DELETE FROM control_words WHERE (kind, word, since, id) IN (
  SELECT c.kind, w.value, c.since, c.id FROM control c CROSS JOIN json_each(c.words) w
  WHERE c.kind = ? AND c.id = ?)`;
const STATES = `SELECT state, count(*) AS rows, min(since) AS since FROM control
  WHERE kind = ? GROUP BY state ORDER BY state`;
const CLOCK = `SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')`;

/** What the hub keeps about its own work. The server is this machine: all processes that write the file have its clock. */
export const controlInFile = (file: StoreFile, now?: () => number): ControlChapter => ({
  async control(kind, ids) {
    const sql = `SELECT ${ROWS} WHERE kind = ? AND id IN (SELECT value FROM json_each(?))`;
    return file.read((statements) => statements.all(sql, [kind, JSON.stringify(ids)]).map(rowFrom));
  },

  async controlRows({ kind, state, word, since, until }, page) {
    const list = { rows: word === undefined ? ROWS : OF_WORD, key: ['since', 'id'], of: rowFrom };
    const where = new Conditions().add('kind = ?', kind).add('word = ?', word);
    where.add('state = ?', state).add('since >= ?', since).add('since <= ?', until);
    return tablePage<ControlRow>(file, list, page, where);
  },

  async controlStates(kind) {
    return file.read((statements) => statements.rows<ControlState>(STATES, [kind]));
  },

  async dueControl(kind, now, limit) {
    const sql = `SELECT ${ROWS} WHERE kind = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`;
    return file.read((statements) => statements.all(sql, [kind, now, limit]).map(rowFrom));
  },

  async changeControl(id, changes, fence) {
    return file.use((opened) => {
      const isWritten = underLock(opened, (statements) => {
        if (fence && !isHeld(statements, fence)) return false;
        return changes.every((change) => write(statements, id, change));
      });
      return isWritten ? 'done' : 'conflict';
    });
  },

  async serverTime() {
    if (now) return new Date(now()).toISOString();
    return file.read((statements) => statements.column(CLOCK)[0]!);
  },
});

function rowFrom(row: Row): ControlRow {
  const { word: _, ...columns } = row;
  return fieldsOf<ControlRow>(columns, 'words');
}

const isHeld = (statements: Statements, { lease, token }: Fence): boolean => {
  const sql = 'SELECT 1 FROM control_words WHERE kind = ? AND word = ? AND id = ?';
  return statements.column(sql, [LEASE, String(token), lease]).length > 0;
};

function write(
  statements: Statements,
  version: string,
  { kind, id, expected, row }: ControlChange,
): boolean {
  if (!row && expected === '') return true;
  if (expected !== '') statements.run(UNNAMED, [kind, id]);
  if (!row) return statements.run(GONE, [kind, id, expected]) === 1;
  const { state, since, dueAt = null, body } = row;
  const words = JSON.stringify(row.words);
  const changed =
    expected === ''
      ? statements.insert('control', { kind, id, version, ...row }, 'keep')
      : statements.run(CHANGED, [version, state, since, dueAt, words, body, kind, id, expected]);
  if (changed !== 1) return false;
  for (const word of row.words)
    statements.insert('control_words', { kind, word, since, id }, 'keep');
  return true;
}
