/** Messages about what moved: written of the packs of a commit, and again of those in the store. */
import { writeCursor } from '../cursor.ts';
import { faultOf, StockbusError } from '../errors.ts';
import type { PostedDocument, StoredPack } from '../pack.ts';
import type { MovedPack } from '../packBody.ts';
import { movedOf, movedPart } from '../packFrom.ts';
import type { Store } from '../ports.ts';
import { type ToldPart, toldPart } from '../toldPack.ts';

/** Entries of one pack, from one `seq` to another; of them those that changed a balance are told. */
export type PackRange = [sku: string, version: number, from: number, to: number];

/** What the outbox keeps of such a message: the text follows from the packs. */
export interface MovedReference {
  /** Of one commit, in order. */
  moved: PackRange[];
  source: string;
  time: string;
  currency: string;
  minorDigits: number;
}

export type MovedHead = Omit<MovedReference, 'moved'>;

/** JSON text of a MovedBatch; `documents` are those that the parts name, as texts. */
export function movedText(
  head: MovedHead,
  parts: readonly ToldPart[],
  documents: ReadonlyMap<number, string>,
): string {
  const { source, time, currency, minorDigits } = head;
  const named = Array.from(documents, ([number, text]) => `"${number}":${text}`);
  const told = parts.map(({ text }) => `{${text}}`);
  return (
    `{"source":"${source}","type":"stock.changed.v1","time":"${time}"` +
    `,"currency":"${currency}","minorDigits":${minorDigits}` +
    `,"documents":{${named.join()}},"packs":[${told.join()}]}`
  );
}

export const documentText = (of: PostedDocument): string =>
  JSON.stringify([of.document, of.partner, of.reference, of.source, of.messageId, of.actor]);

interface ReadPack {
  stored: StoredPack;
  moved: MovedPack;
}

/** Texts of messages as the outbox holds them, which may be references; a pack is read once for all. */
export class OutboxTexts {
  readonly #store: Store;
  readonly #packs = new Map<string, ReadPack>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Throws STORE_CORRUPT where it cannot be made of what lies there. */
  async textOf(body: string): Promise<string> {
    if (!body.startsWith('{"moved":')) return body;
    try {
      return await this.#made(body);
    } catch (error) {
      if (error instanceof StockbusError) throw error;
      const { message } = faultOf(error);
      throw new StockbusError('STORE_CORRUPT', message, undefined, { cause: error });
    }
  }

  async #made(body: string): Promise<string> {
    const { moved: ranges, ...head } = JSON.parse(body) as MovedReference;
    const packs: ReadPack[] = [];
    for (const [sku, version] of ranges) packs.push(await this.#packOf(sku, version));
    const documents = new Map<number, string>();
    const parts = ranges.map(([, , from, to], index) => {
      const { stored, moved } = packs[index]!;
      const part = toldPart(movedPart(stored), moved, from, to);
      for (const number of part.documents) {
        if (!documents.has(number)) documents.set(number, documentText(stored.documentOf(number)));
      }
      return part;
    });
    return movedText(head, parts, documents);
  }

  async #packOf(sku: string, version: number): Promise<ReadPack> {
    const key = `${version} ${sku}`;
    const known = this.#packs.get(key);
    if (known) return known;
    const after = writeCursor([sku, version - 1]);
    const { rows } = await this.#store.packs({ sku }, { after, limit: 1 });
    const stored = rows.find((pack) => pack.version === version);
    if (!stored) {
      throw new StockbusError(
        'STORE_CORRUPT',
        `the outbox names pack ${version} of ${sku}, which is not there`,
      );
    }
    const read = { stored, moved: movedOf(stored) };
    this.#packs.set(key, read);
    return read;
  }
}
