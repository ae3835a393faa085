import type { SpoolFile, SpoolFolder } from '../spool/SpoolFolder.ts';

/** A batch of commands before it is published: its number is its place among the others. */
export interface SpooledBatch {
  partition: number;
  /** Of the payload, for which it accounts. */
  records: number;
  /** The text of its part. */
  part: Buffer;
  /** Of that text. */
  seal?: string | undefined;
}

/** A batch of handed records, for the queue in which they wait. */
export interface SpooledHanded {
  queue: string;
  body: Buffer;
}

/** Batches of a payload until all of it is known: in memory up to a bound, in a file from there on. */
export class BatchSpool {
  readonly #folder: SpoolFolder;
  /** Each without its text. */
  readonly #heads: (Omit<SpooledBatch, 'part'> | Omit<SpooledHanded, 'body'>)[] = [];
  #memory: Buffer[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;
  readonly #ends: number[] = [];

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  async add(batch: SpooledBatch | SpooledHanded): Promise<void> {
    const text = this.#note(batch);
    if (this.#file) {
      await this.#append(this.#file, text);
      return;
    }
    this.#memory.push(text);
    this.#bytes += text.byteLength;
    if (this.#bytes <= this.#folder.bounds.memoryBytes) return;
    this.#file = await this.#folder.open();
    for (const earlier of this.#memory) await this.#append(this.#file, earlier);
    this.#memory = [];
  }

  #note(batch: SpooledBatch | SpooledHanded): Buffer {
    if ('queue' in batch) {
      this.#heads.push({ queue: batch.queue });
      return batch.body;
    }
    const { part, ...head } = batch;
    this.#heads.push(head);
    return part;
  }

  async #append(file: SpoolFile, text: Buffer): Promise<void> {
    await file.append(text);
    this.#ends.push(file.size);
  }

  async *batches(): AsyncGenerator<SpooledBatch | SpooledHanded> {
    for (const [index, head] of this.#heads.entries()) {
      const from = this.#ends[index - 1] ?? 0;
      const text = this.#file
        ? await this.#file.read(from, this.#ends[index]! - from)
        : this.#memory[index]!;
      yield 'queue' in head ? { ...head, body: text } : { ...head, part: text };
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#memory = [];
  }
}
