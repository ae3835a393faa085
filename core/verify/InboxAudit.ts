import type { LogLine } from '../logLine.ts';
import { MessageMap } from '../MessageMap.ts';

import type { BookedMessage, NamedMessage } from '../pack.ts';
import { pagesOf } from '../pagesOf.ts';
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

type AuditedStore = Pick<
  Books,
  'inbox' | 'bookedMessages' | 'messages' | 'sources' | 'ledger' | 'log'
>;

/**
 * Compares the inbox with the documents of the ledger, and with the messages that the log lists since they left
 * none, such as that of an item: each is in it, or it would be booked again, and with the hash of what was booked,
 * or its replay would be taken for another message. All are read side by side, since they have about the same order;
 * what is not found so is asked for by its key. And there is nothing else in it, or a message to come would count
 * as booked: so many are in it as are named. Where that is not so, which they are is found by reading all again.
 */
export class InboxAudit {
  /** To how many packs documents lead, each by itself. */
  leads = 0;
  readonly #store: AuditedStore;
  readonly #booked: AsyncIterator<readonly BookedMessage[]>;
  /** Those that were read last, and before them, and that nothing has named so far. */
  #unnamed = new MessageMap<BookedMessage>();
  #before = new MessageMap<BookedMessage>();
  #count = 0;
  /** Of those that were read: how many, the number of the last, and their sources. */
  #numbered = 0;
  #last = 0;
  readonly #sources = new Set<string>();
  readonly #knownAt: string | undefined;
  /** Of those recorded by then: how many more are in the inbox than are named. */
  #more = 0;
  /** Those recorded since: what named them may have been read before. */
  readonly #late: BookedMessage[] = [];

  /**
   * `knownAt`: nothing that was recorded by then can change any more. Left out where only some messages are asked
   * for, and nothing is said of the others.
   */
  constructor(store: AuditedStore, knownAt?: string) {
    this.#store = store;
    this.#knownAt = knownAt;
    this.#booked = store.bookedMessages()[Symbol.asyncIterator]();
  }

  async *compare(): AsyncIterable<Difference[]> {
    let some: NamedMessage[] = [];
    for await (const messages of this.#named()) {
      // What no message caused is in no inbox.
      for (const message of messages) {
        this.leads += message[4];
        if (message[1] !== '') some.push(message);
      }
      if (some.length < MESSAGES_AT_ONCE) continue;
      yield await this.#compare(some);
      some = [];
      // A store that answers at once would let nobody else be heard.
      await new Promise(setImmediate);
    }
    yield await this.#compare(some);
    while ((await this.#read()) > 0) await new Promise(setImmediate);
    yield await this.#ofAll();
    if (this.#knownAt === undefined) return;
    if (this.#more !== 0) {
      for await (const slice of this.#inSlices()) yield await unnamedOf(slice, this.#named());
    }
    if (this.#late.length > 0) yield await unnamedOf(this.#late, this.#namedSince(this.#knownAt));
  }

  /** What documents name, then what the log lists. */
  async *#named(): AsyncIterable<readonly NamedMessage[]> {
    for await (const messages of this.#store.messages()) {
      // Whoever plants one that leads to no pack names nothing by it.
      yield messages.filter(([, , , , packs]) => packs > 0);
    }
    yield* this.#listed();
  }

  async *#namedSince(recordedAfter: string): AsyncIterable<readonly NamedMessage[]> {
    for await (const rows of pagesOf((page) => this.#store.ledger({ recordedAfter }, page))) {
      yield rows.map(({ document, source, messageId }) => [document, source, messageId, '', 1]);
    }
    yield* this.#listed();
  }

  async *#listed(): AsyncIterable<readonly NamedMessage[]> {
    for await (const lines of pagesOf((page) => this.#store.log({ about: 'messages' }, page))) {
      for (const line of lines) yield listedIn(line);
    }
  }

  /** All that was recorded by the moment, as many at a time as are kept. */
  async *#inSlices(): AsyncIterable<BookedMessage[]> {
    let slice: BookedMessage[] = [];
    for await (const messages of this.#store.bookedMessages()) {
      for (const message of messages) if (this.#isKnown(message[3])) slice.push(message);
      if (slice.length < KEPT) continue;
      yield slice;
      slice = [];
    }
    yield slice;
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
    if (this.#more < 0) {
      told.push(`${-this.#more} of its messages are named by more than one document of their own`);
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
      if (!isSame(contenthash, found?.[2])) suspects.push(message);
      else if (contenthash !== '') this.#isNamed(found![3]);
    }
    return suspects.length === 0 ? [] : this.#differences(suspects);
  }

  /** Of each message one document has the content hash, or the log. */
  #isNamed(recordedAt: string): void {
    if (this.#isKnown(recordedAt)) this.#more -= 1;
  }

  #isKnown(recordedAt: string): boolean {
    return this.#knownAt !== undefined && recordedAt <= this.#knownAt;
  }

  #take(source: string, id: string): BookedMessage | undefined {
    return this.#unnamed.take(source, id) ?? this.#before.take(source, id);
  }

  /** How many; 0 once there are no more. */
  async #read(): Promise<number> {
    const { value: messages, done } = await this.#booked.next();
    if (done) return 0;
    for (const message of messages) {
      const [source, id, , recordedAt, number = 0] = message;
      this.#unnamed.set(source, id, message);
      if (this.#isKnown(recordedAt)) this.#more += 1;
      else if (this.#late.length < KEPT) this.#late.push(message);
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
    const moments = new MessageMap<string>();
    for (const { source, id, contenthash, recordedAt } of await this.#store.inbox(keys)) {
      hashes.set(source, id, contenthash);
      moments.set(source, id, recordedAt);
    }
    const differences: Difference[] = [];
    for (const message of suspects) {
      const [, source, messageId, contenthash] = message;
      const found = hashes.get(source, messageId);
      if (!isSame(contenthash, found)) differences.push(await this.#difference(message, found));
      else if (contenthash !== '') this.#isNamed(moments.get(source, messageId)!);
    }
    return differences;
  }

  async #difference(
    [document, source, messageId, contenthash]: NamedMessage,
    found: string | undefined,
  ): Promise<Difference> {
    const asked = { document };
    const [entry] = document === '' ? [] : (await this.#store.ledger(asked, { limit: 1 })).rows;
    const what =
      found === undefined ? 'is not in the inbox' : `has the content hash ${found} in the inbox`;
    const was = contenthash === '' ? 'was booked' : `was booked with ${contenthash}`;
    const of = document === '' ? source : `${source} (${document})`;
    const message = `${messageId} of ${of} ${what}, ${was}`;
    return { sku: entry?.sku ?? '(all)', check: 'inbox', message };
  }
}

const isSame = (contenthash: string, found: string | undefined): boolean =>
  found !== undefined && (contenthash === '' || contenthash === found);

/** Those of the inbox that are not among those named. */
async function unnamedOf(
  booked: readonly BookedMessage[],
  named: AsyncIterable<readonly NamedMessage[]>,
): Promise<Difference[]> {
  const unnamed = new MessageMap<true>();
  for (const [source, id] of booked) unnamed.set(source, id, true);
  for await (const messages of named) {
    for (const [, source, id] of messages) unnamed.delete(source, id);
    // A store that answers at once would let nobody else be heard.
    await new Promise(setImmediate);
  }
  return booked
    .filter(([source, id]) => unnamed.get(source, id))
    .map(([source, id]) => {
      const message = `${id} of ${source} is in the inbox, and nothing says that it was booked`;
      return { sku: '(all)', check: 'inbox', message };
    });
}

function listedIn({ body }: LogLine): NamedMessage[] {
  try {
    const { messages } = JSON.parse(body) as { messages: [string, string, string][] };
    return messages.map(([source, id, contenthash]) => ['', source, id, contenthash, 0]);
  } catch {
    // That it cannot be read is told with the log.
    return [];
  }
}
