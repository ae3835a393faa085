import type { Origin, ParkedRecord } from '../../message.ts';
import type { KeptParked, ParkedChapter } from '../../ports.ts';
import { parkedWords } from '../../searchWords.ts';
import { type TableList, tablePage } from './listsInFile.ts';
import { Conditions, fieldsOf, type Row, type Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { allOrNothing } from './schema.ts';

/** Records that wait for a person, as commits have left them. */
export const parkedInFile = (file: StoreFile): ParkedChapter => ({
  async parked({ flow, name, intakeId, word, since, until }, page) {
    const where = new Conditions().add('flow = ?', flow).add('name = ?', name);
    where.add('intake_id = ?', intakeId);
    where.add('parked_at >= ?', since).add('parked_at < ?', until);
    where.add('w.word = ?', word);
    const rows = word === undefined ? parkedRecords.rows : OF_WORD;
    return tablePage(file, { ...parkedRecords, rows }, page, where);
  },

  async forgetParked(ids) {
    const some = [JSON.stringify(ids)];
    file.use(({ database, statements }) =>
      allOrNothing(database, () => {
        const gone = statements.all(`SELECT ${parkedRecords.rows} WHERE ${AMONG}`, some);
        for (const row of gone) unfile(statements, recordOf(row));
        statements.run(`DELETE FROM parked WHERE ${AMONG}`, some);
      }),
    );
  },

  async parkedRecord(id) {
    return tablePage(file, parkedRecords, { limit: 1 }, new Conditions().add('id = ?', id)).rows[0];
  },
});

function recordOf(row: Row): KeptParked {
  const { intakeId, flow, name, ...record } = fieldsOf<Parked>(row, 'faults');
  return { ...record, origin: { intakeId, flow, name } };
}

const parkedRecords: TableList<KeptParked> = {
  ...{ rows: '* FROM parked', key: ['parked_at', 'id'], of: recordOf },
};
const OF_WORD = 'p.* FROM parked_words w CROSS JOIN parked p ON p.id = w.parked';
const AMONG = 'id IN (SELECT value FROM json_each(?))';

/** So that it is found by what stands in it. */
export function fileParked(statements: Statements, record: ParkedRecord): void {
  for (const word of parkedWords(record))
    statements.insert('parked_words', { word, parked: record.id }, 'keep');
}

function unfile(statements: Statements, record: ParkedRecord): void {
  const sql = 'DELETE FROM parked_words WHERE word = ? AND parked = ?';
  for (const word of parkedWords(record)) statements.run(sql, [word, record.id]);
}

type Parked = Omit<KeptParked, 'origin'> & Origin;
