import { join } from 'node:path';
import { databaseFiles } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import type { BooksPlace, TellCopied } from './BooksPlace.ts';
import { checkedBooks } from './checkedBooks.ts';
import { copyBooks } from './copyBooks.ts';
import { restoreBooks } from './restoreBooks.ts';

interface Means {
  /** From whom what is made is kept. */
  mask: number;
  runtime: Runtime;
  tell?: TellCopied;
}

/** By the address of a store. Throws CONFIG_BAD_VALUE. */
export async function booksPlaceAt(address: string, means: Means): Promise<BooksPlace> {
  if (address.startsWith('file:')) return placeInFolder(address.slice('file:'.length), means);
  // The driver is loaded only where it is used.
  const { placeInDatabase } = await import('./database/placeInDatabase.ts');
  return placeInDatabase(address, means.runtime, means.tell);
}

const placeInFolder = (
  books: string,
  { mask, runtime, tell = () => undefined }: Means,
): BooksPlace => ({
  shown: join(books, 'store.db'),
  files: [...databaseFiles('store.db'), 'store.db-journal'],
  async copy(folder) {
    await copyBooks(books, folder, (done) => tell('copying', done));
    tell('checking');
    return checkedBooks(folder, runtime);
  },
  restore: (backup) => restoreBooks(backup, books, { mask, runtime, tell }),
  close: async () => undefined,
});
