/**
 * `npm run lines` prints how many lines the rules of stock and the stores have, by folder, and against
 * how many they had before packs. Aside stand what proves the books, what brings old ones up to date, messages
 * that there were not then, and what stages of flows wait with and the hub keeps about its own work, which is no part of the books. It fails nothing: what a line buys is for people to say.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOMS = ['core/stock', 'core/stores'];
/** At the start of what made the ledger one copy, what stands aside not counted: not to be passed. */
const LIMIT = 11_693;
const ASIDE = 'aside';
const FOLDERS_ASIDE = /\/(?:verify|migrations)$/;
const FILES_ASIDE = /invoice|opening|stages|control|^update\.ts$/i;

const folders = new Map<string, number>();
for (const room of ROOMS) {
  for (const file of await readdir(room, { recursive: true, withFileTypes: true })) {
    if (!file.name.endsWith('.ts')) continue;
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    const isAside = FOLDERS_ASIDE.test(file.parentPath) || FILES_ASIDE.test(file.name);
    const folder = isAside ? ASIDE : file.parentPath;
    folders.set(folder, (folders.get(folder) ?? 0) + text.split('\n').length - 1);
  }
}

const row = (name: string, lines: number): string =>
  `${name.padEnd(28)}${lines.toLocaleString('en').padStart(8)}\n`;
const aside = folders.get(ASIDE) ?? 0;
folders.delete(ASIDE);
const total = [...folders.values()].reduce((sum, lines) => sum + lines, 0);
for (const [folder, lines] of [...folders].sort(([one], [other]) => (one < other ? -1 : 1))) {
  process.stdout.write(row(folder, lines));
}
process.stdout.write(row('in all', total) + row('limit', LIMIT) + row('left', LIMIT - total));
process.stdout.write(row('aside', aside));
