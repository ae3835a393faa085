import type { NamedMessage } from '../pack.ts';
import type { Books } from '../ports.ts';
import type { Difference } from '../stock/verify/Differences.ts';

/** Messages that are asked for at once. */
const MESSAGES_AT_ONCE = 1_024;

/**
 * Compares the inbox with the documents of the ledger: the message of each is in it, or it would be booked
 * again, and with the hash of what was booked, or its replay would be taken for another message.
 */
export class InboxAudit {
  readonly #store: Pick<Books, 'inbox' | 'messages' | 'ledger'>;

  constructor(store: Pick<Books, 'inbox' | 'messages' | 'ledger'>) {
    this.#store = store;
  }

  async *compare(): AsyncIterable<Difference[]> {
    let some: NamedMessage[] = [];
    for await (const messages of this.#store.messages()) {
      // What no message caused is in no inbox.
      for (const message of messages) if (message[1] !== '') some.push(message);
      if (some.length < MESSAGES_AT_ONCE) continue;
      yield await this.#compare(some);
      some = [];
      // A store that answers at once would let nobody else be heard.
      await new Promise(setImmediate);
    }
    yield await this.#compare(some);
  }

  async #compare(named: readonly NamedMessage[]): Promise<Difference[]> {
    const keys = named.map(([, source, id]) => ({ source, id }));
    const hashes = new Map<string, Map<string, string>>();
    for (const { source, id, contenthash } of await this.#store.inbox(keys)) {
      const ofSource = hashes.get(source);
      if (ofSource) ofSource.set(id, contenthash);
      else hashes.set(source, new Map([[id, contenthash]]));
    }
    const differences: Difference[] = [];
    for (const message of named) {
      const [, source, messageId, contenthash] = message;
      const found = hashes.get(source)?.get(messageId);
      if (found !== undefined && (contenthash === '' || contenthash === found)) continue;
      differences.push(await this.#difference(message, found));
    }
    return differences;
  }

  async #difference(
    [document, source, messageId, contenthash]: NamedMessage,
    found: string | undefined,
  ): Promise<Difference> {
    const [entry] = (await this.#store.ledger({ document }, { limit: 1 })).rows;
    const what =
      found === undefined ? 'is not in the inbox' : `has the content hash ${found} in the inbox`;
    const was = contenthash === '' ? 'was booked' : `was booked with ${contenthash}`;
    const message = `${messageId} of ${source} (${document}) ${what}, ${was}`;
    return { sku: entry?.sku ?? '(all)', check: 'inbox', message };
  }
}
