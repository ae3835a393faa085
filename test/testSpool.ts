import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../core/runtime.ts';
import { type SpoolBounds, SpoolFile, SpoolFolder } from '../core/spool/SpoolFolder.ts';

const folder = join(tmpdir(), 'stockbus-test-spool');

/** A spool whose files have no names, so that there is nothing to clean up. */
export const testSpool = (bounds: Partial<SpoolBounds> = {}): SpoolFolder =>
  new SpoolFolder(folder, systemRuntime(), bounds);

/** The same; counts what is written to its files, and read from them. */
export class SpoolBytes extends SpoolFolder {
  bytes = 0;
  bytesRead = 0;

  constructor(bounds: Partial<SpoolBounds>) {
    super(folder, systemRuntime(), bounds);
  }

  override async open(): Promise<SpoolFile> {
    const file = await super.open();
    const append = file.append.bind(file);
    const read = file.read.bind(file);
    file.append = (bytes) => {
      this.bytes += bytes.byteLength;
      return append(bytes);
    };
    file.read = (position, length) => {
      this.bytesRead += length;
      return read(position, length);
    };
    return file;
  }
}

/** On a disk with so much room: the last write that fits is cut short, and the next has ENOSPC. */
export class SpoolOnDisk extends SpoolFolder {
  freeBytes: number;
  /** Files that are open. */
  files = 0;

  constructor(freeBytes: number, bounds: Partial<SpoolBounds>) {
    super(folder, systemRuntime(), bounds);
    this.freeBytes = freeBytes;
  }

  override async open(): Promise<SpoolFile> {
    let kept = Buffer.alloc(0);
    this.files += 1;
    const handle = {
      write: async (bytes: Uint8Array, from: number, length: number) => {
        if (this.freeBytes === 0)
          throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        const bytesWritten = Math.min(length, this.freeBytes);
        kept = Buffer.concat([kept, bytes.subarray(from, from + bytesWritten)]);
        this.freeBytes -= bytesWritten;
        return { bytesWritten };
      },
      read: async (buffer: Buffer, to: number, length: number, from: number) => ({
        bytesRead: kept.copy(buffer, to, from, from + length),
      }),
      close: async () => {
        this.files -= 1;
        this.freeBytes += kept.length;
        kept = Buffer.alloc(0);
      },
    };
    return new SpoolFile(handle as unknown as FileHandle);
  }
}

/** Everything in memory; payloads in files; their keys too, in runs of two. */
export const spoolPlaces: Readonly<Record<string, Partial<SpoolBounds>>> = {
  'in memory': {},
  'in a file': { memoryBytes: 0 },
  'in a file, with its keys in runs of two': { memoryBytes: 0, memoryKeys: 2 },
};
