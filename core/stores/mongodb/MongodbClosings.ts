/** Closings as a MongoDB database has them. */
import type { Collection } from 'mongodb';
import type { Closing, ClosingFilter, ClosingPart } from '../../closing.ts';
import type { ClosingBooks } from '../../ports.ts';
import type { Keyed } from './documents.ts';
import { keyOf, seqText } from './keys.ts';
import { isDuplicateKey } from './storeError.ts';

/** `_id` is the closing that it goes on from, so that only one does. */
export interface ClosingDocument extends Keyed, Omit<Closing, 'before'> {}

/** `_id` is (closing, kind, month, part). */
export interface ClosingPartDocument extends Keyed, ClosingPart {}

interface ClosingCollections {
  closings: Collection<ClosingDocument>;
  closingParts: Collection<ClosingPartDocument>;
}

export class MongodbClosings implements ClosingBooks {
  readonly #collections: ClosingCollections;

  constructor(collections: ClosingCollections) {
    this.#collections = collections;
  }

  async closings(): Promise<Closing[]> {
    const found = await this.#collections.closings.find().toArray();
    const closings = found.map(({ _id, ...closing }) => ({ ...closing, before: _id }));
    return closings.sort((one, other) => (one.known < other.known ? -1 : 1));
  }

  async closingParts(filter: ClosingFilter): Promise<ClosingPart[]> {
    const { kind, closings, month, skus } = filter;
    const ranges = closings.map((id) => ({
      _id: {
        $gte: keyOf(id, kind, month.from),
        $lte: keyOf(id, kind, month.through, seqText(MOST_PARTS)),
      },
    }));
    if (ranges.length === 0) return [];
    const within = skus && { lastSku: { $gte: skus.first }, firstSku: { $lte: skus.last } };
    const found = await this.#collections.closingParts
      .find({ $or: ranges, ...within })
      .sort({ _id: 1 })
      .toArray();
    const parts = found.map(({ _id, ...part }): ClosingPart => part);
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
