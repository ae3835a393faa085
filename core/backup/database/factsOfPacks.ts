import { sideBySide, slicesOf } from '../../sideBySide.ts';
import type { Collections } from '../../stores/mongodb/Collections.ts';
import { between } from '../../stores/mongodb/views.ts';

const KEYS_PER_QUERY = 1_000;
const QUERIES_AT_ONCE = 2;

interface PackFacts {
  _id: string;
  hash: string;
  recordedAt: string;
}

/** Of those of these packs that are there. Their texts stay where they are. */
export async function factsOfPacks(
  packs: Collections['packs'],
  keys: readonly string[],
): Promise<Map<string, PackFacts>> {
  const $project = { hash: 1, recordedAt: between('"recordedAt":"', '"', '$body') };
  const ask = (some: readonly string[]): Promise<PackFacts[]> =>
    packs.aggregate<PackFacts>([{ $match: { _id: { $in: some } } }, { $project }]).toArray();
  const found = await sideBySide([...slicesOf(keys, KEYS_PER_QUERY)], QUERIES_AT_ONCE, ask);
  return new Map(found.flat().map((facts) => [facts._id, facts]));
}
