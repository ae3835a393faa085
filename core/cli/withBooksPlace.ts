import { resolve } from 'node:path';
import type { BackupManifest } from '../backup/BackupManifest.ts';
import type { BooksPlace } from '../backup/BooksPlace.ts';
import { booksPlaceAt } from '../backup/booksPlaceAt.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { umaskOf } from '../hub/umaskOf.ts';
import { type Runtime, systemRuntime, systemTime } from '../runtime.ts';
import type { Invocation } from './command.ts';
import { isJson, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { plural } from './plural.ts';
import { WorkMeter } from './WorkMeter.ts';

interface AtPlace {
  books: BooksPlace;
  /** Of the backup. */
  backup: string;
  mask: number;
  runtime: Runtime;
}

interface Said {
  manifest: Pick<BackupManifest, 'skus' | 'knownAt' | 'digest'>;
  /** Where they lie now: for programs by this name, and for people. */
  name: 'folder' | 'books';
  place: string;
  /** What else a person is told. */
  more: readonly string[];
}

/** Copies books between their place and a backup, shows how far it is, and tells what they are then. */
export async function withBooksPlace(
  invocation: Invocation,
  copy: (at: AtPlace) => Promise<Said>,
): Promise<number> {
  const { arguments: given, folder, workingFolder, env, terminal } = invocation;
  const { storeAddress } = await placeOfBooks(folder, env);
  const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });
  const means = { mask: umaskOf(env), runtime: systemRuntime(log) };
  const meter = new WorkMeter(terminal, systemTime);
  const books = await booksPlaceAt(storeAddress, { ...means, tell: meter.tell });
  try {
    const said = await copy({ books, backup: resolve(workingFolder, given[0] ?? ''), ...means });
    const { manifest, name, place, more } = said;
    const { skus, knownAt, digest } = manifest;
    meter.end();
    if (isJson(invocation)) {
      await sayJson(terminal, { [name]: place, skus, knownAt, digest });
      return 0;
    }
    const moment = knownAt === null ? 'before anything was booked' : `as known at ${knownAt}`;
    terminal.out([`The books of ${plural(skus, 'SKU')} ${moment} are in ${place}.`, ...more]);
    return 0;
  } finally {
    meter.end();
    await books.close();
  }
}
