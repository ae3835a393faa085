/** The source of the SFTP connector: files of a folder of a server. */
import type { SourceAbout, SourceUse } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { FileSource } from '../files/FileSource.ts';
import { type FileFrom, optionsOf } from '../files/fileFrom.ts';
import { type WantedFiles, wantedBy } from '../files/UnwantedFiles.ts';
import { SftpConnection } from './SftpConnection.ts';
import { SftpTree } from './SftpTree.ts';
import type { SftpConfig } from './sftpConfig.ts';
import { isSameServer, plainPath } from './sftpPlace.ts';

/** Files on their way at once: so many answers are awaited together instead of one after another. */
const AHEAD = 32;

type Use = SourceUse<SftpConfig, FileFrom>;

export function sftpTree(config: SftpConfig, name: string, runtime: Runtime): SftpTree {
  const where = `connector '${name}': ${config.user}@${config.host}:${config.port}`;
  return new SftpTree(plainPath(config.path), new SftpConnection(config, where, runtime), runtime);
}

export function sftpSource(
  config: SftpConfig,
  from: FileFrom,
  { name, flow, runtime, uses }: SourceAbout<SftpConfig, FileFrom>,
): FileSource {
  const tree = sftpTree(config, name, runtime);
  const wanted = wantedOf({ config, from }, uses);
  return new FileSource(
    tree,
    { ...optionsOf(from), ahead: AHEAD },
    { name, flow, runtime, wanted },
  );
}

/** What all flows take from the folder; undefined where another of them tells what none wants. */
function wantedOf(own: Use, uses: readonly Use[] = [own]): WantedFiles[] | undefined {
  const path = plainPath(own.config.path);
  const there = uses.filter(({ config }) => isSameServer(config, own.config));
  const here = there.filter(({ config }) => plainPath(config.path) === path);
  if (here[0]?.from !== own.from) return undefined;
  const root = path === '.' ? '' : `${path === '/' ? '' : path}/`;
  const paths = there.map(({ config }) => plainPath(config.path));
  const inside = paths.flatMap((one) =>
    one.startsWith(root) && one !== path ? one.slice(root.length).split('/')[0]! : [],
  );
  return wantedBy(
    here.map((use) => use.from),
    inside,
  );
}
