import type { ClosingPart } from '../../closing.ts';
import type { ClosingBooks } from '../../ports.ts';
import { seqText, sortedKey } from '../../sortedKey.ts';
import type { Collections } from './Collections.ts';
import { after } from './keys.ts';
import { isNew } from './storeError.ts';

const WITHOUT_KEY = { projection: { _id: 0 } };

export const closingsInDatabase = ({
  closings: all,
  closingParts: allParts,
}: Collections): ClosingBooks => ({
  async closings() {
    const found = await all.find().toArray();
    const closings = found.map(({ _id, ...closing }) => ({ ...closing, before: _id }));
    return closings.sort((one, other) => (one.known < other.known ? -1 : 1));
  },

  async closingParts({ kind, closings, month, skus }) {
    const ranges = closings.map((id) => {
      const $lt = after(sortedKey(id, kind, month.through));
      return { _id: { $gte: sortedKey(id, kind, month.from), $lt } };
    });
    if (ranges.length === 0) return [];
    const within = skus && { lastSku: { $gte: skus.first }, firstSku: { $lte: skus.last } };
    const found = allParts.find<ClosingPart>({ $or: ranges, ...within }, WITHOUT_KEY);
    const parts = await found.sort({ _id: 1 }).toArray();
    const places = new Map(closings.map((id, index) => [id, index]));
    // Of one closing they are in order, and a sort keeps that.
    return parts.sort((one, other) => places.get(one.closing)! - places.get(other.closing)!);
  },

  async addClosingParts(parts) {
    if (parts.length === 0) return;
    const documents = parts.map((one) => {
      return { _id: sortedKey(one.closing, one.kind, one.month, seqText(one.part)), ...one };
    });
    await allParts.insertMany(documents);
  },

  completeClosing: ({ before, ...closing }) => isNew(all.insertOne({ _id: before, ...closing })),
});
