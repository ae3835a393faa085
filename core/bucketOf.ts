/**
 * Two hex digits of a hash (FNV-1a) of a name: the same at all times, because keys begin with them.
 * A range of buckets can be a shard, and names that sort side by side are not written to one place.
 */
export function bucketOf(name: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return ((hash ^ (hash >>> 15)) & 0xff).toString(16).padStart(2, '0');
}
