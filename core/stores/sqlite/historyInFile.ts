import type { AcceptedPayload, DeliveryNote, HistoryChapter, Snapshot } from '../../ports.ts';
import { firstRelayedIn } from './eventsInFile.ts';
import { refuseChangedTables } from './migrations/migrateFile.ts';
import { withoutSync } from './openDatabase.ts';
import { Conditions, fieldsOf, type Row } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { allOrNothing } from './schema.ts';

const OLD = (table: string): string => `DELETE FROM ${table} WHERE rowid IN (
  SELECT rowid FROM ${table} WHERE at < ?1 ORDER BY at LIMIT ?2)`;

/** Rows are numbered as they come. */
const OVER = (table: string): string => `DELETE FROM ${table} WHERE rowid IN (
  SELECT rowid FROM ${table} WHERE rowid <= (SELECT max(rowid) FROM ${table}) - ?1 ORDER BY rowid LIMIT ?2)`;

/** As the index has it: requests are not found by their path. */
export const NAMED = "name NOT LIKE '/v1/%'";

const LATEST = (which: string): string => `SELECT * FROM (
  SELECT * FROM deliveries WHERE message = ?1 AND ${which} ORDER BY number DESC LIMIT ?2)`;

const CALLS = `${LATEST("code = ''")} UNION ALL ${LATEST("code <> ''")} ORDER BY number`;

/** The oldest, as long as all that are as new or newer have more characters. */
const BEYOND = `DELETE FROM snapshots WHERE number IN (
  SELECT number FROM (
    SELECT number, sum(size) OVER (ORDER BY number DESC) AS characters FROM snapshots
  ) WHERE characters > ?1 ORDER BY number LIMIT ?2)`;

/** What is known of the way of payloads and events, in three tables. */
export const historyInFile = (file: StoreFile): HistoryChapter => ({
  async noteHistory({ payloads, deliveries, snapshots }) {
    file.use(({ database, statements }) =>
      withoutSync(database, () =>
        allOrNothing(database, () => {
          refuseChangedTables(database);
          for (const payload of payloads) statements.insert('payloads', payload, 'replace');
          for (const delivery of deliveries) statements.insert('deliveries', delivery);
          for (const snapshot of snapshots)
            statements.insert('snapshots', { ...snapshot, size: snapshot.body.length });
        }),
      ),
    );
  },

  async forgetHistory(before, { rows, snapshotCharacters }, most) {
    return file.use(({ database, statements }) =>
      withoutSync(database, () => {
        let forgotten = 0;
        for (const table of ['payloads', 'deliveries', 'snapshots'])
          forgotten += statements.run(OLD(table), [before, most]);
        for (const table of ['payloads', 'deliveries'])
          forgotten += statements.run(OVER(table), [rows, most]);
        return forgotten + statements.run(BEYOND, [snapshotCharacters, most]);
      }),
    );
  },

  async accepted(filter, limit) {
    const [value] = Object.values(filter) as [string];
    const where =
      'name' in filter
        ? `name = ? AND ${NAMED}`
        : 'digest' in filter
          ? 'digest = ?'
          : 'intake_id = ?';
    const sql = `SELECT * FROM payloads WHERE ${where} ORDER BY at DESC LIMIT ?`;
    return file.read((statements) =>
      statements.all(sql, [value, limit]).map((row) => fieldsOf<AcceptedPayload>(row)),
    );
  },

  async deliveries(message, limit) {
    return file.read((statements) =>
      statements.all(CALLS, [message, limit]).map(withoutNumber<DeliveryNote>),
    );
  },

  async snapshots({ intakeId, record }, limit) {
    const where = new Conditions().add('intake_id = ?', intakeId).add('record = ?', record);
    const sql = `SELECT * FROM snapshots WHERE ${where} ORDER BY number LIMIT ?`;
    return file.read((statements) =>
      statements.all(sql, [...where.values, limit]).map(withoutNumber<Snapshot>),
    );
  },

  firstRelayed: async (group, since) => firstRelayedIn(file, group, since),
});

function withoutNumber<Fields>({ number: _, size: __, ...row }: Row): Fields {
  return fieldsOf<Fields>(row);
}
