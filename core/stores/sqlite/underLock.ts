import { refuseChangedTables } from './migrations/migrateFile.ts';
import type { Statements } from './Statements.ts';
import type { Opened } from './StoreFile.ts';

/** Under the write lock; nothing is written where `write` says false or throws. */
export function underLock(
  { database, statements }: Opened,
  write: (to: Statements) => boolean,
): boolean {
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
