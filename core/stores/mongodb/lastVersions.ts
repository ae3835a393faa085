import type { Collection, Filter, FindOptions } from 'mongodb';
import { findKeys, ONLY_KEYS } from './findKeys.ts';
import { packKey } from './keys.ts';
import type { PackDocument } from './packDocuments.ts';

/** Versions of a SKU that are asked for at once, where the last is known to lie between two. */
const BETWEEN = 7;
/** And while it may be any, each twice as far as the one before. */
const AHEAD = 4;

interface Search {
  sku: string;
  /** The last that is there, and the first that is not, as far as it is known. */
  there: number;
  missing: number;
  /** How often it was asked twice as far. */
  doubled: number;
}

/**
 * Of each SKU the version of its last pack, of those that fit the filter; 0 where there is none. Versions
 * have no gap, and where one does not fit no later one may: so it is found by asking a few times for
 * a few keys of all SKUs at once, which needs no index but that on `_id`, names the shard, and takes a
 * handful of answers within a transaction, where one question after another would take one each.
 */
export async function lastVersions(
  packs: Collection<PackDocument>,
  from: readonly { sku: string; version: number }[],
  within: FindOptions = {},
  fits: Filter<PackDocument> = {},
): Promise<number[]> {
  const searches = from.map(({ sku, version }): Search => {
    return { sku, there: version, missing: Number.POSITIVE_INFINITY, doubled: 0 };
  });
  for (;;) {
    const open = searches.filter(({ there, missing }) => missing - there > 1);
    if (open.length === 0) return searches.map(({ there }) => there);
    const asked = open.map((search) => {
      const versions = versionsToTry(search);
      return versions.map((version) => ({ search, version, key: packKey(search.sku, version) }));
    });
    const keys = asked.flat().map(({ key }) => key);
    const found = await findKeys(packs, keys, { ...within, ...ONLY_KEYS }, fits);
    const there = new Set(found.map(({ _id }) => _id));
    for (const { search, version, key } of asked.flat()) {
      if (there.has(key)) search.there = Math.max(search.there, version);
      else search.missing = Math.min(search.missing, version);
    }
  }
}

/** Of a SKU that is known, the next alone at first: most often there is none. */
function versionsToTry(search: Search): number[] {
  const { there, missing, doubled } = search;
  if (missing === Number.POSITIVE_INFINITY) {
    const count = there > 0 && doubled === 0 ? 1 : AHEAD;
    search.doubled += count;
    return Array.from({ length: count }, (_, index) => there + 2 ** (doubled + index));
  }
  const gap = missing - there;
  const count = Math.min(BETWEEN, gap - 1);
  return Array.from({ length: count }, (_, index) => {
    return there + Math.ceil(((index + 1) * gap) / (count + 1));
  });
}
