/** Books that are right, of which each tampering has a copy of its own; and the verification of a copy. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import { readDatabase } from '../../../core/stores/sqlite/readDatabase.ts';
import { type VerifyReport, verifyStore } from '../../../core/verify.ts';
import { bookStory } from './bookStory.ts';
import { Forger } from './Forger.ts';

export class TamperedBooks {
  readonly #folder: string;
  readonly #policy: StockPolicy;
  readonly #noted: { knownAt: string; expect: string };
  #copies = 0;

  private constructor(folder: string, policy: StockPolicy, { knownAt, digest }: VerifyReport) {
    this.#folder = folder;
    this.#policy = policy;
    this.#noted = { knownAt, expect: digest };
  }

  static async open(): Promise<TamperedBooks> {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-tampering-'));
    const store = await openSqlite(join(folder, 'right'));
    const { policy, noted, bookLater } = await bookStory(store);
    await bookLater();
    await store.close();
    return new TamperedBooks(folder, policy, noted);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A folder with a copy of the books. */
  copy(): string {
    this.#copies += 1;
    const folder = join(this.#folder, `${this.#copies}`);
    mkdirSync(folder);
    copyFileSync(join(this.#folder, 'right', 'store.db'), join(folder, 'store.db'));
    return folder;
  }

  /** What `stockbus verify --known-at … --expect …` finds, with the noted moment and digest. */
  async verify(folder: string): Promise<VerifyReport> {
    const store = await openSqlite(folder, readDatabase);
    try {
      return await verifyStore(store, this.#policy, this.#noted);
    } finally {
      await store.close();
    }
  }
}

/** Does something to a copy of the books; a change that changes nothing is none. */
export async function tamper(folder: string, change: (forger: Forger) => unknown): Promise<void> {
  const database = new DatabaseSync(join(folder, 'store.db'));
  try {
    database.exec('PRAGMA synchronous = OFF');
    const before = stateOf(database);
    await change(new Forger(database, folder));
    assert.notEqual(stateOf(database), before, 'nothing was changed');
  } finally {
    database.close();
  }
}

const stateOf = (database: DatabaseSync): string =>
  JSON.stringify([
    database.prepare('SELECT total_changes() AS changes, * FROM pragma_user_version').get(),
    database.prepare('SELECT max(no) AS last FROM commits').get(),
    database.prepare('SELECT name, sql FROM sqlite_schema ORDER BY name').all(),
  ]);
