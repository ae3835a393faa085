import type { Time, Timer } from '../../runtime.ts';
import type { Journal, KnownTopology } from './journal.ts';

/** Something that somebody wants on disk. */
export interface JournalChange {
  /** True where it adds messages that others may wait for. */
  readonly publishes?: boolean;
  /** True where it may be lost by a power failure: a message then comes again. */
  readonly isMark?: boolean;
  /** Writes inside the transaction. An error that it returns concerns this change only, which then
   *  must have written nothing. */
  write(journal: Journal, topology: KnownTopology): Error | undefined;
  /** After the commit: others see it, and it survives the death of the process. */
  written(): void;
  /** It survives a power failure, too; or the reason why nobody knows. Asked of nothing that is a mark. */
  synced?(error?: unknown): void;
  /** Nothing of it is on disk. */
  failed(error: unknown): void;
}

/** Time that what nobody waits for may wait for company. */
const LAZY_MS = 5;
/** Wait before another commit after one that failed, so that a full disk is not a busy loop. */
const AFTER_FAILURE_MS = 500;

/**
 * Gathers what is wanted within one turn of the event loop, so that all of it shares one commit: the
 * cost of a commit is the disk's, whatever is in it.
 */
export class GroupCommit {
  readonly #time: Time;
  readonly #commit: (changes: JournalChange[]) => boolean;
  #changes: JournalChange[] = [];
  #soon: NodeJS.Immediate | undefined;
  #timer: Timer | undefined;
  #failing = false;

  /** `commit` tells whether it went well. */
  constructor(time: Time, commit: (changes: JournalChange[]) => boolean) {
    this.#time = time;
    this.#commit = commit;
  }

  add(change: JournalChange): void {
    this.#changes.push(change);
    this.#soon ??= setImmediate(() => this.flush());
  }

  /** For what nobody waits for. */
  addLazily(change: JournalChange): void {
    this.#changes.push(change);
    this.#later(LAZY_MS);
  }

  /** There may be something to hand out. */
  wake(): void {
    if (this.#failing) this.#later(AFTER_FAILURE_MS);
    else this.#soon ??= setImmediate(() => this.flush());
  }

  flush(): void {
    clearImmediate(this.#soon);
    this.#timer?.stop();
    this.#soon = undefined;
    this.#timer = undefined;
    const changes = this.#changes;
    this.#changes = [];
    this.#failing = !this.#commit(changes);
    if (!this.#failing) return;
    clearImmediate(this.#soon);
    this.#soon = undefined;
    this.#later(AFTER_FAILURE_MS);
  }

  stop(): void {
    clearImmediate(this.#soon);
    this.#timer?.stop();
  }

  #later(waitMs: number): void {
    if (this.#soon) return;
    const ms = this.#failing ? AFTER_FAILURE_MS : waitMs;
    this.#timer ??= this.#time.after(ms, () => this.flush());
  }
}
