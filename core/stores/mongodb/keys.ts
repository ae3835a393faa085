/**
 * `_id` is text of parts joined by a tab, which sorts before every printable character: so the order of
 * `_id` is the order of the parts. It begins with the SKU (or the source, or the intake; of sums, see
 * unsummed.ts and PoolSums.ts): a prefix selects a SKU, `{ _id: 1 }` can be the shard key, and the one
 * index that every collection has anyway is the only one that a commit writes to at random.
 */
import { compareUtf8 } from '../../order.ts';

const SEPARATOR = '\t';

/** The character after the separator: the end of a prefix's range. */
const AFTER_SEPARATOR = '\n';

const SEQ_DIGITS = 10;
export const MAX_SEQ = 10 ** SEQ_DIGITS - 1;

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

const FIRST_DIGIT = '0'.charCodeAt(0);

/** A number as text that sorts as the number does. */
export function seqText(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, '0');
}

/** Filter on `_id`: all keys that have more parts after these. */
export function under(...parts: string[]): { $gt: string; $lt: string } {
  const prefix = keyOf(...parts);
  return { $gt: prefix + SEPARATOR, $lt: prefix + AFTER_SEPARATOR };
}

/** Keys from one on, and before another. */
export interface KeyRange {
  $gte: string;
  $lt?: string;
}

/** The key of a SKU, and all that have more parts after it. */
export const ofSku = (sku: string): KeyRange => ({ $gte: keyOf(sku), $lt: afterSku(keyOf(sku)) });

/** Where the keys of the next SKU may begin. */
export const afterSku = (key: string): string => key + AFTER_SEPARATOR;

/** What of `range` comes after a key that lies in it. */
export const restOf = ({ $lt }: KeyRange, after: string) =>
  $lt === undefined ? { $gt: after } : { $gt: after, $lt };

/** The same range where keys have other parts before. */
export const prefixed = (prefix: string, { $gte, $lt }: KeyRange): Required<KeyRange> => ({
  $gte: prefix + SEPARATOR + $gte,
  $lt: $lt === undefined ? prefix + AFTER_SEPARATOR : prefix + SEPARATOR + $lt,
});

/** Filter on `_id`: of the keys that have more parts after `prefix`, those whose next is at most `part`. */
export function upTo(prefix: string, part: string): { $gt: string; $lt: string } {
  return { $gt: keyOf(prefix) + SEPARATOR, $lt: keyOf(prefix, part) + AFTER_SEPARATOR };
}

/** The others of them. */
export function beyond(prefix: string, part: string): { $gte: string; $lt: string } {
  return {
    $gte: keyOf(prefix, part) + AFTER_SEPARATOR,
    $lt: keyOf(prefix) + AFTER_SEPARATOR,
  };
}

/** In the order of UTF-8, as the database sorts. */
export function inKeyOrder<Row>(rows: readonly Row[], keyOfRow: (row: Row) => string): Row[] {
  return rows
    .map((row) => ({ row, key: keyOfRow(row) }))
    .sort((one, other) => compareUtf8(one.key, other.key))
    .map(({ row }) => row);
}

/** Where the first row that is not before `start` stands among rows in that order. */
export function firstFrom<Row>(
  start: string,
  rows: readonly Row[],
  keyOfRow: (row: Row) => string,
): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareUtf8(keyOfRow(rows[middle]!), start) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
