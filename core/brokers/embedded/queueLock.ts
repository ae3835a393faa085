import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';
import { closeToOthers } from '../../privateFiles.ts';
import { isBusy, openFailure } from './failure.ts';

/**
 * The right to consume from one queue: a lock that the operating system takes back when the process
 * dies, however it dies. Throws DATA_FOLDER_BUSY when another has it.
 */
export class QueueLock {
  readonly #db: DatabaseSync;

  constructor(folder: string, queue: string) {
    const file = join(folder, `broker.${queue}.lock`);
    this.#db = new DatabaseSync(file, { timeout: 0 });
    try {
      this.#db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      closeToOthers([file]);
    } catch (error) {
      this.#db.close();
      if (!isBusy(error)) throw openFailure(error, folder);
      throw new StockbusError(
        'DATA_FOLDER_BUSY',
        `another hub works off the queue ${queue} in ${folder}`,
        undefined,
        { cause: error },
      );
    }
  }

  release(): void {
    this.#db.close();
  }
}
