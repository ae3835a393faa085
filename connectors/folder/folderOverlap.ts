/** Whether two flows could take in the same file of a folder. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { FileFrom } from '../files/fileFrom.ts';
import { ownFolders, patternOverlap } from '../files/patternOverlap.ts';
import { errorCode } from './fileError.ts';

/** What one flow takes from where. */
export interface FolderUse extends Pick<FileFrom, 'pattern' | 'ready' | 'archive'> {
  path: string;
}

/**
 * Two patterns that fit one name, on one folder by whatever path, link or mount; or a folder inside
 * of where the other puts its files away.
 */
export function folderOverlap(one: FolderUse, other: FolderUse): string | undefined {
  if (isSameFolder(one.path, other.path)) return patternOverlap(one, other, placeOf(one.path).path);
  return putAway(one, other) ?? putAway(other, one);
}

/** The inbox of `inner` in a folder into which `outer` moves files. */
function putAway(outer: FolderUse, inner: FolderUse): string | undefined {
  const { path } = placeOf(inner.path);
  for (const name of ownFolders(outer)) {
    const folder = placeOf(join(outer.path, name)).path;
    if (path !== folder && !path.startsWith(folder + sep)) continue;
    return `would take in again what was put away: '${path}' is in the folder '${name}' of '${placeOf(outer.path).path}'`;
  }
  return undefined;
}

export function isSameFolder(one: string, other: string): boolean {
  if (placeOf(one).path === placeOf(other).path) return true;
  const [first, second] = [placeOf(one).identity, placeOf(other).identity];
  return first !== undefined && first === second;
}

interface FolderPlace {
  path: string;
  /** The same for one folder under two mounts. */
  identity: string | undefined;
}

/** For one turn: that is one look at all flows, whose thousands of pairs ask for the same few folders. */
const known = new Map<string, FolderPlace>();

function placeOf(path: string): FolderPlace {
  const found = known.get(path);
  if (found) return found;
  if (known.size === 0) queueMicrotask(() => known.clear());
  const place = { path: real(path), identity: identityOf(path) };
  known.set(path, place);
  return place;
}

function identityOf(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return ino === 0n ? undefined : `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/** The path without links, as far as it is there: the rest is made when the hub starts. */
export function real(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync.native(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if (errorCode(error) !== 'ENOENT' || parent === absolute) return absolute;
    return join(real(parent), basename(absolute));
  }
}
