import type { SpoolFile, SpoolFolder } from '../spool/SpoolFolder.ts';

/** A batch as it will be published: its number is its place among the others. */
export interface SpooledBatch {
  partition: number;
  body: Buffer;
}

/** Batches of a payload until all of it is known: in memory up to a bound, in a file from there on. */
export class BatchSpool {
  readonly #folder: SpoolFolder;
  readonly #partitions: number[] = [];
  #memory: Buffer[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;
  readonly #ends: number[] = [];

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  async add({ partition, body }: SpooledBatch): Promise<void> {
    this.#partitions.push(partition);
    if (this.#file) {
      await this.#append(this.#file, body);
      return;
    }
    this.#memory.push(body);
    this.#bytes += body.byteLength;
    if (this.#bytes <= this.#folder.bounds.memoryBytes) return;
    this.#file = await this.#folder.open();
    for (const earlier of this.#memory) await this.#append(this.#file, earlier);
    this.#memory = [];
  }

  async #append(file: SpoolFile, body: Buffer): Promise<void> {
    await file.append(body);
    this.#ends.push(file.size);
  }

  async *batches(): AsyncGenerator<SpooledBatch> {
    for (const [index, partition] of this.#partitions.entries()) {
      const from = this.#ends[index - 1] ?? 0;
      const body = this.#file
        ? await this.#file.read(from, this.#ends[index]! - from)
        : this.#memory[index]!;
      yield { partition, body };
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#memory = [];
  }
}
