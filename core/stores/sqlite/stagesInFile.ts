import { limits } from '../../limits.ts';
import type {
  KeptStage,
  MemberName,
  StageChange,
  StageChapter,
  StageOut,
  StageRow,
} from '../../ports.ts';
import { tablePage } from './listsInFile.ts';
import { Conditions, fieldsOf, type Row, type Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { underLock } from './underLock.ts';

const ROWS = '* FROM stage_rows';
const CHANGED =
  'UPDATE stage_rows SET version = ?, since = ?, due_at = ?, waiting = ?, body = ? WHERE stage = ? AND key = ? AND version = ?';
const KEPT = `SELECT stage, sum(waiting) AS waiting, min(since) AS since, sum(outs) AS outs FROM (
  SELECT stage, 0 AS waiting, NULL AS since, 0 AS outs FROM stages UNION ALL
  SELECT stage, sum(waiting), min(since), 0 FROM stage_rows WHERE waiting > 0 GROUP BY stage UNION ALL
  SELECT stage, 0, NULL, count(*) FROM stage_outs GROUP BY stage) GROUP BY stage ORDER BY stage`;
const GONE = 'DELETE FROM stage_rows WHERE stage = ? AND key = ? AND version = ?';

const KNOWN = `SELECT one.key, one.id FROM json_each(?) AS name CROSS JOIN stage_members AS one
  WHERE one.stage = ? AND one.key = name.value ->> 0 AND one.id = name.value ->> 1`;
const MEMBERS = `SELECT one.key, one.id, one.body FROM json_each(?) AS name CROSS JOIN stage_members AS one
  WHERE one.stage = ? AND one.key = name.value AND one.body IS NOT NULL ORDER BY name.key, one.number`;
const NAMED = 'WHERE stage = ? AND key = ? AND id IN (SELECT value FROM json_each(?))';
const CLEARED = 'DELETE FROM stage_members WHERE stage = ? AND key = ?';
const DROPPED = `DELETE FROM stage_members ${NAMED}`;
const LEFT = `UPDATE stage_members SET body = NULL, forget_at = ? ${NAMED}`;
const ADDED =
  'INSERT INTO stage_members (stage, key, id, number, body, forget_at) VALUES (?, ?, ?, ?, ?, ?)';
const SENT = 'DELETE FROM stage_outs WHERE stage = ? AND id IN (SELECT value FROM json_each(?))';
const FORGOTTEN = `${CLEARED} AND forget_at <= ?`;

/** What stages of flows wait with, in two tables. */
export const stagesInFile = (file: StoreFile): StageChapter => ({
  async stageRows(stage, keys) {
    const sql = `SELECT ${ROWS} WHERE stage = ? AND key IN (SELECT value FROM json_each(?))`;
    const list = JSON.stringify(keys);
    return file.read((statements) => statements.all(sql, [stage, list]).map(rowFrom));
  },

  async knownMembers(stage, names) {
    const list = JSON.stringify(names.map(({ key, id }) => [key, id]));
    return file.read((statements) => statements.rows<MemberName>(KNOWN, [list, stage]));
  },

  async stageMembers(stage, keys) {
    return file.read((statements) => statements.rows(MEMBERS, [JSON.stringify(keys), stage]));
  },

  async dueStageRows(stage, now, limit) {
    const sql = `SELECT ${ROWS} WHERE stage = ? AND due_at <= ? ORDER BY due_at, key LIMIT ?`;
    return file.read((statements) => statements.all(sql, [stage, now, limit]).map(rowFrom));
  },

  async commitStage({ id, stage, rows, outs, gone = [] }) {
    return file.use((opened) => {
      const isWritten = underLock(opened, (statements) => {
        if (!rows.every((change) => write(statements, { stage, id }, change))) return false;
        for (const out of outs) statements.insert('stage_outs', { stage, ...out });
        return statements.run(SENT, [stage, JSON.stringify(gone)]) === gone.length;
      });
      return isWritten ? 'committed' : 'conflict';
    });
  },

  async stageOuts(stage, limit, after = '') {
    const sql = 'SELECT id, body FROM stage_outs WHERE stage = ? AND id > ? ORDER BY id LIMIT ?';
    return file.read((statements) => {
      const outs: StageOut[] = [];
      let characters = 0;
      for (const [id, body] of statements.eachArray(sql, [stage, after, limit])) {
        outs.push({ id, body } as StageOut);
        characters += (body as string).length;
        if (characters >= limits.stageRoundBytes) break;
      }
      return outs;
    });
  },

  async outsSent(stage, ids) {
    file.use(({ statements }) => statements.run(SENT, [stage, JSON.stringify(ids)]));
  },

  async knowStages(stages) {
    file.use((opened) =>
      underLock(opened, (statements) => {
        for (const stage of stages) statements.insert('stages', { stage }, 'keep');
        return true;
      }),
    );
  },

  async forgetStage(stage) {
    file.use(({ statements }) => statements.run('DELETE FROM stages WHERE stage = ?', [stage]));
  },

  async stages() {
    return file.read((statements) =>
      statements.all(KEPT, []).map((row) => fieldsOf<KeptStage>(row)),
    );
  },

  async staged({ stage }, page) {
    const list = { rows: ROWS, key: ['stage', 'key'], of: rowFrom };
    return tablePage<StageRow>(file, list, page, new Conditions().add('stage = ?', stage));
  },
});

const rowFrom = (row: Row): StageRow => fieldsOf<StageRow>(row);

function write(
  statements: Statements,
  { stage, id }: { stage: string; id: string },
  change: StageChange,
): boolean {
  const { key, expected, row } = change;
  if (!row && expected === '') return true;
  if (!writeRow(statements, { stage, id }, change)) return false;
  const { clears, drops = [], left, adds = [], forgets } = change;
  if (!row || clears) statements.run(CLEARED, [stage, key]);
  if (drops.length > 0) statements.run(DROPPED, [stage, key, JSON.stringify(drops)]);
  if (left) statements.run(LEFT, [left.forgetAt, stage, key, JSON.stringify(left.ids)]);
  for (const { id: member, number, body = null, forgetAt = null } of adds)
    statements.run(ADDED, [stage, key, member, number, body, forgetAt]);
  if (forgets !== undefined) statements.run(FORGOTTEN, [stage, key, forgets]);
  return true;
}

function writeRow(
  statements: Statements,
  { stage, id }: { stage: string; id: string },
  { key, expected, row }: StageChange,
): boolean {
  if (!row) return statements.run(GONE, [stage, key, expected]) === 1;
  const fields = { stage, key, version: id, ...row };
  if (expected === '') return statements.insert('stage_rows', fields, 'keep') === 1;
  const { since, dueAt = null, waiting, body } = row;
  return statements.run(CHANGED, [id, since, dueAt, waiting, body, stage, key, expected]) === 1;
}
