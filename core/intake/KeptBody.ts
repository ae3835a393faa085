/** A payload of which all must be there before its first record is read or mapped. */
import { createHash } from 'node:crypto';
import { limits } from '../limits.ts';
import type { KeptBytes } from '../ports.ts';
import type { SpoolFile, SpoolFolder } from '../spool/SpoolFolder.ts';

/** The bytes of a payload, in memory up to the bound of spools and in a file from there on. */
export class KeptBody implements KeptBytes {
  readonly #folder: SpoolFolder;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  get size(): number {
    return this.#bytes;
  }

  /** Reads all of it, and gives its SHA-256 in hex. */
  async keep(body: AsyncIterable<Uint8Array>): Promise<string> {
    const digest = createHash('sha256');
    for await (const chunk of body) {
      digest.update(chunk);
      await this.#add(chunk);
    }
    return digest.digest('hex');
  }

  async #add(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.byteLength;
    if (this.#file) return this.#file.append(chunk);
    this.#chunks.push(chunk);
    if (this.#bytes <= this.#folder.bounds.memoryBytes) return;
    this.#file = await this.#folder.open();
    for (const one of this.#chunks) await this.#file.append(one);
    this.#chunks = [];
  }

  async at(position: number, length: number): Promise<Uint8Array> {
    if (this.#file) return this.#file.read(position, length);
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return (this.#chunks[0] ?? new Uint8Array(0)).subarray(position, position + length);
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#bytes; at += limits.spoolBlockBytes)
      yield await this.at(at, limits.spoolBlockBytes);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** How a codec that reads from several places has its payload kept. */
export const keepIn =
  (folder: SpoolFolder) =>
  async (chunks: AsyncIterable<Uint8Array>): Promise<KeptBytes> => {
    const kept = new KeptBody(folder);
    try {
      await kept.keep(chunks);
      return kept;
    } catch (error) {
      await kept.close();
      throw error;
    }
  };
