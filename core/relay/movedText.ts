/** Messages about what moved: written of the packs of a commit, and again of those in the store. */
import { writeCursor } from '../cursor.ts';
import { StockbusError } from '../errors.ts';
import type { PostedDocument } from '../pack.ts';
import { movedPart } from '../packFrom.ts';
import type { Store } from '../ports.ts';

/** What the outbox keeps of such a message: the text follows from the packs. */
export interface MovedReference {
  /** SKU and version of each pack, in order. */
  moved: [sku: string, version: number][];
  source: string;
  time: string;
  currency: string;
  minorDigits: number;
}

/** A pack as far as it is told: a MovedPack as text, without the brackets around it. */
export interface TellingPack {
  sku: string;
  version: number;
  moved: string;
  documents: readonly number[];
  documentOf(number: number): PostedDocument;
}

export type MovedHead = Omit<MovedReference, 'moved'>;

/** JSON text of a MovedBatch; `packs` are of one commit. */
export function movedText(head: MovedHead, packs: readonly TellingPack[]): string {
  const named = new Map<number, PostedDocument>();
  for (const { documents, documentOf } of packs) {
    for (const number of documents) if (!named.has(number)) named.set(number, documentOf(number));
  }
  const texts = Array.from(named, ([number, posted]) => `"${number}":${documentText(posted)}`);
  const { source, time, currency, minorDigits } = head;
  const moved = packs.map((pack) => `{${pack.moved}}`).join();
  return (
    `{"source":"${source}","type":"stock.changed.v1","time":"${time}"` +
    `,"currency":"${currency}","minorDigits":${minorDigits}` +
    `,"documents":{${texts.join()}},"packs":[${moved}]}`
  );
}

const documentText = (of: PostedDocument): string =>
  JSON.stringify([of.document, of.partner, of.reference, of.source, of.messageId]);

/** The text of a message as the outbox holds it, which may be a reference. */
export async function textOfOutbox(store: Store, body: string): Promise<string> {
  if (!body.startsWith('{"moved":')) return body;
  const { moved, ...head } = JSON.parse(body) as MovedReference;
  const packs: TellingPack[] = [];
  for (const [sku, version] of moved) packs.push(await packOf(store, sku, version));
  return movedText(head, packs);
}

async function packOf(store: Store, sku: string, version: number): Promise<TellingPack> {
  const after = writeCursor([sku, version - 1]);
  const { rows } = await store.packs({ sku }, { after, limit: 1 });
  const stored = rows.find((pack) => pack.version === version);
  if (!stored) {
    throw new StockbusError(
      'STORE_CORRUPT',
      `the outbox names pack ${version} of ${sku}, which is not there`,
    );
  }
  return { ...movedPart(stored), sku, version, documentOf: (number) => stored.documentOf(number) };
}
