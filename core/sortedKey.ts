/**
 * Keys of several parts as one text, which sorts as the parts do, one after another. They are joined by a tab,
 * which sorts before every printable character.
 */
export const SEPARATOR = '\t';

/** The character after the separator: the end of a prefix's range. */
export const AFTER_SEPARATOR = '\n';

const SEQ_DIGITS = 10;

export function sortedKey(...parts: string[]): string {
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
export const unescaped = (part: string): string =>
  part.replaceAll(escapes, (_, digit: string) =>
    String.fromCharCode(digit.charCodeAt(0) - FIRST_DIGIT),
  );

const FIRST_DIGIT = '0'.charCodeAt(0);

/** A number as text that sorts as the number does. */
export function seqText(seq: number): string {
  return String(seq).padStart(SEQ_DIGITS, '0');
}
