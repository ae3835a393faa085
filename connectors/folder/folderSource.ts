/** The source of the folder connector: files of a folder of this machine. */
import { sep } from 'node:path';
import type { SourceAbout, SourceUse } from '../../core/ports.ts';
import { FileSource } from '../files/FileSource.ts';
import { type FileFrom, optionsOf } from '../files/fileFrom.ts';
import { type WantedFiles, wantedBy } from '../files/UnwantedFiles.ts';
import { isSameFolder, real } from './folderOverlap.ts';
import { folderWatch } from './folderWatch.ts';
import { LocalTree } from './LocalTree.ts';

export interface FolderConfig {
  path: string;
}

type Use = SourceUse<FolderConfig, FileFrom>;

export function folderSource(
  { path }: FolderConfig,
  from: FileFrom,
  about: SourceAbout<FolderConfig, FileFrom>,
): FileSource {
  const { name, flow, runtime } = about;
  const tree = new LocalTree(path, `connector '${name}': '${path}'`);
  const failed = (reason: string): void => {
    runtime.log('warn', 'folder.watch_failed', { connector: name, flow, reason });
  };
  const ignores = (file: string): boolean => source.ignores(file);
  const wanted = wantedOf({ config: { path }, from }, about.uses);
  const watch = folderWatch(path, ignores, failed);
  const source = new FileSource(tree, optionsOf(from), { name, flow, runtime, wanted }, watch);
  return source;
}

/** What all flows take from the folder; undefined where another of them tells what none wants. */
function wantedOf(own: Use, uses: readonly Use[] = [own]): WantedFiles[] | undefined {
  const here = uses.filter(({ config }) => isSameFolder(config.path, own.config.path));
  if (here[0]?.from !== own.from) return undefined;
  const root = real(own.config.path) + sep;
  const paths = uses.map(({ config }) => real(config.path)).filter((path) => path.startsWith(root));
  const inside = paths.map((path) => path.slice(root.length).split(sep)[0]!);
  return wantedBy(
    here.map(({ from }) => from),
    inside,
  );
}
