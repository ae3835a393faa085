/** Bytes that come in chunks, whose cuts may fall inside a character. */
import type { Encoding } from './encodings.ts';

/** Bytes of a word that are shown on each side of a place. */
const SHOWN_BYTES = 24;

/** Bytes at the end that belong to a character which the next chunk completes. */
export function incompleteBytes(bytes: Uint8Array, encoding: Encoding): number {
  const length = bytes.length;
  if (encoding === 'utf-8') {
    for (let back = 1; back <= Math.min(3, length); back += 1) {
      const byte = bytes[length - back]!;
      if (byte < 0x80) return 0;
      if (byte < 0xc0) continue;
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
    return 0;
  }
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return 0;
  const odd = length % 2;
  const lastUnit = length - odd - 2;
  if (lastUnit < 0) return odd;
  const high = bytes[encoding === 'utf-16le' ? lastUnit + 1 : lastUnit]!;
  return high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
}

export function joinBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}

/** The letters and digits around a place, for faults: whole characters of that encoding. */
export function wordAt(bytes: Uint8Array, at: number, encoding: Encoding): Uint8Array {
  let start = at;
  let end = at + 1;
  while (start > 0 && at - start < SHOWN_BYTES && isInWord(bytes[start - 1]!)) start -= 1;
  while (end < bytes.length && end - at < SHOWN_BYTES && isInWord(bytes[end]!)) end += 1;
  while (encoding === 'utf-8' && isContinuation(bytes[start])) start += 1;
  const word = bytes.subarray(start, end);
  return word.slice(0, word.length - incompleteBytes(word, encoding));
}

/** Anything beyond ASCII may be a part of a letter. */
const isInWord = (byte: number): boolean =>
  byte >= 0x80 || /[\da-z]/i.test(String.fromCharCode(byte));

const isContinuation = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x80 && byte < 0xc0;
