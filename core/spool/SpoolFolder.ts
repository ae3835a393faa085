/** Where payloads wait until all of them is known, when they are too large for memory. */
import { type FileHandle, mkdir, open, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';

/** How much of one spool is kept in memory (bytes, about, and hashes of keys), and read again, and of the disk below it. */
export interface SpoolBounds {
  memoryBytes: number;
  memoryKeys: number;
  rereadBytes: number;
  /** Of its disk: with less it is full. */
  leastFreeBytes: number;
}

export class SpoolFolder {
  readonly bounds: SpoolBounds;
  readonly #path: string;
  readonly #runtime: Pick<Runtime, 'newId' | 'log'>;

  constructor(
    path: string,
    runtime: Pick<Runtime, 'newId' | 'log'>,
    bounds: Partial<SpoolBounds> = {},
  ) {
    this.#path = path;
    this.#runtime = runtime;
    this.bounds = {
      memoryBytes: limits.spoolMemoryBytes,
      memoryKeys: limits.spoolMemoryKeys,
      rereadBytes: limits.spoolRereadBytes,
      leastFreeBytes: limits.leastFreeBytes,
      ...bounds,
    };
  }

  /**
   * A file of one payload. It loses its name as soon as it is open, so that it goes with the process
   * that has it, however that ends.
   */
  async open(): Promise<SpoolFile> {
    const path = join(this.#path, this.#runtime.newId());
    return new SpoolFile(
      await orSpoolFailed(async () => {
        await mkdir(this.#path, { recursive: true, mode: 0o700 });
        const handle = await open(path, 'wx+', 0o600);
        await rm(path);
        return handle;
      }),
    );
  }

  /** Throws SPOOL_FAILED where a payload could not be written now. */
  async probe(): Promise<void> {
    const file = await this.open();
    try {
      await file.append(Buffer.alloc(limits.batchBytes));
    } finally {
      await file.close();
    }
  }

  /** Throws SPOOL_FAILED where next to nothing is left of the disk, though nobody has tried to write yet. */
  async requireRoom(): Promise<void> {
    const stats = await statfs(dirname(this.#path)).catch(() => undefined);
    // Some file systems do not say.
    if (!stats || stats.blocks === 0) return;
    const freeBytes = stats.bavail * stats.bsize;
    if (freeBytes >= this.bounds.leastFreeBytes) return;
    const kilobytes = Math.floor(freeBytes / 1024);
    throw new StockbusError(
      'SPOOL_FAILED',
      `the disk of ${dirname(this.#path)} is full: ${kilobytes} kB are left`,
    );
  }

  /** Removes what a process left that died while it opened a file; those in use have no name. */
  async clear(): Promise<void> {
    const names = await readdir(this.#path).catch(() => []);
    for (const name of names) {
      await rm(join(this.#path, name)).catch((error: unknown) =>
        this.#runtime.log('warn', 'spool.leftover', { name, reason: String(error) }),
      );
    }
  }
}

/** Bytes that are written to the end and read anywhere. Throws SPOOL_FAILED, which passes. */
export class SpoolFile {
  readonly #handle: FileHandle;
  #size = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  get size(): number {
    return this.#size;
  }

  async append(bytes: Uint8Array): Promise<void> {
    await orSpoolFailed(() => this.#writeAll(bytes));
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.byteLength) {
      const rest = bytes.byteLength - written;
      const { bytesWritten } = await this.#handle.write(bytes, written, rest, this.#size);
      written += bytesWritten;
      this.#size += bytesWritten;
    }
  }

  /** So many bytes from there on, or those that there are. */
  async read(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(length, this.#size - position)));
    let got = 0;
    while (got < buffer.length) {
      const { bytesRead } = await orSpoolFailed(() =>
        this.#handle.read(buffer, got, buffer.length - got, position + got),
      );
      if (bytesRead === 0) throw new StockbusError('SPOOL_FAILED', 'the spool ends too early');
      got += bytesRead;
    }
    return buffer;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function orSpoolFailed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StockbusError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `the spool of the payload cannot be written (${reason})`;
    throw new StockbusError('SPOOL_FAILED', message, undefined, { cause: error });
  }
}
