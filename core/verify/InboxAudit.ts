import { MessageMap } from '../MessageMap.ts';
import type { BookedMessage, NamedMessage } from '../pack.ts';
import type { Books } from '../ports.ts';
import type { Difference } from '../stock/verify/Differences.ts';

/** Messages that are compared at once. */
const MESSAGES_AT_ONCE = 1_024;
/**
 * Messages of the inbox that are kept until a document names them, or so many more were read: twice what a commit
 * has. As many are read, and no more, to find those of documents that are compared at once.
 */
const KEPT = 65_536;
/** Sources that are compared; there are about as many as flows. */
const SOURCES_KEPT = 10_000;

type AuditedStore = Pick<Books, 'inbox' | 'bookedMessages' | 'messages' | 'sources' | 'ledger'>;

/**
 * Compares the inbox with the documents of the ledger: the message of each is in it, or it would be booked
 * again, and with the hash of what was booked, or its replay would be taken for another message. Both are
 * read side by side, since they have about the same order; what is not found so is asked for by its key. What
 * no document names is counted, where the store does: much leaves no document, such as an item or an order.
 */
export class InboxAudit {
  readonly #store: AuditedStore;
  readonly #booked: AsyncIterator<readonly BookedMessage[]>;
  /** Content hashes of those that were read last, and before them, and that no document has named so far. */
  #unnamed = new MessageMap<string>();
  #before = new MessageMap<string>();
  #count = 0;
  /** Of those that were read: how many, the number of the last, and their sources. */
  #numbered = 0;
  #last = 0;
  readonly #sources = new Set<string>();

  constructor(store: AuditedStore) {
    this.#store = store;
    this.#booked = store.bookedMessages()[Symbol.asyncIterator]();
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
    while ((await this.#read()) > 0) await new Promise(setImmediate);
    yield await this.#ofAll();
  }

  /** Once all was read. A source is listed in the commit of its first message. */
  async #ofAll(): Promise<Difference[]> {
    const told: string[] = [];
    const missing = this.#last - this.#numbered;
    if (missing > 0) {
      told.push(
        `${missing} of its messages, which have numbers one after another, cannot be found`,
      );
    }
    const listed = new Set(await this.#store.sources());
    for (const source of this.#sources) {
      if (!listed.has(source)) told.push(`${source} is not among the sources that are listed`);
    }
    return told.map((message) => ({ sku: '(all)', check: 'inbox', message }));
  }

  async #compare(named: readonly NamedMessage[]): Promise<Difference[]> {
    const suspects: NamedMessage[] = [];
    let ahead = 0;
    for (const message of named) {
      const [, source, messageId, contenthash] = message;
      let found = this.#take(source, messageId);
      // One that follows from a message of before has no hash, and is not waited for.
      while (found === undefined && contenthash !== '' && ahead < KEPT) {
        const read = await this.#read();
        ahead = read === 0 ? KEPT : ahead + read;
        found = this.#take(source, messageId);
      }
      if (!isSame(contenthash, found)) suspects.push(message);
    }
    return suspects.length === 0 ? [] : this.#differences(suspects);
  }

  #take(source: string, id: string): string | undefined {
    for (const unnamed of [this.#unnamed, this.#before]) {
      const found = unnamed.get(source, id);
      if (found === undefined) continue;
      unnamed.delete(source, id);
      return found;
    }
    return undefined;
  }

  /** How many; 0 once there are no more. */
  async #read(): Promise<number> {
    const { value: messages, done } = await this.#booked.next();
    if (done) return 0;
    for (const [source, id, contenthash, number = 0] of messages) {
      this.#unnamed.set(source, id, contenthash);
      this.#last = number;
      if (this.#sources.size < SOURCES_KEPT) this.#sources.add(source);
    }
    if (this.#last > 0) this.#numbered += messages.length;
    this.#count += messages.length;
    if (this.#count >= KEPT) {
      [this.#before, this.#unnamed, this.#count] = [this.#unnamed, new MessageMap(), 0];
    }
    return messages.length;
  }

  async #differences(suspects: readonly NamedMessage[]): Promise<Difference[]> {
    const keys = suspects.map(([, source, id]) => ({ source, id }));
    const hashes = new MessageMap<string>();
    for (const { source, id, contenthash } of await this.#store.inbox(keys)) {
      hashes.set(source, id, contenthash);
    }
    const differences: Difference[] = [];
    for (const message of suspects) {
      const [, source, messageId, contenthash] = message;
      const found = hashes.get(source, messageId);
      if (!isSame(contenthash, found)) differences.push(await this.#difference(message, found));
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

const isSame = (contenthash: string, found: string | undefined): boolean =>
  found !== undefined && (contenthash === '' || contenthash === found);
