import type { Origin } from '../../message.ts';
import type { KeptParked, ParkedChapter } from '../../ports.ts';
import { type TableList, tablePage } from './listsInFile.ts';
import { Conditions, fieldsOf } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';

/** Records that wait for a person, as commits have left them. */
export const parkedInFile = (file: StoreFile): ParkedChapter => ({
  async parked({ flow, name, intakeId, since, until }, page) {
    const where = new Conditions().add('flow = ?', flow).add('name = ?', name);
    where.add('intake_id = ?', intakeId);
    where.add('parked_at >= ?', since).add('parked_at < ?', until);
    return tablePage(file, parkedRecords, page, where);
  },

  async forgetParked(ids) {
    const sql = 'DELETE FROM parked WHERE id IN (SELECT value FROM json_each(?))';
    file.use(({ statements }) => statements.run(sql, [JSON.stringify(ids)]));
  },

  async parkedRecord(id) {
    return tablePage(file, parkedRecords, { limit: 1 }, new Conditions().add('id = ?', id)).rows[0];
  },
});

const parkedRecords: TableList<KeptParked> = {
  ...{ rows: '* FROM parked', key: ['parked_at', 'id'] },
  of(row) {
    const { intakeId, flow, name, ...record } = fieldsOf<Parked>(row, 'faults');
    return { ...record, origin: { intakeId, flow, name } };
  },
};

type Parked = Omit<KeptParked, 'origin'> & Origin;
