/** What makes the file what it is: tables, indexes, triggers, and the views that an auditor reads. */
import type { Forger } from './Forger.ts';
import { type Outcome, type Row, type Tampering, tamperings } from './Tampering.ts';

const by = (sql: string) => (forger: Forger) => forger.sql(sql);
/** As it was, but for a part of its text. */
const view = (name: string, was: string, is: string) => (forger: Forger) => {
  const [made] = forger.rows<{ sql: string }>('SELECT sql FROM sqlite_schema WHERE name = ?', name);
  forger.sql(`DROP VIEW ${name}; ${made!.sql.replace(was, is)}`);
};
/** Around all that SQLite refuses. */
const written = (sql: string) => (forger: Forger) => {
  forger.database.enableDefensive(false);
  forger.sql(`PRAGMA writable_schema = ON; ${sql}; PRAGMA writable_schema = RESET`);
};

const seen: Outcome = '(all) schema';
const rows: Row[] = [
  ['a trigger is dropped', by('DROP TRIGGER packs_unchanged'), seen],
  [
    'all triggers are dropped',
    by(
      ['commits', 'packs', 'documents', 'closings_made', 'closing_parts', 'inbox']
        .map((table) => `DROP TRIGGER ${table}_unchanged; DROP TRIGGER ${table}_kept;`)
        .join(''),
    ),
    seen,
  ],
  [
    'a trigger that lets everything pass',
    (forger) =>
      forger.sql(`DROP TRIGGER packs_kept;
    CREATE TRIGGER packs_kept BEFORE DELETE ON packs WHEN 0 BEGIN SELECT RAISE(ABORT, 'packs of the ledger are never deleted'); END`),
    seen,
  ],
  [
    'a trigger is planted',
    by('CREATE TRIGGER extra AFTER INSERT ON outbox BEGIN UPDATE outbox SET count = 0; END'),
    seen,
  ],
  [
    'the view ledger shows other values',
    view('ledger', 'e.value ->> 3 AS INTEGER', 'e.value ->> 3 AS INTEGER) + CAST(1 AS INTEGER'),
    seen,
  ],
  [
    'the view pools shows other values',
    view('pools', 'o.value ->> 2 AS INTEGER', 'o.value ->> 2 AS INTEGER) * CAST(2 AS INTEGER'),
    seen,
  ],
  [
    'the view stock leaves out a place',
    view('stock', 'WHERE reserved', `WHERE place <> 'S' AND reserved`),
    seen,
  ],
  [
    'the view period_log leaves out what was reopened',
    view('period_log', 'AS l', `AS l WHERE l.value ->> 'action' <> 'reopen'`),
    seen,
  ],
  ['the view closings is gone', by('DROP VIEW closings'), seen],
  ['a view is planted', by('CREATE VIEW balances AS SELECT * FROM stock'), seen],
  ['a table is planted', by('CREATE TABLE notes (text TEXT)'), seen],
  [
    'a table takes the place of a view',
    by(
      'CREATE TABLE copied AS SELECT * FROM layers; DROP VIEW layers; ALTER TABLE copied RENAME TO layers',
    ),
    seen,
  ],
  ['a table is gone that the verification does not read', by('DROP TABLE events'), seen],
  ['a table is gone that it reads', by('DROP VIEW reservation_log; DROP TABLE reservations'), seen],
  ['a column is added', by(`ALTER TABLE locations ADD COLUMN note TEXT`), seen],
  ['an index is gone', by('DROP INDEX documents_document'), seen],
  [
    'an index is another',
    by(
      'DROP INDEX reservations_due; CREATE INDEX reservations_due ON reservations (expires_at, id)',
    ),
    seen,
  ],
  ['an index is planted', by('CREATE INDEX extra ON packs (hash)'), seen],
  [
    'an index holds other rows than its table',
    written(
      `UPDATE sqlite_schema SET sql = replace(sql, '(document)', '(reference)') WHERE name = 'documents_document'`,
    ),
    seen,
  ],
  [
    'an index was filled from another column',
    (forger) => {
      const names = ['(document)', '(reference)'] as const;
      const renamed = ([was, is]: readonly string[]): string =>
        `UPDATE sqlite_schema SET sql = replace(sql, '${was}', '${is}') WHERE name = 'documents_document'`;
      written(renamed(names))(forger);
      forger.sql('REINDEX documents_document');
      written(renamed(names.toReversed()))(forger);
    },
    { notSeen: 'that is for PRAGMA integrity_check to say' },
  ],
  ['statistics for the planner are there', by('ANALYZE'), { notSeen: 'they change no figure' }],
  ['the version of the tables', by('PRAGMA user_version = 4'), { refused: 'STORE_SCHEMA' }],
];

export const schemaRows: Tampering[] = tamperings('schema', rows);
