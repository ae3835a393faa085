import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../core/runtime.ts';
import { type SpoolBounds, type SpoolFile, SpoolFolder } from '../core/spool/SpoolFolder.ts';

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

/** Everything in memory; payloads in files; their keys too, in runs of two. */
export const spoolPlaces: Readonly<Record<string, Partial<SpoolBounds>>> = {
  'in memory': {},
  'in a file': { memoryBytes: 0 },
  'in a file, with its keys in runs of two': { memoryBytes: 0, memoryKeys: 2 },
};
