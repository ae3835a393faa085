import { type FSWatcher, watch } from 'node:fs';
import type { FolderWatch } from '../files/FolderWatch.ts';

/**
 * Events of the file system about names in a folder, but for those that are ignored. The folder alone is
 * watched, and nobody looks through it to tell what an event was about: that is left to the next look.
 */
export function folderWatch(
  path: string,
  ignores: (name: string) => boolean,
  failed: (reason: string) => void,
): FolderWatch {
  let watcher: FSWatcher | undefined;
  const fail = (error: unknown): void => failed(String(error));
  return {
    async start(ring) {
      try {
        watcher = watch(path, (event, name) => {
          if (name !== null && ignores(name)) return;
          ring(event === 'change' && name !== null ? name : undefined);
        });
        watcher.on('error', fail);
      } catch (error) {
        fail(error);
      }
    },
    async stop() {
      watcher?.close();
    },
  };
}
