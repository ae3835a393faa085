import type { ClientSession, Collection, Filter } from 'mongodb';
import { packKey } from './keys.ts';
import type { PackDocument } from './packDocuments.ts';

/** Distances from the last version that is known, while none is known not to be there. */
const STEPS = [1, 4, 16, 64];
/** Versions asked for in between, once one is. */
const BETWEEN = 7;

interface Search {
  sku: string;
  /** The last that is there, and the first that is not, as far as it is known. */
  there: number;
  missing: number;
}

/**
 * Of each SKU the version of its last pack, of those that fit the filter; 0 where there is none. Versions
 * have no gap, and where one does not fit no later one may: so it is found by asking a few times for
 * a few keys of all SKUs at once, which needs no index but that on `_id`, names the shard, and takes a
 * handful of answers within a transaction, where one question after another would take one each.
 */
export async function lastVersions(
  packs: Collection<PackDocument>,
  from: readonly { sku: string; there: number }[],
  { session, fits = {} }: { session?: ClientSession | undefined; fits?: Filter<PackDocument> } = {},
): Promise<number[]> {
  const searches = from.map((start): Search => ({ ...start, missing: Number.POSITIVE_INFINITY }));
  const options = { projection: { _id: 1 }, ...(session ? { session } : {}) };
  for (let round = 0; ; round += 1) {
    const open = searches.filter(({ there, missing }) => missing - there > 1);
    if (open.length === 0) return searches.map(({ there }) => there);
    const asked = open.map((search) => {
      const versions = versionsToTry(search, round);
      return versions.map((version) => ({ search, version, key: packKey(search.sku, version) }));
    });
    const keys = asked.flat().map(({ key }) => key);
    const found = await packs.find({ _id: { $in: keys }, ...fits }, options).toArray();
    const there = new Set(found.map(({ _id }) => _id));
    for (const { search, version, key } of asked.flat()) {
      if (there.has(key)) search.there = Math.max(search.there, version);
      else search.missing = Math.min(search.missing, version);
    }
  }
}

function versionsToTry({ there, missing }: Search, round: number): number[] {
  if (missing === Number.POSITIVE_INFINITY) {
    return STEPS.map((step) => there + step * STEPS.at(-1)! ** round);
  }
  const gap = missing - there;
  const count = Math.min(BETWEEN, gap - 1);
  return Array.from({ length: count }, (_, index) => {
    return there + Math.ceil(((index + 1) * gap) / (count + 1));
  });
}
