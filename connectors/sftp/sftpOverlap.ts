/** Whether two flows could take in the same file of a server. */
import type { FileFrom } from '../files/fileFrom.ts';
import { ownFolders, patternOverlap } from '../files/patternOverlap.ts';
import type { SftpConfig } from './sftpConfig.ts';
import { isSameServer, plainPath } from './sftpPlace.ts';

export interface SftpUse {
  config: SftpConfig;
  from: FileFrom;
}

export function sftpOverlap(one: SftpUse, other: SftpUse): string | undefined {
  if (!isSameServer(one.config, other.config)) return undefined;
  const path = plainPath(one.config.path);
  if (path === plainPath(other.config.path)) return patternOverlap(one.from, other.from, path);
  return putAway(one, other) ?? putAway(other, one);
}

/** The inbox of `inner` in a folder into which `outer` moves files. */
function putAway(outer: SftpUse, inner: SftpUse): string | undefined {
  const [above, path] = [plainPath(outer.config.path), plainPath(inner.config.path)];
  for (const name of ownFolders(outer.from)) {
    const folder = plainPath(`${above}/${name}`);
    if (path !== folder && !path.startsWith(`${folder}/`)) continue;
    return `would take in again what was put away: '${path}' is in the folder '${name}' of '${above}'`;
  }
  return undefined;
}
