import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';
import { isBusy, openFailure } from './failure.ts';

/**
 * The right to consume from a data folder: a lock that the operating system takes back when the
 * process dies, however it dies. Throws DATA_FOLDER_BUSY when another has it.
 */
export class FolderLock {
  readonly #db: DatabaseSync;

  constructor(folder: string) {
    this.#db = new DatabaseSync(join(folder, 'broker.lock'), { timeout: 0 });
    try {
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      this.#db.close();
      if (!isBusy(error)) throw openFailure(error, folder);
      throw new StockbusError(
        'DATA_FOLDER_BUSY',
        `another process works off the queues in ${folder}`,
        undefined,
        { cause: error },
      );
    }
  }

  release(): void {
    this.#db.close();
  }
}
