/**
 * `_id` is a sorted key: its order is that of its parts. The first is a bucket, then comes what the bucket is
 * of: a SKU, a document's or a reservation's number. So a prefix selects a SKU, `{ _id: 1 }` can be the shard key with a range of
 * buckets a shard, and the one index that every collection has anyway is the only one that a commit
 * writes to at random.
 */
import { bucketOf } from '../../bucketOf.ts';
import { AFTER_SEPARATOR, SEPARATOR, seqText, sortedKey, unescaped } from '../../sortedKey.ts';

/** Filter on `_id`: all keys that have more parts after those of this one. */
export const under = (key: string) => ({ $gt: key + SEPARATOR, $lt: after(key) });

/** Where the keys after one, and after all that have more parts, may begin. */
export const after = (key: string): string => key + AFTER_SEPARATOR;

/** Filter on `_id`: all keys of the buckets that begin like this one. */
export const ofBuckets = (start: string) => ({ $gte: start + SEPARATOR, $lt: `${start}g` });

/** Key of what has a name of its own: a SKU, a place, a reservation, a document with its line. */
export const nameKey = (name: string, ...rest: string[]): string =>
  sortedKey(bucketOf(name), name, ...rest);

/** Of what there is once for a SKU. */
export const skuKey = (sku: string): string => nameKey(sku);

/**
 * Of a message. Its bucket follows from the key itself and from nothing else: were it that of a SKU, a flow
 * whose key or SKU is made otherwise one day would look for a replay in another place, and book it again.
 */
export function messageKey({ source, id }: { source: string; id: string }): string {
  const key = sortedKey(source, id);
  return bucketOf(key) + SEPARATOR + key;
}

export function messageOfKey(key: string): { source: string; id: string } {
  const [, source, id] = key.split(SEPARATOR).map(unescaped) as [string, string, string];
  return { source, id };
}

/** Bucket of what a partition's commits leave beside the ledger. */
export const partitionBucket = (partition = 0): string => bucketOf(`partition ${partition}`);

/** Filter on `_id`: keys of all buckets. */
export const ofAllBuckets = { $lt: 'g' };

export const packKey = (sku: string, version: number): string =>
  skuKey(sku) + SEPARATOR + seqText(version);

/** The bucket that a key begins with. */
export const bucketOfKey = (key: string): string => key.slice(0, key.indexOf(SEPARATOR));

/** `skuKey` of the SKU that a pack's key belongs to. */
export const skuKeyOf = (key: string): string => key.slice(0, key.lastIndexOf(SEPARATOR));
export const versionOfKey = (key: string): number =>
  Number(key.slice(key.lastIndexOf(SEPARATOR) + 1));
/** What stands behind the bucket, where that is one name. */
export const nameOfKey = (key: string): string => unescaped(key.slice(key.indexOf(SEPARATOR) + 1));
