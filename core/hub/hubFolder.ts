import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder meant by `--config DIR`: DIR itself, or the one around it when DIR is config/. */
export function hubFolder(workingFolder: string, wished = '.'): string {
  const folder = resolve(workingFolder, wished);
  const isConfig = existsSync(join(folder, 'hub.yaml')) && !existsSync(join(folder, 'config'));
  return isConfig ? resolve(folder, '..') : folder;
}
