import type { JournalChange } from './groupCommit.ts';

/** Tells changes that were written when they are synced, too: all that wait while one sync goes on share the next. */
export class GroupSync {
  readonly #sync: () => Promise<void>;
  #waiting: JournalChange[] = [];
  #running: Promise<void> | undefined;

  constructor(sync: () => Promise<void>) {
    this.#sync = sync;
  }

  add(changes: readonly JournalChange[]): void {
    if (changes.length === 0) return;
    this.#waiting.push(...changes);
    this.#running ??= this.#run();
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const changes = this.#waiting;
      this.#waiting = [];
      let failure: unknown;
      await this.#sync().catch((error: unknown) => {
        failure = error;
      });
      for (const change of changes) change.synced?.(failure);
    }
    this.#running = undefined;
  }
}
