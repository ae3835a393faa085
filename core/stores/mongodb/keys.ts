/**
 * `_id` is text of parts joined by a tab, which sorts before every printable character: so the order of
 * `_id` is the order of the parts. The first is a bucket, then comes what the bucket is of: a SKU, a document's
 * or a reservation's number. So a prefix selects a SKU, `{ _id: 1 }` can be the shard key with a range of
 * buckets a shard, and the one index that every collection has anyway is the only one that a commit
 * writes to at random.
 */
const SEPARATOR = '\t';

/** The character after the separator: the end of a prefix's range. */
const AFTER_SEPARATOR = '\n';

const SEQ_DIGITS = 10;

export function keyOf(...parts: string[]): string {
  let key = escaped(parts[0]!);
  for (let index = 1; index < parts.length; index += 1) {
    key += SEPARATOR + escaped(parts[index]!);
  }
  return key;
}

/** The last character that is escaped, and the first of every escape. */
const ESCAPE = '\u000b';
const toEscape = new RegExp(`[\\u0000-${ESCAPE}]`);
const allToEscape = new RegExp(toEscape, 'g');

/**
 * No two keys are the same text, no part sorts between another and its separator, and escaped parts
 * sort as the parts do: of the characters up to the escape each becomes the escape and a digit or so.
 */
function escaped(part: string): string {
  if (!toEscape.test(part)) return part;
  return part.replaceAll(
    allToEscape,
    (character) => ESCAPE + String.fromCharCode(character.charCodeAt(0) + FIRST_DIGIT),
  );
}

const escapes = new RegExp(`${ESCAPE}(.)`, 'gs');
const unescaped = (part: string): string =>
  part.replaceAll(escapes, (_, digit: string) =>
    String.fromCharCode(digit.charCodeAt(0) - FIRST_DIGIT),
  );

const FIRST_DIGIT = '0'.charCodeAt(0);

/** A number as text that sorts as the number does. */
export function seqText(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, '0');
}

/** Filter on `_id`: all keys that have more parts after those of this one. */
export const under = (key: string): { $gt: string; $lt: string } => ({
  $gt: key + SEPARATOR,
  $lt: key + AFTER_SEPARATOR,
});

/** Where the keys after one, and after all that have more parts, may begin. */
export const afterSku = (key: string): string => key + AFTER_SEPARATOR;

/** Filter on `_id`: of the keys of a SKU that have more parts, those whose next is at most `part`. */
export function upTo(sku: string, part: string): { $gt: string; $lt: string } {
  return { $gt: skuKey(sku) + SEPARATOR, $lt: nameKey(sku, part) + AFTER_SEPARATOR };
}

/** The others of them. */
export function beyond(sku: string, part: string): { $gte: string; $lt: string } {
  return { $gte: nameKey(sku, part) + AFTER_SEPARATOR, $lt: skuKey(sku) + AFTER_SEPARATOR };
}

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

/** Filter on `_id`: all keys of the buckets that begin like this one. */
export const ofBuckets = (start: string): { $gte: string; $lt: string } => ({
  $gte: start + SEPARATOR,
  $lt: `${start}g`,
});

/** Key of what has a name of its own: a SKU, a place, a reservation, a document with its line. */
export const nameKey = (name: string, ...rest: string[]): string =>
  keyOf(bucketOf(name), name, ...rest);

/** Of what there is once for a SKU. */
export const skuKey = (sku: string): string => nameKey(sku);

/** Filter on `_id`: keys of a name with more parts. */
export const underName = (name: string): { $gt: string; $lt: string } => under(nameKey(name));

/**
 * Of a message. Its bucket follows from the key itself and from nothing else: were it that of a SKU, a flow
 * whose key or SKU is made otherwise one day would look for a replay in another place, and book it again.
 */
export function messageKey({ source, id }: { source: string; id: string }): string {
  const key = keyOf(source, id);
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

/** `skuKey` of the SKU that a pack's key belongs to, and that SKU. */
export const skuKeyOf = (key: string): string => key.slice(0, key.lastIndexOf(SEPARATOR));
export const skuOfKey = (key: string): string => unescaped(key.slice(key.indexOf(SEPARATOR) + 1));

/** Filter on `_id`: packs of a SKU, from a version on. */
export const packsFrom = (sku: string, version: number): { $gte: string; $lt: string } => ({
  $gte: packKey(sku, version),
  $lt: skuKey(sku) + AFTER_SEPARATOR,
});
