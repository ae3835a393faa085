/** Closings as a MongoDB database has them. */
import type { Closing, ClosingFilter, ClosingPart } from '../../closing.ts';
import type { ClosingBooks } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { keyOf, seqText } from './keys.ts';
import { isDuplicateKey } from './storeError.ts';

export class MongodbClosings implements ClosingBooks {
  readonly #collections: Collections;

  constructor(collections: Collections) {
    this.#collections = collections;
  }

  async closings(): Promise<Closing[]> {
    const found = await this.#collections.closings.find().toArray();
    const closings = found.map(({ _id, ...closing }) => ({ ...closing, before: _id }));
    return closings.sort((one, other) => (one.known < other.known ? -1 : 1));
  }

  async closingParts(asked: ClosingFilter): Promise<ClosingPart[]> {
    const { kind, closings, month, skus } = asked;
    const ranges = closings.map((id) => {
      const last = keyOf(id, kind, month.through, seqText(MOST_PARTS));
      return { _id: { $gte: keyOf(id, kind, month.from), $lte: last } };
    });
    if (ranges.length === 0) return [];
    const within = skus && { lastSku: { $gte: skus.first }, firstSku: { $lte: skus.last } };
    const filter = { $or: ranges, ...within };
    const found = this.#collections.closingParts.find<ClosingPart>(filter, WITHOUT_KEY);
    const parts = await found.sort({ _id: 1 }).toArray();
    const places = new Map(closings.map((id, index) => [id, index]));
    // Of one closing they are in order, and a sort keeps that.
    return parts.sort((one, other) => places.get(one.closing)! - places.get(other.closing)!);
  }

  async addClosingParts(parts: readonly ClosingPart[]): Promise<void> {
    if (parts.length === 0) return;
    const documents = parts.map((one) => {
      return { _id: keyOf(one.closing, one.kind, one.month, seqText(one.part)), ...one };
    });
    await this.#collections.closingParts.insertMany(documents);
  }

  async completeClosing({ before, ...closing }: Closing): Promise<boolean> {
    try {
      await this.#collections.closings.insertOne({ _id: before, ...closing });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

const MOST_PARTS = 9_999_999_999;
const WITHOUT_KEY = { projection: { _id: 0 } };
