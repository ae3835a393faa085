/** Rejected records of one file, for its sender: `rejected/<name>.rejected.<ext>`. */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { RejectsWriter } from '../../core/ports.ts';
import { errorCode, exists, fileError, moveUnderFreeName } from './folderFiles.ts';

const PART = /^\.([0-9a-f-]{36})~(.+)\.part$/s;

/**
 * Written under a hidden name, from scratch at every attempt, and published only after the file
 * itself has been archived. So a hidden file whose claim is gone is complete, and one whose claim
 * is still there will be written anew: after a crash no row is doubled and none is lost.
 */
export class FolderRejects implements RejectsWriter {
  readonly #folder: string;
  readonly #name: string;
  readonly #part: string;
  #opening: Promise<FileHandle> | undefined;

  constructor(folder: string, intakeId: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.#part = join(folder, `.${intakeId}~${name}.part`);
  }

  async write(chunk: Uint8Array): Promise<void> {
    try {
      this.#opening ??= this.#open();
      await (await this.#opening).appendFile(chunk);
    } catch (error) {
      throw fileError('FOLDER_WRITE_FAILED', `cannot write rejects of '${this.#name}'`, error);
    }
  }

  async #open(): Promise<FileHandle> {
    await mkdir(this.#folder, { recursive: true });
    return open(this.#part, 'w');
  }

  /** Makes durable what was written. */
  async finish(): Promise<void> {
    if (!this.#opening) return;
    const handle = await this.#opening;
    try {
      await handle.sync();
    } catch (error) {
      throw fileError('FOLDER_WRITE_FAILED', `cannot write rejects of '${this.#name}'`, error);
    } finally {
      await handle.close();
    }
  }

  /** Gives it its name; does nothing when nothing was rejected. Returns the name. */
  async publish(): Promise<string | undefined> {
    return this.#opening ? publishPart(this.#folder, this.#part, this.#name) : undefined;
  }

  /** Drops what was written: the attempt failed. */
  async discard(): Promise<void> {
    const handle = await this.#opening?.catch(() => undefined);
    await handle?.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }
}

async function publishPart(
  folder: string,
  part: string,
  name: string,
): Promise<string | undefined> {
  const extension = extname(name);
  const final = `${name.slice(0, name.length - extension.length)}.rejected${extension}`;
  try {
    return await moveUnderFreeName(part, folder, final);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw fileError('FOLDER_WRITE_FAILED', `cannot write '${final}'`, error);
  }
}

/** After a crash: publishes the rejects of files that had been archived. */
export async function publishLeftRejects(folder: string, claimed: string): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const match = PART.exec(entry);
    if (!match) continue;
    if (await exists(join(claimed, `${match[1]}~${match[2]}`))) continue;
    await publishPart(folder, join(folder, entry), match[2]!);
  }
}
