/** What a folder sink has written, so that the same thing is never written under two names. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isObject } from '../../core/spec.ts';
import { errorCode } from './folderFiles.ts';

/** Said before a file gets its name: `part`, which is complete and durable, becomes `name`. */
export interface Intent {
  id: string;
  seq: number;
  name: string;
  part: string;
}

/** Sends that are remembered. A repetition that comes later than this many is written again. */
const REMEMBERED = 10_000;

/**
 * One line of JSON for each intent, in a hidden file of the folder, appended and synced. Several
 * processes may share it: each reads what the others appended. When it is lost, numbering starts
 * again at the first number that is free, and earlier repetitions are not recognised.
 */
export class FolderJournal {
  readonly #path: string;
  #intents = new Map<string, Intent>();
  #lastSeq = 0;
  #readBytes = 0;
  #lines = 0;

  constructor(folder: string, flow: string) {
    this.#path = join(folder, `.stockbus-${flow.replace(/[^\w.-]/g, '_')}.sent`);
  }

  get nextSeq(): number {
    return this.#lastSeq + 1;
  }

  intent(id: string): Intent | undefined {
    return this.#intents.get(id);
  }

  /** Takes in what was appended since, by whomever. */
  async refresh(): Promise<void> {
    const size = await this.#size();
    if (size === this.#readBytes) return;
    this.#intents = new Map();
    this.#lines = 0;
    const bytes = size === 0 ? Buffer.alloc(0) : await readFile(this.#path);
    for (const line of bytes.toString('utf8').split('\n')) {
      const intent = parse(line);
      if (intent) this.#remember(intent);
    }
    this.#readBytes = bytes.length;
  }

  async append(intent: Intent): Promise<void> {
    const line = Buffer.from(`\n${JSON.stringify(intent)}`);
    const handle = await open(this.#path, 'a');
    try {
      await handle.appendFile(line);
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.#remember(intent);
    this.#readBytes += line.length;
    if (this.#lines > 2 * REMEMBERED) await this.#shorten();
  }

  #remember(intent: Intent): void {
    this.#lines += 1;
    this.#lastSeq = Math.max(this.#lastSeq, intent.seq);
    this.#intents.delete(intent.id);
    this.#intents.set(intent.id, intent);
    if (this.#intents.size <= REMEMBERED) return;
    const [oldest] = this.#intents.keys();
    this.#intents.delete(oldest!);
  }

  async #shorten(): Promise<void> {
    const kept = [...this.#intents.values()].map((intent) => `\n${JSON.stringify(intent)}`);
    const bytes = Buffer.from(kept.join(''));
    const fresh = `${this.#path}-${randomUUID()}.tmp`;
    await writeFile(fresh, bytes, { flush: true });
    await rename(fresh, this.#path);
    this.#readBytes = bytes.length;
    this.#lines = kept.length;
  }

  async #size(): Promise<number> {
    try {
      return (await stat(this.#path)).size;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return 0;
      throw error;
    }
  }
}

/** A line that a crash cut off says nothing: its file had not got its name yet. */
function parse(line: string): Intent | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value)) return undefined;
    const { id, seq, name, part } = value;
    if (typeof id !== 'string' || typeof seq !== 'number') return undefined;
    return typeof name === 'string' && typeof part === 'string'
      ? { id, seq, name, part }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
