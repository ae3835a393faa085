/** Whether two flows could take in the same file of a folder. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { commonName } from '../files/commonName.ts';
import { fileGlob } from '../files/fileGlob.ts';
import { errorCode } from './fileError.ts';

/** What one flow takes from where. */
export interface FolderUse {
  path: string;
  pattern: string;
  ready: string | undefined;
  archive: string;
}

/**
 * Two patterns that fit one name, on one folder by whatever path, link or mount; or a folder inside
 * of where the other puts its files away.
 */
export function folderOverlap(one: FolderUse, other: FolderUse): string | undefined {
  if (isSameFolder(one.path, other.path)) {
    const name = commonName(fileGlob(one.pattern), fileGlob(other.pattern));
    if (name !== undefined)
      return `both take in files of '${placeOf(one.path).path}' such as '${name}'`;
    return markerTaken(one, other) ?? markerTaken(other, one);
  }
  return putAway(one, other) ?? putAway(other, one);
}

/** A marker of `owner` that `taker` would take for a file. */
function markerTaken(owner: FolderUse, taker: FolderUse): string | undefined {
  if (owner.ready === undefined) return undefined;
  const markers = fileGlob(owner.ready.replace('{name}', () => owner.pattern));
  const name = commonName(markers, fileGlob(taker.pattern));
  return name && `meet: the marker file '${name}' of the one is a file of the other`;
}

/** The inbox of `inner` in a folder into which `outer` moves files. */
function putAway(outer: FolderUse, inner: FolderUse): string | undefined {
  const { path } = placeOf(inner.path);
  for (const name of new Set([outer.archive, 'failed', 'rejected', '.claimed'])) {
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
