import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StockbusError } from '../../errors.ts';

/**
 * Writes files that are not there yet. Where one of them is, none is written; what `mayBeThere` names is
 * left as it is. Gives the paths that it wrote. Throws FILE_EXISTS, FILE_UNWRITABLE.
 */
export async function writeNew(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  mayBeThere: readonly string[] = [],
): Promise<string[]> {
  const there = Object.keys(files).filter((path) => existsSync(join(folder, path)));
  const first = there.find((path) => !mayBeThere.includes(path));
  if (first !== undefined) {
    throw new StockbusError('FILE_EXISTS', `'${first}' is there already in ${folder}`);
  }
  const written: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    if (there.includes(path)) continue;
    await make(join(folder, path), text);
    written.push(path);
  }
  return written;
}

async function make(path: string, text: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `'${path}' cannot be written (${code ?? String(error)})`;
    throw new StockbusError('FILE_UNWRITABLE', message, undefined, { cause: error });
  }
}
