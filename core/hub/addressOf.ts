import { resolve } from 'node:path';

/** `file:` alone means the data folder; a relative path behind it lies inside. */
export function addressOf(address: string, dataFolder: string): string {
  const path = /^file:(?:\/\/)?(?<path>.*)$/s.exec(address)?.groups?.path;
  return path === undefined ? address : `file:${resolve(dataFolder, path)}`;
}
