import type { Store } from '../../ports.ts';
import { joined } from '../joined.ts';
import { PackLists } from '../packs/PackLists.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { SqliteClosings } from './SqliteClosings.ts';
import { SqliteCommits } from './SqliteCommits.ts';
import { SqliteEvents } from './SqliteEvents.ts';
import { SqliteLists } from './SqliteLists.ts';
import { SqlitePacks } from './SqlitePacks.ts';
import { StoreFile } from './StoreFile.ts';

/**
 * Stock in one SQLite file. Calls run at once, one after another; other processes may read the same
 * file at any time, and write it: each commit takes SQLite's write lock.
 */
export async function openSqlite(
  folder: string,
  open?: (folder: string) => OpenDatabase,
): Promise<Store> {
  const file = new StoreFile(folder, open);
  const packs = new SqlitePacks(file);
  const closings = new SqliteClosings(file);
  const store = joined(
    new SqliteCommits(file, packs),
    new PackLists(packs, closings),
    new SqliteLists(file),
    new SqliteEvents(file),
    closings,
  );
  await store.open();
  return store;
}
