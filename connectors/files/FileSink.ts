/** Writes what a flow sends as files that appear whole or not at all. */
import { createHash } from 'node:crypto';
import type { Outgoing, Sink } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { type KeptTree, numbered } from './FileTree.ts';
import { fileName, hasSequence } from './fileName.ts';
import { type Intent, promisedParts, SentJournal } from './SentJournal.ts';

/** Age at which a half-written file of a dead process is removed. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;
const PART = /^\.stockbus-[0-9a-f]{16}-[0-9a-f-]{36}\.part(?:\.tmp)?$/;

/**
 * Each file is written under a hidden name; then the journal says which name it will get; then it
 * gets the name. So an attempt after a crash sees by the journal and by whether the hidden file is
 * still there if the file had been given out: the same id is written once, even when the reader has
 * taken the file away meanwhile. An existing file is never overwritten.
 */
export class FileSink implements Sink {
  readonly #tree: KeptTree;
  readonly #pattern: string;
  readonly #runtime: Runtime;
  readonly #journal: SentJournal;
  #queue: Promise<void> = Promise.resolve();
  #opened = false;

  constructor(tree: KeptTree, pattern: string, about: { flow: string; runtime: Runtime }) {
    this.#tree = tree;
    this.#pattern = pattern;
    this.#runtime = about.runtime;
    this.#journal = new SentJournal(tree, about.flow, about.runtime);
  }

  send(outgoing: Outgoing): Promise<void> {
    const sent = this.#queue.then(() => this.#send(outgoing));
    this.#queue = sent.catch(() => undefined);
    return sent;
  }

  async close(): Promise<void> {
    await this.#queue;
    await this.#tree.close?.();
  }

  async #send(outgoing: Outgoing): Promise<void> {
    if (!this.#opened) await this.#removeAbandoned();
    this.#opened = true;
    await this.#journal.refresh();
    const before = this.#journal.intent(outgoing.id);
    if (before) return this.#complete(before, outgoing);
    await this.#giveName(await this.#writePart(outgoing), outgoing);
  }

  /** Never a part that some flow's journal names: it is complete and waits for its name. */
  async #removeAbandoned(): Promise<void> {
    const parts = ((await this.#tree.list('')) ?? []).filter((entry) => PART.test(entry));
    if (parts.length === 0) return;
    const promised = await promisedParts(this.#tree);
    for (const part of parts.filter((name) => !promised.has(name))) {
      const stat = await this.#tree.stat(part);
      if (!stat || this.#runtime.now() - stat.mtimeMs < ABANDONED_MS) continue;
      await this.#tree.remove(part);
    }
  }

  /** Brings an earlier attempt to its end, where there was one that had come so far. */
  async #complete({ part, name }: Intent, outgoing: Outgoing): Promise<void> {
    if ((await this.#tree.move(part, name, 'name')) === 'taken')
      await this.#giveName(part, outgoing);
  }

  async #writePart({ id, body }: Outgoing): Promise<string> {
    const digest = createHash('sha256').update(id).digest('hex').slice(0, 16);
    const part = `.stockbus-${digest}-${this.#runtime.newId()}.part`;
    await this.#tree.write(part, body, 'content');
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
      if ((await this.#tree.move(part, name, 'name')) !== 'taken') return;
    }
  }
}
