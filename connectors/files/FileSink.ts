/** Writes what a flow sends as files that appear whole or not at all. */
import { createHash } from 'node:crypto';
import type { Outgoing, Sink } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { heldBack } from '../../core/sideBySide.ts';
import { type KeptTree, numbered } from './FileTree.ts';
import { fileName, hasSequence } from './fileName.ts';
import { type Intent, promisedParts, SentJournal } from './SentJournal.ts';

/** Age at which a half-written file of a dead process is removed. */
const ABANDONED_MS = 24 * 60 * 60 * 1_000;
const PART = /^\.stockbus-[0-9a-f]{16}-[0-9a-f-]{36}\.part(?:\.tmp)?$/;

/** Files that are written at once, of what is about different things. */
const FILES_AT_ONCE = 8;

/** A file on its way to its name. */
interface Sending {
  outgoing: Outgoing;
  /** The hidden name under which it is complete. */
  part: Promise<string>;
  /** A journal may name its part, whatever was answered: it stays until it has its name. */
  isPromised: boolean;
  /** Names that were tried, this one included. */
  attempt: number;
  sent: PromiseWithResolvers<void>;
}

/**
 * Each file is written under a hidden name; then the journal says which name it will get; then it
 * gets the name. So an attempt after a crash sees by the journal and by whether the hidden file is
 * still there if the file had been given out: the same id is written once, even when the reader has
 * taken the file away meanwhile. An existing file is never overwritten.
 *
 * Several are written at once, and told to the journal together; they get their names one after
 * another, in the order of their numbers, so that a reader who goes by names misses none. After a
 * failure nothing that was sent later gets its name first.
 */
export class FileSink implements Sink {
  readonly atOnce = FILES_AT_ONCE;
  readonly #tree: KeptTree;
  readonly #pattern: string;
  readonly #runtime: Runtime;
  readonly #journal: SentJournal;
  #opening: Promise<void> | undefined;
  #waiting: Sending[] = [];
  #working: Promise<void> | undefined;

  constructor(tree: KeptTree, pattern: string, about: { flow: string; runtime: Runtime }) {
    this.#tree = tree;
    this.#pattern = pattern;
    this.#runtime = about.runtime;
    this.#journal = new SentJournal(tree, about.flow, about.runtime);
  }

  send(outgoing: Outgoing): Promise<void> {
    const part = heldBack(this.#writePart(outgoing));
    const sent = Promise.withResolvers<void>();
    this.#waiting.push({ outgoing, part, isPromised: false, attempt: 1, sent });
    this.#working ??= this.#work();
    return sent.promise;
  }

  async close(): Promise<void> {
    await this.#working;
    await this.#tree.close?.();
  }

  async #writePart({ id, body }: Outgoing): Promise<string> {
    await this.#open();
    const digest = createHash('sha256').update(id).digest('hex').slice(0, 16);
    const part = `.stockbus-${digest}-${this.#runtime.newId()}.part`;
    await this.#tree.write(part, body, 'content');
    return part;
  }

  #open(): Promise<void> {
    this.#opening ??= this.#removeAbandoned().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
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

  async #work(): Promise<void> {
    // What is sent in the same moment goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#sendRound(this.#takeRound());
    this.#working = undefined;
  }

  /** What waits, up to an id that is there twice: whether it was given out is seen once the first was. */
  #takeRound(): Sending[] {
    const ids = this.#waiting.map(({ outgoing }) => outgoing.id);
    const again = ids.findIndex((id, at) => ids.indexOf(id) !== at);
    return this.#waiting.splice(0, again === -1 ? ids.length : again);
  }

  /** Never rejects. */
  async #sendRound(round: Sending[]): Promise<void> {
    try {
      const [, written] = await Promise.all([this.#journal.refresh(), writtenOf(round)]);
      const known = written.filter(({ outgoing }) => this.#journal.intent(outgoing.id));
      const taken: Sending[] = [];
      for (const sending of known) if (!(await this.#complete(sending))) taken.push(sending);
      const fresh = written.filter((sending) => !known.includes(sending));
      await this.#giveNames([...taken, ...fresh]);
    } catch (error) {
      for (const sending of [...round, ...this.#waiting.splice(0)]) {
        sending.sent.reject(error);
        await this.#drop(sending);
      }
    }
  }

  /** Brings an earlier attempt to its end; false where the name that it was to have is taken. */
  async #complete(sending: Sending): Promise<boolean> {
    const { part, name } = this.#journal.intent(sending.outgoing.id)!;
    const outcome = await this.#tree.move(part, name, 'name');
    await this.#tree.remove(await sending.part);
    Object.assign(sending, { part: Promise.resolve(part), isPromised: true });
    if (outcome === 'taken') return false;
    sending.sent.resolve();
    return true;
  }

  /** Where one finds its name taken, it and those behind it get others. */
  async #giveNames(sendings: readonly Sending[]): Promise<void> {
    for (let open = sendings; open.length > 0; ) {
      const intents = await this.#intentsOf(open);
      for (const sending of open) sending.isPromised = true;
      await this.#journal.append(intents);
      const named = await this.#moveAll(open, intents);
      open = open.slice(named);
      if (open[0]) open[0].attempt += 1;
    }
  }

  async #intentsOf(sendings: readonly Sending[]): Promise<Intent[]> {
    const atMs = this.#runtime.now();
    const bySequence = hasSequence(this.#pattern);
    const parts = await Promise.all(sendings.map(({ part }) => part));
    return sendings.map(({ outgoing, attempt }, at) => {
      const { id, flow, extension } = outgoing;
      const seq = this.#journal.nextSeq + at;
      const plain = fileName(this.#pattern, { atMs, seq, flow, id, extension });
      const name = bySequence ? plain : numbered(plain, attempt);
      return { id, seq, name, part: parts[at]! };
    });
  }

  /** How many got their names before one was taken. */
  async #moveAll(sendings: readonly Sending[], intents: readonly Intent[]): Promise<number> {
    for (const [at, { part, name }] of intents.entries()) {
      if ((await this.#tree.move(part, name, 'name')) === 'taken') return at;
      sendings[at]!.sent.resolve();
    }
    return intents.length;
  }

  /** What no journal names is written anew when it is sent again. What cannot be removed now is as abandoned. */
  async #drop({ part, isPromised }: Sending): Promise<void> {
    const written = await part.catch(() => undefined);
    if (written !== undefined && !isPromised) await this.#tree.remove(written).catch(() => false);
  }
}

/** Those that are complete; what became of the others is told. */
async function writtenOf(round: readonly Sending[]): Promise<Sending[]> {
  const results = await Promise.allSettled(round.map(({ part }) => part));
  return round.filter(({ sent }, at) => {
    const result = results[at]!;
    if (result.status === 'rejected') sent.reject(result.reason);
    return result.status === 'fulfilled';
  });
}
