/** A ZIP archive that goes out, compressed as it is written. */
import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';

/** Compressed at once: single rows would take more time. */
const BLOCK_BYTES = 64 * 1024;

/** Entries come one after another; what is ready of them is to be taken again and again. */
export class ZipOut {
  readonly #zip = new ZipFile();
  readonly #ended: Promise<void>;
  #ready: Uint8Array[] = [];
  #entry: PassThrough | undefined;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;

  constructor() {
    const out = this.#zip.outputStream;
    out.on('data', (part: Uint8Array) => this.#ready.push(part));
    this.#ended = new Promise((resolve, reject) => {
      out.once('end', resolve);
      this.#zip.once('error', (error: Error) => {
        this.#entry?.destroy(error);
        reject(error);
      });
    });
    // Who writes or ends it hears of it.
    this.#ended.catch(() => undefined);
  }

  /** What is written from now on is of this entry. */
  async open(name: string): Promise<void> {
    await this.#close();
    this.#entry = new PassThrough();
    // 1 January 1980, midnight: the same content is the same archive.
    const dated = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
    this.#zip.addReadStream(this.#entry, name, dated);
  }

  /** Resolves when there is room for more. */
  async write(part: string | Uint8Array): Promise<void> {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    if (this.#waitingBytes >= BLOCK_BYTES) await this.#pass();
  }

  #pass(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting.splice(0));
    this.#waitingBytes = 0;
    if (bytes.byteLength === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#entry!.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  async #close(): Promise<void> {
    await this.#pass();
    this.#entry?.end();
  }

  /** What is ready by now. */
  take(): Uint8Array {
    return Buffer.concat(this.#ready.splice(0));
  }

  /** The rest. */
  async end(): Promise<Uint8Array> {
    await this.#close();
    this.#zip.end();
    await this.#ended;
    return this.take();
  }
}
