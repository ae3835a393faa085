/** Text as bytes and bytes as text, by nothing but what the platform and the standards say. */

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** What windows-1252 has from 0x80 to 0x9F; a blank stands for what it leaves undefined. */
const WINDOWS = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

const byteOf = (char: string): number | undefined => {
  const code = char.codePointAt(0)!;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
  const at = char === ' ' ? -1 : WINDOWS.indexOf(char);
  return at < 0 || char.length > 1 ? undefined : 0x80 + at;
};

export const canHold = (encoding: Encoding, text: string): boolean =>
  encoding === 'windows-1252'
    ? Array.from(text).every((char) => byteOf(char) !== undefined)
    : text.isWellFormed();

export function encode(text: string, encoding: Encoding, marked: boolean): Uint8Array {
  const whole = marked ? `\ufeff${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(whole);
  if (encoding === 'windows-1252') return Uint8Array.from(text, (char) => byteOf(char)!);
  const little = Buffer.from(whole, 'utf16le');
  return encoding === 'utf-16le' ? little : little.swap16();
}

export interface Decoded {
  /** Without its byte order mark; up to the first byte that is not valid. */
  text: string;
  broken: boolean;
}

/** Undefined where a byte order mark contradicts what is stated: nobody's text. */
export function decode(bytes: Uint8Array, stated: Encoding): Decoded | undefined {
  const mark = markOf(bytes);
  if (mark && mark !== stated) return undefined;
  const valid = stated === 'windows-1252' ? validWindows(bytes) : validUnicode(bytes, stated);
  const head = bytes.subarray(0, valid);
  const text = stated === 'windows-1252' ? windowsText(head) : unicodeText(head, stated)!;
  return { text: mark ? text.slice(1) : text, broken: valid < bytes.length };
}

/** Letters of a single-byte encoding never all stand as UTF-8 wants them: it is UTF-8, and refused. */
export const isDisguisedUtf8 = (bytes: Uint8Array, stated: Encoding): boolean =>
  stated === 'windows-1252' &&
  bytes.some((byte) => byte >= 0x80) &&
  unicodeText(bytes, 'utf-8') !== undefined;

const isUndefined = (byte: number): boolean =>
  byte >= 0x80 && byte < 0xa0 && WINDOWS[byte - 0x80] === ' ';

function validWindows(bytes: Uint8Array): number {
  const at = bytes.findIndex(isUndefined);
  return at < 0 ? bytes.length : at;
}

const windowsText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    byte >= 0x80 && byte < 0xa0 ? WINDOWS[byte - 0x80]! : String.fromCharCode(byte),
  ).join('');

/** Length of the longest beginning that is valid by itself. */
function validUnicode(bytes: Uint8Array, stated: Encoding): number {
  if (unicodeText(bytes, stated) !== undefined) return bytes.length;
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (unicodeText(bytes.subarray(0, middle), stated, true) === undefined) bad = middle;
    else good = middle;
  }
  while (unicodeText(bytes.subarray(0, good), stated) === undefined) good -= 1;
  return good;
}

function unicodeText(bytes: Uint8Array, stated: Encoding, stream = false): string | undefined {
  try {
    return new TextDecoder(stated, { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return undefined;
  }
}

export function markOf([a, b, c]: Uint8Array): Encoding | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}
