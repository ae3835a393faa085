/** Whether two flows could take in the same file of one folder. */
import { commonName } from './commonName.ts';
import { CLAIMED, FAILED, REJECTED } from './FileClaims.ts';
import type { FileFrom } from './fileFrom.ts';
import { fileGlob } from './fileGlob.ts';

type Taken = Pick<FileFrom, 'pattern' | 'ready'>;

/** Why they do, of two that look into one folder; undefined where they never can. */
export function patternOverlap(one: Taken, other: Taken, folder: string): string | undefined {
  const name = commonName(fileGlob(one.pattern), fileGlob(other.pattern));
  if (name !== undefined) return `both take in files of '${folder}' such as '${name}'`;
  return markerTaken(one, other) ?? markerTaken(other, one);
}

/** Folders inside into which files are moved. */
export const ownFolders = ({ archive }: Pick<FileFrom, 'archive'>): Set<string> =>
  new Set([archive, FAILED, REJECTED, CLAIMED]);

/** A marker of `owner` that `taker` would take for a file. */
function markerTaken(owner: Taken, taker: Taken): string | undefined {
  if (owner.ready === undefined) return undefined;
  const markers = fileGlob(owner.ready.replace('{name}', () => owner.pattern));
  const name = commonName(markers, fileGlob(taker.pattern));
  return name && `meet: the marker file '${name}' of the one is a file of the other`;
}
