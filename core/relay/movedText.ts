/** Messages about what moved: written of the packs of a commit, and again of those in the store. */
import { faultOf, StockbusError } from '../errors.ts';
import { traceJson } from '../history/tracing.ts';
import { BATCH_FORMAT, type TraceContext } from '../message.ts';
import type { PackKey, PostedDocument, StoredPack } from '../pack.ts';
import type { MovedPack } from '../packBody.ts';
import { movedOf, movedPart, postedIn } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import { type ToldPart, toldPart } from '../toldPack.ts';
import { tupleKey } from '../tupleKey.ts';

/** Entries of one pack, from one `seq` to another; of them those that changed a balance are told. */
export type PackRange = [sku: string, version: number, from: number, to: number];

/** Of a MovedReference; a reader refuses another. */
export const REFERENCE_FORMAT = 1;

/** What the outbox keeps of such a message: the text follows from the packs. */
export interface MovedReference extends TraceContext {
  /** Of one commit, in order. */
  moved: PackRange[];
  v: typeof REFERENCE_FORMAT;
  source: string;
  time: string;
  currency: string;
  minorDigits: number;
}

export type MovedHead = Omit<MovedReference, 'moved' | 'v'>;

/** JSON text of a MovedBatch; `documents` are the numbers of those that the parts name. */
export function movedText(
  head: MovedHead,
  parts: readonly ToldPart[],
  documents: Iterable<number>,
  textOf: (document: number) => string,
): string {
  const { source, time, currency, minorDigits } = head;
  const named: string[] = [];
  for (const number of documents) named.push(`"${number}":${textOf(number)}`);
  const told = parts.map(({ text }) => text).join('},{');
  return (
    `{"v":${BATCH_FORMAT},"source":"${source}","type":"stock.changed.v1","time":"${time}"` +
    `,"currency":"${currency}","minorDigits":${minorDigits}${traceJson(head)}` +
    `,"documents":{${named.join()}},"packs":[{${told}}]}`
  );
}

export const documentText = (of: PostedDocument): string =>
  JSON.stringify([of.document, of.partner, of.reference, of.source, of.messageId, of.actor]);

interface ReadPack {
  stored: StoredPack;
  moved: MovedPack;
}

/** Texts of messages as the outbox holds them, which may be references: one reading for each message. */
export class OutboxTexts {
  readonly #store: Books;
  readonly #packs = new Map<string, ReadPack>();

  constructor(store: Books) {
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
    const { moved: ranges, v, ...head } = JSON.parse(body) as MovedReference;
    requireVersion('a reference of the outbox', v, REFERENCE_FORMAT);
    const packs = await this.#read(ranges);
    const documents = new Map<number, string>();
    const parts = ranges.map(([, , from, to], index) => {
      const { stored, moved } = packs[index]!;
      const part = toldPart(movedPart(stored), moved, from, to);
      for (const number of part.documents) {
        if (!documents.has(number)) documents.set(number, documentText(postedIn(stored, number)));
      }
      return part;
    });
    return movedText(head, parts, documents.keys(), (number) => documents.get(number)!);
  }

  /** A range of each: of a long pack the next message has the next range, so that it is kept until then. */
  async #read(ranges: readonly PackRange[]): Promise<ReadPack[]> {
    const known = this.#packs;
    const missing = ranges.filter(([sku, version]) => !known.has(tupleKey(sku, version)));
    const keys = missing.map(([sku, version]): PackKey => [sku, version]);
    const found = keys.length === 0 ? [] : await this.#store.packsByKey(keys);
    for (const stored of found) {
      known.set(tupleKey(stored.sku, stored.version), { stored, moved: movedOf(stored) });
    }
    const packs = ranges.map(([sku, version]) => {
      const pack = known.get(tupleKey(sku, version));
      if (pack) return pack;
      const message = `the outbox names pack ${version} of ${sku}, which is not there`;
      throw new StockbusError('STORE_CORRUPT', message);
    });
    known.clear();
    const last = packs.at(-1)!;
    known.set(tupleKey(last.stored.sku, last.stored.version), last);
    return packs;
  }
}
