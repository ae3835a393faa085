import { backupBooks } from '../backup/backupBooks.ts';
import type { CliCommand } from './command.ts';
import { jsonFormat } from './jsonFormat.ts';
import { packageFacts } from './packageFacts.ts';
import { withBooksPlace } from './withBooksPlace.ts';

export const backup: CliCommand = {
  name: 'backup',
  about:
    'Copies the books as they are at one moment into a folder, also while a hub works on them.',
  arguments: [{ name: 'FOLDER', about: 'Where to: a folder that is not there, or is empty.' }],
  options: { format: jsonFormat },
  examples: ['stockbus backup /backups/2026-03-31'],
  run: (invocation) =>
    withBooksPlace(invocation, async ({ books, backup: place, ...means }) => {
      const { version: stockbus } = packageFacts();
      const manifest = await backupBooks(books, place, { stockbus, ...means });
      const { knownAt, digest } = manifest;
      const more =
        digest === null ? [] : [`Digest of the ledger as known at ${knownAt}: ${digest}`];
      return { manifest, name: 'folder', place, more };
    }),
};
