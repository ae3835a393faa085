import type { SpoolFile, SpoolFolder } from './SpoolFolder.ts';

const BYTES = Float64Array.BYTES_PER_ELEMENT;
/** Hashes of one run that are read at once. */
const BLOCK = 4_096;

/**
 * Which keys of a payload come twice, however many there are: their hashes are sorted in runs, which
 * go to a file beyond a bound and are merged there. Two keys may share a hash of 53 bits by chance, so
 * what is found is looked at again by the keys themselves.
 */
export class KeyHashes {
  readonly #folder: SpoolFolder;
  #run: number[] = [];
  #file: SpoolFile | undefined;
  /** Where each run in the file begins. */
  readonly #starts: number[] = [];

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  /** A promise only where the disk is to be waited for. */
  add(key: string): Promise<void> | undefined {
    this.#run.push(hashOf(key));
    return this.#run.length < this.#folder.bounds.memoryKeys ? undefined : this.#spill();
  }

  #sorted(): Float64Array<ArrayBuffer> {
    const sorted = Float64Array.from(this.#run).sort();
    this.#run = [];
    return sorted;
  }

  async #spill(): Promise<void> {
    const run = this.#sorted();
    this.#file ??= await this.#folder.open();
    this.#starts.push(this.#file.size);
    await this.#file.append(new Uint8Array(run.buffer));
  }

  /** Hashes that came more than once; no more than one above `most` of them. Asked once. */
  async repeated(most: number): Promise<Set<number>> {
    const found = new Set<number>();
    const last = this.#sorted();
    if (!this.#file) {
      for (let index = 1; index < last.length && found.size <= most; index += 1)
        if (last[index] === last[index - 1]) found.add(last[index]!);
      return found;
    }
    const runs = this.#starts.map((start, index) => {
      return new SortedRun(this.#file!, start, this.#starts[index + 1] ?? this.#file!.size);
    });
    for (const run of runs) await run.fill();
    runs.push(new SortedRun(undefined, 0, 0, last));
    let before = Number.NaN;
    for (;;) {
      const least = leastOf(runs);
      if (!least || found.size > most) return found;
      const hash = least.head!;
      if (hash === before) found.add(hash);
      before = hash;
      if (!least.next()) await least.fill();
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}

class SortedRun {
  readonly #file: SpoolFile | undefined;
  #position: number;
  readonly #end: number;
  #block: Float64Array;
  #at = 0;

  constructor(
    file: SpoolFile | undefined,
    position: number,
    end: number,
    block = new Float64Array(0),
  ) {
    this.#file = file;
    this.#position = position;
    this.#end = end;
    this.#block = block;
  }

  get head(): number | undefined {
    return this.#block[this.#at];
  }

  /** False where the next ones are to be read first. */
  next(): boolean {
    this.#at += 1;
    return this.#at < this.#block.length;
  }

  async fill(): Promise<void> {
    this.#at = 0;
    const length = Math.min(BLOCK * BYTES, this.#end - this.#position);
    const bytes = length > 0 ? await this.#file!.read(this.#position, length) : new Uint8Array();
    this.#position += length;
    this.#block = new Float64Array(length / BYTES);
    new Uint8Array(this.#block.buffer).set(bytes);
  }
}

function leastOf(runs: readonly SortedRun[]): SortedRun | undefined {
  let least: SortedRun | undefined;
  for (const run of runs) {
    if (run.head !== undefined && (least === undefined || run.head < least.head!)) least = run;
  }
  return least;
}

/** 53 bits of a text, from two lanes that mix each character differently. */
export function hashOf(key: string): number {
  let high = 0x2545f491;
  let low = 0x6c078965;
  for (let index = 0; index < key.length; index += 1) {
    const code = key.charCodeAt(index);
    high = Math.imul(high ^ code, 0x5bd1e995);
    low = Math.imul(low + code, 0x27d4eb2f) ^ (low >>> 15);
  }
  high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d) ^ (low >>> 12);
  low = Math.imul(low ^ (low >>> 13), 0x297a2d39) ^ (high >>> 16);
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
