import type { CliCommand } from './command.ts';
import { jsonFormat } from './jsonFormat.ts';
import { withBooksPlace } from './withBooksPlace.ts';

export const restore: CliCommand = {
  name: 'restore',
  about:
    'Puts the books of a backup into a data folder or database where none are; it checks them first.',
  arguments: [{ name: 'FOLDER', about: 'What stockbus backup made.' }],
  options: { format: jsonFormat },
  examples: ['STOCKBUS_DATA=/srv/stockbus-new stockbus restore /backups/2026-03-31'],
  run: (invocation) =>
    withBooksPlace(invocation, async ({ books, backup }) => {
      const manifest = await books.restore(backup);
      const { knownAt, digest } = manifest;
      const more = [
        ...(digest === null
          ? []
          : [`Prove it: stockbus verify --known-at ${knownAt} --expect ${digest}`]),
        'What was sent later is not in them: send it again, nothing is booked twice.',
      ];
      return { manifest, name: 'books', place: books.shown, more };
    }),
};
