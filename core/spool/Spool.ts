import { limits } from '../limits.ts';
import type { SpoolFile, SpoolFolder } from './SpoolFolder.ts';

/** How entries become text and come back. The text holds no line feed. */
export interface SpoolForm<Entry> {
  text(entry: Entry): string;
  entry(text: string): Entry;
}

/** Where an entry is: its number in memory, its bytes in the file. */
export interface SpoolPlace {
  from: number;
  length: number;
}

const LINE_FEED = 10;

/**
 * What a payload became, in order, until all of it is known: as it is in memory up to a bound, and as
 * text in a file from there on.
 */
export class Spool<Entry> {
  readonly #folder: SpoolFolder;
  readonly #form: SpoolForm<Entry>;
  #entries: Entry[] = [];
  #bytes = 0;
  #file: SpoolFile | undefined;
  /** Texts on their way to the file, written as they come, so that no long text is made of them. */
  #block = Buffer.alloc(0);
  #blockBytes = 0;

  constructor(folder: SpoolFolder, form: SpoolForm<Entry>) {
    this.#folder = folder;
    this.#form = form;
  }

  /** `bytes` is about what the entry takes in memory. A promise only where the disk is to be waited for. */
  add(entry: Entry, bytes: number): Promise<void> | undefined {
    if (this.#file) return this.#put(this.#form.text(entry));
    this.#entries.push(entry);
    this.#bytes += bytes;
    return this.#bytes <= this.#folder.bounds.memoryBytes ? undefined : this.#spill();
  }

  async #spill(): Promise<void> {
    this.#file = await this.#folder.open();
    const entries = this.#entries;
    this.#entries = [];
    this.#block = Buffer.allocUnsafe(limits.spoolBlockBytes);
    for (const entry of entries) await this.#put(this.#form.text(entry));
  }

  #put(text: string): Promise<void> | undefined {
    // At most three bytes a character, and the line feed.
    const mostBytes = text.length * 3 + 1;
    if (mostBytes > this.#block.length) return this.#putLong(text);
    if (this.#blockBytes + mostBytes > this.#block.length)
      return this.#write().then(() => this.#put(text));
    this.#blockBytes += this.#block.write(text, this.#blockBytes);
    this.#block[this.#blockBytes] = LINE_FEED;
    this.#blockBytes += 1;
    return undefined;
  }

  async #putLong(text: string): Promise<void> {
    await this.#write();
    await this.#file!.append(Buffer.from(`${text}\n`));
  }

  async #write(): Promise<void> {
    if (this.#blockBytes === 0) return;
    const bytes = this.#blockBytes;
    this.#blockBytes = 0;
    await this.#file!.append(this.#block.subarray(0, bytes));
  }

  /** All entries that there are now, a block at a time. May be read again, and added to meanwhile. */
  async *blocks(): AsyncGenerator<readonly Entry[]> {
    if (!this.#file) {
      yield this.#entries.slice();
      return;
    }
    await this.#write();
    for await (const text of this.#texts(this.#file, this.#file.size)) {
      yield text.split('\n').map((line) => this.#form.entry(line));
    }
  }

  /** The same, each with its place. */
  async *placed(): AsyncGenerator<readonly { entry: Entry; place: SpoolPlace }[]> {
    if (!this.#file) {
      yield this.#entries.map((entry, from) => ({ entry, place: { from, length: 1 } }));
      return;
    }
    await this.#write();
    let from = 0;
    for await (const text of this.#texts(this.#file, this.#file.size)) {
      yield text.split('\n').map((line) => {
        const place = { from, length: Buffer.byteLength(line) };
        from += place.length + 1;
        return { entry: this.#form.entry(line), place };
      });
    }
  }

  /** The entry at a place that `placed` gave. */
  async at({ from, length }: SpoolPlace): Promise<Entry> {
    if (!this.#file) return this.#entries[from]!;
    return this.#form.entry((await this.#file.read(from, length)).toString('utf8'));
  }

  /** Whole lines, without the last line feed. */
  async *#texts(file: SpoolFile, size: number): AsyncGenerator<string> {
    let rest: Buffer[] = [];
    for (let position = 0; position < size; ) {
      const block = await file.read(position, Math.min(limits.spoolBlockBytes, size - position));
      position += block.length;
      const end = block.lastIndexOf(LINE_FEED);
      if (end < 0) {
        rest.push(block);
        continue;
      }
      yield Buffer.concat([...rest, block.subarray(0, end)]).toString('utf8');
      rest = [block.subarray(end + 1)];
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#entries = [];
  }
}
