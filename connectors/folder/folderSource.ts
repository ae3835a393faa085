/** The source of the folder connector: files of a folder of this machine. */
import { sep } from 'node:path';
import type { SourceAbout, SourceUse } from '../../core/ports.ts';
import { FAILED, REJECTED } from '../files/FileClaims.ts';
import { FileSource, type FileSourceOptions } from '../files/FileSource.ts';
import { fileGlob } from '../files/fileGlob.ts';
import { readyMarker } from '../files/readyMarker.ts';
import type { WantedFiles } from '../files/UnwantedFiles.ts';
import { isSameFolder, real } from './folderOverlap.ts';
import { folderWatch } from './folderWatch.ts';
import { LocalTree } from './LocalTree.ts';

export interface FolderConfig {
  path: string;
}

export interface FolderFrom {
  pattern: string;
  ready: string | undefined;
  settle: number;
  recheck: number;
  rescan: number;
  archive: string;
}

type Use = SourceUse<FolderConfig, FolderFrom>;

export function folderSource(
  { path }: FolderConfig,
  from: FolderFrom,
  about: SourceAbout<FolderConfig, FolderFrom>,
): FileSource {
  const { name, flow, runtime } = about;
  const options: FileSourceOptions = {
    pattern: from.pattern,
    ready: from.ready,
    settleMs: from.settle,
    recheckMs: from.recheck,
    rescanMs: from.rescan,
    archive: from.archive,
  };
  const tree = new LocalTree(path, `connector '${name}': '${path}'`);
  const failed = (reason: string): void => {
    runtime.log('warn', 'folder.watch_failed', { connector: name, flow, reason });
  };
  const ignores = (file: string): boolean => source.ignores(file);
  const wanted = wantedOf({ config: { path }, from }, about.uses);
  const watch = folderWatch(path, ignores, failed);
  const source = new FileSource(tree, options, { name, flow, runtime, wanted }, watch);
  return source;
}

/** What all flows take from the folder; undefined where another of them tells what none wants. */
function wantedOf(own: Use, uses: readonly Use[] = [own]): WantedFiles[] | undefined {
  const here = uses.filter(({ config }) => isSameFolder(config.path, own.config.path));
  if (here[0]?.from !== own.from) return undefined;
  const root = real(own.config.path) + sep;
  const paths = uses.map(({ config }) => real(config.path)).filter((path) => path.startsWith(root));
  const inside = paths.map((path) => path.slice(root.length).split(sep)[0]!);
  return here.map(({ from }) => ({
    glob: fileGlob(from.pattern),
    marker: from.ready === undefined ? undefined : readyMarker(from.ready),
    folders: [from.archive, REJECTED, FAILED, ...inside],
  }));
}
