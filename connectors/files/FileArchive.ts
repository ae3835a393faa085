import type { Origin } from '../../core/message.ts';
import type { Archive, ArchivedPayload, RefusedFile } from '../../core/ports.ts';
import { FAILED, linkProblem, REASON, tellsOf } from './FileClaims.ts';
import { type FileStat, type KeptTree, moveUnderFreeName, numbered } from './FileTree.ts';
import { fileGlob } from './fileGlob.ts';
import { readyMarker } from './readyMarker.ts';

/** Days by which a source archives. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What a source of files has put away, and how it comes to be taken in once more. */
export class FileArchive implements Archive {
  readonly #tree: KeptTree;
  readonly #from: { pattern: string; ready: string | undefined; archive: string };

  constructor(
    tree: KeptTree,
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
      const stats = await this.#tree.listWithStats?.(`${archive}/${day}`);
      for (const name of await this.#namesIn(`${archive}/${day}`, stats)) {
        if (!fits.matches(name)) continue;
        const path = `${archive}/${day}/${name}`;
        const stat = stats?.get(name) ?? (await this.#tree.stat(path));
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

  /** The one whose reason names the intake; where none does, the only one of its name. */
  async refused({ name, intakeId }: Origin): Promise<RefusedFile | undefined> {
    const there = new Set(await this.#namesIn(FAILED));
    const named = Array.from(there, (_, index) => numbered(name, index + 1));
    const files = named.filter((one) => there.has(one)).map((one) => `${FAILED}/${one}`);
    let found = files.length === 1 ? files[0] : undefined;
    for (const path of files) if (await this.#isReason(`${path}${REASON}`, intakeId)) found = path;
    const stat = found === undefined ? undefined : await this.#tree.stat(found);
    if (found === undefined || !stat) return undefined;
    const problem = linkProblem(stat, name);
    if (problem) throw problem;
    const path = found;
    return {
      bytes: stat.sizeBytes,
      modified: stat.mtimeMs,
      body: () => this.#tree.open(path),
      putAway: async (nowMs) => {
        const day = new Date(nowMs).toISOString().slice(0, 10);
        await moveUnderFreeName(this.#tree, path, `${this.#from.archive}/${day}`, name);
        await this.#tree.remove(`${path}${REASON}`);
      },
    };
  }

  async #isReason(path: string, intakeId: string): Promise<boolean> {
    if (!(await this.#tree.stat(path))) return false;
    const parts: Uint8Array[] = [];
    for await (const part of this.#tree.open(path)) parts.push(part);
    return tellsOf(Buffer.concat(parts).toString('utf8'), intakeId);
  }

  async #namesIn(folder: string, stats?: ReadonlyMap<string, FileStat>): Promise<string[]> {
    return (stats ? [...stats.keys()] : ((await this.#tree.list(folder)) ?? [])).sort();
  }
}
