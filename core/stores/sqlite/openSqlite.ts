import { joined } from '../../joined.ts';
import type { Store } from '../../ports.ts';
import { PackLists } from '../packs/PackLists.ts';
import { closingsInFile } from './closingsInFile.ts';
import { commitsInFile } from './commitsInFile.ts';
import { controlInFile } from './controlInFile.ts';
import { deadLettersInFile } from './deadLettersInFile.ts';
import { eventsInFile } from './eventsInFile.ts';
import { figuresInFile } from './figuresInFile.ts';
import { historyInFile } from './historyInFile.ts';
import { listsInFile } from './listsInFile.ts';
import { namesInFile } from './namesInFile.ts';
import type { OpenDatabase } from './openDatabase.ts';
import { parkedInFile } from './parkedInFile.ts';
import { producersInFile } from './producersInFile.ts';
import { SqlitePacks } from './SqlitePacks.ts';
import { StoreFile } from './StoreFile.ts';
import { stagesInFile } from './stagesInFile.ts';

/**
 * Stock in one SQLite file. Calls run at once, one after another; other processes may read the same
 * file at any time, and write it: each commit takes SQLite's write lock.
 */
export async function openSqlite(
  folder: string,
  open?: (folder: string) => OpenDatabase,
  now?: () => number,
): Promise<Store> {
  const file = new StoreFile(folder, open);
  const packs = new SqlitePacks(file);
  const closings = closingsInFile(file);
  return joined(
    commitsInFile(file, packs),
    new PackLists(packs, closings),
    listsInFile(file),
    eventsInFile(file),
    closings,
    stagesInFile(file),
    controlInFile(file, now),
    historyInFile(file),
    figuresInFile(file),
    namesInFile(file),
    producersInFile(file),
    parkedInFile(file),
    deadLettersInFile(file),
    packs,
  );
}
