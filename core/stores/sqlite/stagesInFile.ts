import type { StageChange, StageChapter, StageRow } from '../../ports.ts';
import { tablePage } from './listsInFile.ts';
import { refuseChangedTables } from './migrations/migrateFile.ts';
import { Conditions, fieldsOf, type Row, type Statements } from './Statements.ts';
import type { Opened, StoreFile } from './StoreFile.ts';

const ROWS = '* FROM stage_rows';
const CHANGED =
  'UPDATE stage_rows SET version = ?, since = ?, due_at = ?, body = ? WHERE stage = ? AND key = ? AND version = ?';
const GONE = 'DELETE FROM stage_rows WHERE stage = ? AND key = ? AND version = ?';

/** What stages of flows wait with, in two tables. */
export const stagesInFile = (file: StoreFile): StageChapter => ({
  async stageRows(stage, keys) {
    const sql = `SELECT ${ROWS} WHERE stage = ? AND key IN (SELECT value FROM json_each(?))`;
    const list = JSON.stringify(keys);
    return file.read((statements) => statements.all(sql, [stage, list]).map(rowFrom));
  },

  async dueStageRows(stage, now, limit) {
    const sql = `SELECT ${ROWS} WHERE stage = ? AND due_at <= ? ORDER BY due_at, key LIMIT ?`;
    return file.read((statements) => statements.all(sql, [stage, now, limit]).map(rowFrom));
  },

  async commitStage({ id, stage, rows, outs }) {
    return file.use((opened) => {
      const isWritten = atOnce(opened, (statements) => {
        if (!rows.every((change) => write(statements, { stage, id }, change))) return false;
        for (const out of outs) statements.insert('stage_outs', { stage, ...out });
        return true;
      });
      return isWritten ? 'committed' : 'conflict';
    });
  },

  async stageOuts(stage, limit) {
    const sql = 'SELECT id, body FROM stage_outs WHERE stage = ? ORDER BY id LIMIT ?';
    return file.read((statements) => statements.rows(sql, [stage, limit]));
  },

  async outsSent(stage, ids) {
    const sql = 'DELETE FROM stage_outs WHERE stage = ? AND id IN (SELECT value FROM json_each(?))';
    file.use(({ statements }) => statements.run(sql, [stage, JSON.stringify(ids)]));
  },

  async staged({ stage }, page) {
    const list = { rows: ROWS, key: ['stage', 'key'], of: rowFrom };
    return tablePage<StageRow>(file, list, page, new Conditions().add('stage = ?', stage));
  },
});

const rowFrom = (row: Row): StageRow => fieldsOf<StageRow>(row);

/** Under the write lock; nothing is written where `write` says false or throws. */
function atOnce({ database, statements }: Opened, write: (to: Statements) => boolean): boolean {
  statements.run('BEGIN IMMEDIATE');
  try {
    refuseChangedTables(database);
    const isWritten = write(statements);
    statements.run(isWritten ? 'COMMIT' : 'ROLLBACK');
    return isWritten;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function write(
  statements: Statements,
  { stage, id }: { stage: string; id: string },
  { key, expected, row }: StageChange,
): boolean {
  if (!row) return expected === '' || statements.run(GONE, [stage, key, expected]) === 1;
  const fields = { stage, key, version: id, ...row };
  if (expected === '') return statements.insert('stage_rows', fields, 'keep') === 1;
  const { since, dueAt = null, body } = row;
  return statements.run(CHANGED, [id, since, dueAt, body, stage, key, expected]) === 1;
}
