/** A payload whose hash must be known before its first record is mapped. */
import { createHash } from 'node:crypto';
import { limits } from '../limits.ts';
import type { SpoolFile, SpoolFolder } from '../spool/SpoolFolder.ts';

/** The bytes of a payload, in memory up to the bound of spools and in a file from there on. */
export class KeptBody {
  readonly #folder: SpoolFolder;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
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
    if (this.#file) return this.#file.append(chunk);
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= this.#folder.bounds.memoryBytes) return;
    this.#file = await this.#folder.open();
    for (const one of this.#chunks) await this.#file.append(one);
    this.#chunks = [];
  }

  async *read(): AsyncGenerator<Uint8Array> {
    yield* this.#chunks;
    const { size = 0 } = this.#file ?? {};
    for (let at = 0; at < size; at += limits.spoolBlockBytes)
      yield await this.#file!.read(at, limits.spoolBlockBytes);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
