import type { RoundParts } from '../../core/apply/round.ts';
import { Round } from '../../core/apply/round.ts';
import { type Commit, madeAfter } from '../../core/commit.ts';
import { limits } from '../../core/limits.ts';
import type { Command } from '../../core/message.ts';
import type { Store } from '../../core/ports.ts';
import { Workspace } from '../../core/stock/workspace.ts';
import { flow } from './documents.ts';

/** What the commits of a Booker wrote. */
export interface Written {
  commits: number;
  entries: number;
}

/**
 * Books documents as an apply loop does, its rounds and its memory between them, without the broker
 * in front of it.
 */
type BookerParts = RoundParts & { store: Store };

export class Booker {
  readonly written: Written = { commits: 0, entries: 0 };
  readonly parts: BookerParts;
  readonly #workspace: Workspace;
  readonly #intakeId: string;
  #batches = 0;
  /** SKUs that the last commit changed. */
  #changed = 0;

  constructor({ store, ...parts }: BookerParts) {
    this.parts = { ...parts, store: this.#counted(store) };
    this.#workspace = new Workspace(parts.policy);
    this.#intakeId = parts.runtime.newId();
  }

  /** Every method but `commit` as it is. */
  #counted(store: Store): Store {
    const { written } = this;
    const made = ({ packs }: Commit): void => {
      this.#changed = packs.length;
      written.commits += 1;
      for (const { entries } of packs) written.entries += entries.length;
    };
    return new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (name !== 'commit') return value.bind(target);
        return (decided: Parameters<Store['commit']>[0]) =>
          target.commit((after) => {
            const commit = madeAfter(decided, after);
            made(commit);
            return commit;
          });
      },
    });
  }

  /** In one commit. Throws where a document is refused. */
  async commit(commands: readonly Command[]): Promise<void> {
    const batches = [];
    for (let start = 0; start < commands.length; start += limits.batchRecords) {
      batches.push(this.#batchOf(commands.slice(start, start + limits.batchRecords)));
    }
    let refused: string | undefined;
    const { runtime } = this.parts;
    const parts: RoundParts = {
      ...this.parts,
      runtime: {
        ...runtime,
        log: (level, event, fields) => {
          if (event === 'apply.refused') refused ??= JSON.stringify(fields);
          else runtime.log(level, event, fields);
        },
      },
    };
    const round = new Round(parts, this.#workspace, batches, { careful: false });
    if ((await round.commit()) === undefined) throw new Error('a commit of the bench met another');
    if (refused !== undefined) throw new Error(`a document of the bench was refused: ${refused}`);
    this.#workspace.committed();
    const { skuCount, rowCount } = this.#workspace;
    if (skuCount > limits.cachedSkus || rowCount > limits.cachedRows) this.#workspace.forgetAll();
  }

  #batchOf(commands: Command[]) {
    this.#batches += 1;
    return {
      origin: { intakeId: this.#intakeId, flow, name: 'bench' },
      index: this.#batches,
      digest: String(this.#batches),
      records: commands.length,
      filtered: 0,
      commands,
      parked: [],
      redelivered: false,
    };
  }

  /** In as many commits as an apply loop would make. */
  async book(commands: Iterable<Command>, committed?: () => Promise<void> | void): Promise<void> {
    const most = limits.batchRecords * this.parts.store.commitBatches;
    let size: number = limits.commitSkus;
    let some: Command[] = [];
    const book = async (): Promise<void> => {
      await this.commit(some);
      size = Math.min(most, Math.ceil(limits.commitSkus * (some.length / this.#changed) ** 2));
      some = [];
      await committed?.();
    };
    for (const command of commands) {
      some.push(command);
      if (some.length >= size) await book();
    }
    if (some.length > 0) await book();
  }
}

/** Takes what waits in the outbox, as a relay does that has no subscribers. */
export async function emptyOutbox(store: Store): Promise<void> {
  for (;;) {
    const events = await store.outbox(limits.outboxRecords);
    if (events.length === 0) return;
    await store.published(
      events.map(({ id }) => id),
      new Date().toISOString(),
    );
  }
}
