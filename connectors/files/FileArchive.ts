import type { Archive, ArchivedPayload } from '../../core/ports.ts';
import type { FileTree } from './FileTree.ts';
import { fileGlob } from './fileGlob.ts';
import { readyMarker } from './readyMarker.ts';

/** Days by which a source archives. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What a source of files has put away, and how it comes to be taken in once more. */
export class FileArchive implements Archive {
  readonly #tree: FileTree;
  readonly #from: { pattern: string; ready: string | undefined; archive: string };

  constructor(
    tree: FileTree,
    from: { pattern: string; ready: string | undefined; archive: string },
  ) {
    this.#tree = tree;
    this.#from = from;
  }

  /** By day, then by name. */
  async *payloads(): AsyncGenerator<ArchivedPayload> {
    const { archive, pattern } = this.#from;
    const fits = fileGlob(pattern);
    for (const day of await this.#namesIn(archive)) {
      if (!DAY.test(day)) continue;
      for (const name of await this.#namesIn(`${archive}/${day}`)) {
        if (!fits.matches(name)) continue;
        const path = `${archive}/${day}/${name}`;
        const stat = await this.#tree.stat(path);
        if (stat?.kind !== 'file') continue;
        // A move is the last that happens to a file that lies there.
        const atMs = stat.ctimeMs ?? stat.mtimeMs;
        yield { path, name, archivedAt: new Date(atMs).toISOString(), bytes: stat.sizeBytes };
      }
    }
  }

  /** Under its name, which nothing else has there then; the archived one stays where it is. */
  async offer({ path, name }: ArchivedPayload): Promise<boolean> {
    if (await this.#tree.stat(name)) return false;
    await this.#tree.write(name, this.#tree.open(path), 'name');
    const { ready } = this.#from;
    if (ready !== undefined) await this.#tree.write(readyMarker(ready).of(name), [], 'name');
    return true;
  }

  async #namesIn(folder: string): Promise<string[]> {
    return ((await this.#tree.list(folder)) ?? []).sort();
  }
}
