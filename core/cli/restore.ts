import { join, resolve } from 'node:path';
import { embeddedFolder } from '../backup/embeddedFolder.ts';
import { restoreBooks } from '../backup/restoreBooks.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { umaskOf } from '../hub/umaskOf.ts';
import { systemRuntime } from '../runtime.ts';
import type { CliCommand } from './command.ts';
import { lineLog } from './log.ts';
import { plural } from './plural.ts';

export const restore: CliCommand = {
  name: 'restore',
  about: 'Puts the books of a backup into the data folder, where none are; it checks them first.',
  arguments: [{ name: 'FOLDER', about: 'What stockbus backup made.' }],
  options: {},
  examples: ['STOCKBUS_DATA=/srv/stockbus-new stockbus restore /backups/2026-03-31'],
  async run({ arguments: [path = ''], folder, workingFolder, env, terminal }) {
    const { storeAddress } = await placeOfBooks(folder, env);
    const books = embeddedFolder('restore', storeAddress);
    const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });
    const choice = { mask: umaskOf(env), runtime: systemRuntime(log) };
    const { skus, knownAt, digest } = await restoreBooks(
      resolve(workingFolder, path),
      books,
      choice,
    );
    const moment = knownAt === null ? 'before anything was booked' : `as known at ${knownAt}`;
    const proof =
      digest === null ? [] : [`Prove it: stockbus verify --known-at ${knownAt} --expect ${digest}`];
    terminal.out([
      `The books of ${plural(skus, 'SKU')} ${moment} are in ${join(books, 'store.db')}.`,
      ...proof,
      'What was sent later is not in them: send it again, nothing is booked twice.',
    ]);
    return 0;
  },
};
