import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this package and its version, from the sources and from dist/ alike. */
export function packageFacts(): { folder: string; version: string } {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const version = versionIn(folder);
    if (version !== undefined) return { folder, version };
    const parent = dirname(folder);
    if (parent === folder) throw new Error('the package.json of stockbus is missing');
    folder = parent;
  }
}

function versionIn(folder: string): string | undefined {
  try {
    const facts = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return facts.name === 'stockbus' ? String(facts.version) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
