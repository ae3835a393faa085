import { StockbusError } from '../../errors.ts';
import { InboxTable } from './InboxTable.ts';
import { type OpenDatabase, openDatabase, translated } from './openDatabase.ts';
import { PackWriter } from './PackWriter.ts';
import { Statements } from './Statements.ts';

export interface Opened extends OpenDatabase {
  statements: Statements;
  inbox: InboxTable;
  packs: PackWriter;
}

/** What the parts of a store have in common: store.db in a folder, opened again where what was read of it is outdated. */
export class StoreFile {
  readonly #folder: string;
  readonly #open: (folder: string) => OpenDatabase;
  #opened: Opened | undefined;

  constructor(folder: string, open: (folder: string) => OpenDatabase = openDatabase) {
    this.#folder = folder;
    this.#open = open;
    this.#opened = this.#openedNow();
  }

  #openedNow(): Opened {
    const open = this.#open(this.#folder);
    const statements = new Statements(open.database);
    const inbox = new InboxTable(open.database);
    const packs = new PackWriter(open.database);
    return { ...open, statements, inbox, packs };
  }

  /** Throws SHUTTING_DOWN where it is not open, and what SQLite refuses in the hub's words. */
  use<T>(action: (opened: Opened) => T): T {
    const opened = this.#opened;
    if (!opened) throw new StockbusError('SHUTTING_DOWN', `the store in ${this.#folder} is closed`);
    const file = `${this.#folder}/store.db`;
    const result = translated(file, () => action(opened));
    if (!opened.isOutdated()) return result;
    opened.close();
    this.#opened = this.#openedNow();
    return this.use(action);
  }

  read<T>(action: (statements: Statements) => T): T {
    return this.use(({ statements }) => action(statements));
  }

  /** Several reads that see the same commits, whatever other processes write meanwhile. */
  atOneMoment<T>(action: (opened: Opened) => T): T {
    return this.use((opened) => {
      opened.statements.run('BEGIN');
      try {
        return action(opened);
      } finally {
        opened.statements.run('COMMIT');
      }
    });
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) translated(this.#folder, () => opened.close());
  }
}
