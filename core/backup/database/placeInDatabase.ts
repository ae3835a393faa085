import { join } from 'node:path';
import { BEGINNING } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { newestVersion } from '../../stores/migrations/StoreVersions.ts';
import { inHubWords } from '../../stores/mongodb/inHubWords.ts';
import { databaseVersions } from '../../stores/mongodb/migrations/databaseVersions.ts';
import {
  refuseOtherDocuments,
  versionIn,
} from '../../stores/mongodb/migrations/migrateDatabase.ts';
import { connectionTo } from '../../stores/mongodb/openMongodb.ts';
import { RecordingFloors } from '../../stores/mongodb/RecordingFloors.ts';
import type { BackupManifest, BooksFacts } from '../BackupManifest.ts';
import type { BooksPlace, TellCopied } from '../BooksPlace.ts';
import { writeBsonFile } from './bsonFile.ts';
import { copiedNames, copiedRows } from './copiedRows.ts';
import { digestOfDatabase } from './digestOfDatabase.ts';
import { fileOf, restoreDatabase } from './restoreDatabase.ts';

/** Books in a MongoDB database. Throws CONFIG_BAD_VALUE. */
export function placeInDatabase(
  address: string,
  runtime: Runtime,
  tell: TellCopied = () => undefined,
): BooksPlace {
  const connection = connectionTo(address);
  return inHubWords(new DatabasePlace(connection, runtime, tell), connection.address);
}

class DatabasePlace implements BooksPlace {
  readonly shown: string;
  readonly files = copiedNames.map(fileOf);
  readonly #connection: ReturnType<typeof connectionTo>;
  readonly #runtime: Runtime;
  readonly #tell: TellCopied;

  constructor(connection: ReturnType<typeof connectionTo>, runtime: Runtime, tell: TellCopied) {
    this.shown = connection.address;
    this.#connection = connection;
    this.#runtime = runtime;
    this.#tell = tell;
  }

  async copy(folder: string): Promise<BooksFacts> {
    const { database, collections: all } = this.#connection;
    if (!(await versionIn(database).findOne({ _id: 'schema' }))) {
      const what = `there are no books in the database '${database.databaseName}'`;
      throw new StockbusError('DATA_FOLDER_MISSING', what);
    }
    await refuseOtherDocuments(database);
    const knownAt = await this.#final();
    const rows = await copiedRows(all, knownAt);
    const files: BooksFacts['files'] = {};
    for (const [index, name] of copiedNames.entries()) {
      this.#tell('copying', index / copiedNames.length);
      files[fileOf(name)] = await writeBsonFile(join(folder, fileOf(name)), rows[name]);
    }
    this.#tell('checking');
    const { digest, skus } = await digestOfDatabase(all, knownAt);
    return {
      ...{ store: 'mongodb', schema: newestVersion(databaseVersions), skus, files },
      knownAt: knownAt === BEGINNING ? null : knownAt,
      digest: digest === '' ? null : digest,
    };
  }

  /** Who may only read takes what a hub last found final, which is half a second old while it books. */
  async #final(): Promise<string> {
    const floors = new RecordingFloors(this.#connection.collections, this.#runtime);
    return floors.raise().catch(() => floors.final());
  }

  restore(backup: string): Promise<BackupManifest> {
    this.#tell('restoring');
    return restoreDatabase(backup, this.#connection, this.#runtime);
  }

  close(): Promise<void> {
    return this.#connection.client.close();
  }
}
