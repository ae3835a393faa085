/** What a poller remembers between its looks: rows of the store, written under the lease of its turn. */
import type { ControlBooks, PollState } from '../ports.ts';
import { POLL } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';
import { partsOfKey, tupleKey } from '../tupleKey.ts';
import type { Hold } from './Job.ts';

/** Whose memory it is. */
export interface PollScope {
  /** What the messages of the flow name as their source, so that a flow may be renamed. */
  source: string;
  place: string;
}

/** The name under which the ids of what is in hand are kept; no poller's own name begins with a space. */
export const IN_HAND = ' in hand';

export const wordOf = ({ source, place }: PollScope): string => tupleKey(source, place);

export class PollMemory implements PollState {
  readonly #store: ControlBooks;
  readonly #runtime: Pick<Runtime, 'now'>;
  readonly #hold: Hold;
  readonly #scope: PollScope;
  /** Of what was read or written in this turn; empty: there is none. */
  readonly #versions = new Map<string, string>();

  constructor(store: ControlBooks, runtime: Pick<Runtime, 'now'>, hold: Hold, scope: PollScope) {
    this.#store = store;
    this.#runtime = runtime;
    this.#hold = hold;
    this.#scope = scope;
  }

  async read(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#store.control(
      POLL,
      names.map((name) => this.#idOf(name)),
    );
    const found = new Map(rows.map((row) => [nameOf(row.id), row]));
    for (const name of names) this.#versions.set(name, found.get(name)?.version ?? '');
    return new Map([...found].map(([name, { body }]) => [name, body]));
  }

  async write(entries: ReadonlyMap<string, string | undefined>): Promise<void> {
    const unread = [...entries.keys()].filter((name) => !this.#versions.has(name));
    if (unread.length > 0) await this.read(unread);
    const since = new Date(this.#runtime.now()).toISOString();
    const changes = [...entries].flatMap(([name, body]) => {
      const expected = this.#versions.get(name) ?? '';
      if (body === undefined && expected === '') return [];
      const row = { state: 'kept', since, words: [wordOf(this.#scope)], body: body ?? '' };
      const about = { kind: POLL, id: this.#idOf(name), expected };
      return [body === undefined ? about : { ...about, row }];
    });
    const version = await this.#hold.write(changes);
    for (const [name, body] of entries) this.#versions.set(name, body === undefined ? '' : version);
  }

  async *names(): AsyncIterable<string> {
    const word = wordOf(this.#scope);
    const rows = rowsOf((page) => this.#store.controlRows({ kind: POLL, word }, page));
    for await (const { id } of rows) if (nameOf(id) !== IN_HAND) yield nameOf(id);
  }

  readonly #idOf = (name: string): string => {
    const { source, place } = this.#scope;
    return tupleKey(source, place, name);
  };
}

const nameOf = (id: string): string => partsOfKey(id)[2]!;
