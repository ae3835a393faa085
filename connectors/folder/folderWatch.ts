import { basename, resolve } from 'node:path';
import { watch } from 'chokidar';
import type { FolderWatch } from '../files/FileSource.ts';

/** Events of the file system about files in a folder, of those names that are not ignored. */
export function folderWatch(
  path: string,
  ignores: (name: string) => boolean,
  failed: (reason: string) => void,
): FolderWatch {
  let watcher: ReturnType<typeof watch> | undefined;
  return {
    async start(ring) {
      const root = resolve(path);
      const watching = watch(root, {
        depth: 0,
        ignoreInitial: true,
        followSymlinks: false,
        ignored: (one, stats) =>
          resolve(one) !== root && (stats?.isDirectory() === true || ignores(basename(one))),
      });
      watcher = watching;
      watching.on('add', ring).on('change', ring);
      await new Promise<void>((done) => {
        watching.once('ready', done);
        watching.on('error', (error) => {
          failed(String(error));
          done();
        });
      });
    },
    async stop() {
      await watcher?.close();
    },
  };
}
