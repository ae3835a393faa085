import { resolve } from 'node:path';
import { booksPlaceAt } from '../backup/booksPlaceAt.ts';
import { placeOfBooks } from '../hub/placeOfBooks.ts';
import { umaskOf } from '../hub/umaskOf.ts';
import { systemRuntime, systemTime } from '../runtime.ts';
import type { CliCommand } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { plural } from './plural.ts';
import { WorkMeter } from './WorkMeter.ts';

export const restore: CliCommand = {
  name: 'restore',
  about:
    'Puts the books of a backup into a data folder or database where none are; it checks them first.',
  arguments: [{ name: 'FOLDER', about: 'What stockbus backup made.' }],
  options: { format: jsonFormat },
  examples: ['STOCKBUS_DATA=/srv/stockbus-new stockbus restore /backups/2026-03-31'],
  async run(invocation) {
    const {
      arguments: [path = ''],
      folder,
      workingFolder,
      env,
      terminal,
    } = invocation;
    const { storeAddress } = await placeOfBooks(folder, env);
    const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });
    const means = { mask: umaskOf(env), runtime: systemRuntime(log) };
    const meter = new WorkMeter(terminal, systemTime);
    const books = await booksPlaceAt(storeAddress, { ...means, tell: meter.tell });
    try {
      const { skus, knownAt, digest } = await books.restore(resolve(workingFolder, path));
      meter.end();
      if (isJson(invocation)) {
        await sayJson(terminal, { books: books.shown, skus, knownAt, digest });
        return 0;
      }
      const moment = knownAt === null ? 'before anything was booked' : `as known at ${knownAt}`;
      const proof = `Prove it: stockbus verify --known-at ${knownAt} --expect ${digest}`;
      terminal.out([
        `The books of ${plural(skus, 'SKU')} ${moment} are in ${books.shown}.`,
        ...(digest === null ? [] : [proof]),
        'What was sent later is not in them: send it again, nothing is booked twice.',
      ]);
      return 0;
    } finally {
      meter.end();
      await books.close();
    }
  },
};
