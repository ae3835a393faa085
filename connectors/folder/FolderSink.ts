/** Writes what a flow sends as files that appear whole or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outgoing, Sink } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { numbered } from '../files/FileTree.ts';
import type { Intent } from './FolderJournal.ts';
import { FolderJournal } from './FolderJournal.ts';
import { fileName, hasSequence } from './fileName.ts';
import { exists, fileError, moveUnlessTaken, syncFolder } from './folderFiles.ts';

/** Age at which a half-written file of a dead process is removed. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;
const JOURNAL = /^\.stockbus-.+\.sent$/;
const PART = /^\.stockbus-[0-9a-f]{16}-[0-9a-f-]{36}\.part$/;

/**
 * Each file is written and synced under a hidden name; then a journal line says which name it will
 * get; then it gets the name. So an attempt after a crash sees by the line and by whether the hidden
 * file is still there if the file had been given out: the same id is written once, even when the
 * reader has taken the file away meanwhile. An existing file is never overwritten.
 */
export class FolderSink implements Sink {
  readonly #path: string;
  readonly #pattern: string;
  readonly #runtime: Runtime;
  readonly #journal: FolderJournal;
  #queue: Promise<void> = Promise.resolve();
  #opened = false;

  constructor(path: string, pattern: string, about: { flow: string; runtime: Runtime }) {
    this.#path = path;
    this.#pattern = pattern;
    this.#runtime = about.runtime;
    this.#journal = new FolderJournal(path, about.flow);
  }

  send(outgoing: Outgoing): Promise<void> {
    const sent = this.#queue.then(() => this.#send(outgoing));
    this.#queue = sent.catch(() => undefined);
    return sent;
  }

  async close(): Promise<void> {
    await this.#queue;
  }

  async #send(outgoing: Outgoing): Promise<void> {
    try {
      await this.#open();
      await this.#journal.refresh();
      const before = this.#journal.intent(outgoing.id);
      if (before && (await this.#completed(before, outgoing))) return;
      const part = await this.#writePart(outgoing);
      await this.#giveName(part, outgoing);
    } catch (error) {
      throw fileError('FOLDER_WRITE_FAILED', `cannot write to '${this.#path}'`, error);
    }
  }

  async #open(): Promise<void> {
    if (this.#opened) return;
    await mkdir(this.#path, { recursive: true });
    await this.#removeAbandoned();
    this.#opened = true;
  }

  /** Never a part that some flow's journal names: it is complete and waits for its name. */
  async #removeAbandoned(): Promise<void> {
    const entries = await readdir(this.#path);
    const parts = entries.filter((entry) => PART.test(entry));
    if (parts.length === 0) return;
    const journals = entries.filter((entry) => JOURNAL.test(entry));
    const read = (name: string): Promise<string> => readFile(join(this.#path, name), 'utf8');
    const promised = (await Promise.all(journals.map(read))).join('\n');
    for (const part of parts.filter((name) => !promised.includes(name))) {
      const stats = await stat(join(this.#path, part)).catch(() => undefined);
      if (!stats || this.#runtime.now() - stats.mtimeMs < ABANDONED_MS) continue;
      await rm(join(this.#path, part), { force: true });
    }
  }

  /** Brings an earlier attempt to its end, where there was one that had come so far. */
  async #completed(intent: Intent, outgoing: Outgoing): Promise<boolean> {
    const part = join(this.#path, intent.part);
    if (!(await exists(part))) return true;
    if (await moveUnlessTaken(part, join(this.#path, intent.name))) {
      await syncFolder(this.#path);
      return true;
    }
    await this.#giveName(intent.part, outgoing);
    return true;
  }

  async #writePart(outgoing: Outgoing): Promise<string> {
    const digest = createHash('sha256').update(outgoing.id).digest('hex').slice(0, 16);
    const part = `.stockbus-${digest}-${randomUUID()}.part`;
    const handle = await open(join(this.#path, part), 'wx');
    try {
      for await (const chunk of outgoing.body) await handle.appendFile(chunk);
      await handle.sync();
    } catch (error) {
      await rm(join(this.#path, part), { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return part;
  }

  async #giveName(part: string, outgoing: Outgoing): Promise<void> {
    const atMs = this.#runtime.now();
    const { id, flow, extension } = outgoing;
    const bySequence = hasSequence(this.#pattern);
    for (let attempt = 1; ; attempt += 1) {
      const seq = this.#journal.nextSeq;
      const plain = fileName(this.#pattern, { atMs, seq, flow, id, extension });
      const name = bySequence ? plain : numbered(plain, attempt);
      await this.#journal.append({ id, seq, name, part });
      if (await moveUnlessTaken(join(this.#path, part), join(this.#path, name))) break;
    }
    await syncFolder(this.#path);
  }
}
