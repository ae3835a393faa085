/**
 * `npm run gen` writes every file that is generated; with `--check` it writes none and fails where one
 * is not fresh.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generated } from './generated.ts';

const check = process.argv.includes('--check');
const stale: string[] = [];
for (const [path, make] of Object.entries(generated)) {
  const text = await make();
  const old = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (old === text) continue;
  stale.push(path);
  if (check) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
for (const path of stale) process.stdout.write(`${path} ${check ? 'is not fresh' : 'written'}\n`);
if (check && stale.length > 0) {
  process.stdout.write('Run `npm run gen` and commit what it writes.\n');
  process.exitCode = 1;
}
