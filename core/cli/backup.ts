import { resolve } from 'node:path';
import { backupBooks } from '../backup/backupBooks.ts';
import { booksPlaceAt } from '../backup/booksPlaceAt.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { umaskOf } from '../hub/umaskOf.ts';
import { systemRuntime, systemTime } from '../runtime.ts';
import type { CliCommand } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { packageFacts } from './packageFacts.ts';
import { plural } from './plural.ts';
import { WorkMeter } from './WorkMeter.ts';

export const backup: CliCommand = {
  name: 'backup',
  about:
    'Copies the books as they are at one moment into a folder, also while a hub works on them.',
  arguments: [{ name: 'FOLDER', about: 'Where to: a folder that is not there, or is empty.' }],
  options: { format: jsonFormat },
  examples: ['stockbus backup /backups/2026-03-31'],
  async run(invocation) {
    const {
      arguments: [path = ''],
      folder,
      workingFolder,
      env,
      terminal,
    } = invocation;
    const { storeAddress } = await placeOfBooks(folder, env);
    const to = resolve(workingFolder, path);
    const means = { mask: umaskOf(env), runtime: systemRuntime() };
    const meter = new WorkMeter(terminal, systemTime);
    const books = await booksPlaceAt(storeAddress, { ...means, tell: meter.tell });
    try {
      const { version: stockbus } = packageFacts();
      const { knownAt, digest, skus } = await backupBooks(books, to, { stockbus, ...means });
      meter.end();
      if (isJson(invocation)) {
        await sayJson(terminal, { folder: to, skus, knownAt, digest });
        return 0;
      }
      const moment = knownAt === null ? 'before anything was booked' : `as known at ${knownAt}`;
      terminal.out([
        `The books of ${plural(skus, 'SKU')} ${moment} are in ${to}.`,
        ...(digest === null ? [] : [`Digest of the ledger as known at ${knownAt}: ${digest}`]),
      ]);
      return 0;
    } finally {
      meter.end();
      await books.close();
    }
  },
};
