import type { PostedDocument } from '../pack.ts';
import type { Books } from '../ports.ts';
import type { Difference } from '../stock/verify/Differences.ts';

/** Messages that are asked for at once: the more, the more of them lie side by side. */
const MESSAGES_AT_ONCE = 4_096;

/**
 * Compares the inbox with what packs name, some messages at a time: each is in it, or it would be booked
 * again, and with the hash of what was booked, or its replay would be taken for another message.
 */
export class InboxAudit {
  readonly #store: Pick<Books, 'inbox'>;
  /** Documents that were named and not compared yet, each with a SKU of it. */
  readonly #named = new Map<PostedDocument, string>();

  constructor(store: Pick<Books, 'inbox'>) {
    this.#store = store;
  }

  /** What no message caused is in no inbox. */
  name(sku: string, posted: PostedDocument): void {
    if (posted.source !== '') this.#named.set(posted, sku);
  }

  get isFull(): boolean {
    return this.#named.size >= MESSAGES_AT_ONCE;
  }

  async compare(): Promise<Difference[]> {
    const named = [...this.#named];
    this.#named.clear();
    const keys = named.map(([{ source, messageId }]) => ({ source, id: messageId }));
    const records = keys.length === 0 ? [] : await this.#store.inbox(keys);
    const hashes = new Map<string, Map<string, string>>();
    for (const { source, id, contenthash } of records) {
      const ofSource = hashes.get(source);
      if (ofSource) ofSource.set(id, contenthash);
      else hashes.set(source, new Map([[id, contenthash]]));
    }
    return named.flatMap(([posted, sku]): Difference[] => {
      const { source, messageId, document, contenthash } = posted;
      const found = hashes.get(source)?.get(messageId);
      if (found !== undefined && (contenthash === '' || contenthash === found)) return [];
      const what =
        found === undefined ? 'is not in the inbox' : `has the content hash ${found} in the inbox`;
      const was = contenthash === '' ? 'was booked' : `was booked with ${contenthash}`;
      return [
        { sku, check: 'inbox', message: `${messageId} of ${source} (${document}) ${what}, ${was}` },
      ];
    });
  }
}
