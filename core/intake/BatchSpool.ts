import type { SpoolFile, SpoolFolder } from '../spool/SpoolFolder.ts';

/** A batch of commands as it will be published: its number is its place among the others. */
export interface SpooledBatch {
  partition: number;
  body: Buffer;
}

/** A batch of handed records, for the queue in which they wait. */
export interface SpooledHanded {
  queue: string;
  body: Buffer;
}

/** Batches of a payload until all of it is known: in memory up to a bound, in a file from there on. */
export class BatchSpool {
  readonly #folder: SpoolFolder;
  /** Where each goes: to a partition, or to a queue by its name. */
  readonly #places: (number | string)[] = [];
  #memory: Buffer[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;
  readonly #ends: number[] = [];

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  async add(batch: SpooledBatch | SpooledHanded): Promise<void> {
    const { body } = batch;
    this.#places.push('queue' in batch ? batch.queue : batch.partition);
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

  async *batches(): AsyncGenerator<SpooledBatch | SpooledHanded> {
    for (const [index, place] of this.#places.entries()) {
      const from = this.#ends[index - 1] ?? 0;
      const body = this.#file
        ? await this.#file.read(from, this.#ends[index]! - from)
        : this.#memory[index]!;
      yield typeof place === 'string' ? { queue: place, body } : { partition: place, body };
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#memory = [];
  }
}
