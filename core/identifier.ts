/**
 * Identifiers: what names an item, a place, a lot, a document. Two that look alike to whoever typed
 * them must be one, and two that differ must never print alike: so they are taken in Unicode NFC, without
 * blanks at their ends, and with no character inside that nobody sees.
 */
import { type Fault, StockbusError } from './errors.ts';
import { limits } from './limits.ts';

/** Marks a field of a message's JSON Schema as an identifier. */
export const identifierKeyword = 'x-identifier';

/** Whether a text is an identifier as it stands. */
export const isIdentifier = (text: string): boolean => text !== '' && readIdentifier(text) === text;

/** A character that no identifier may have. */
export interface BadCharacter {
  codePoint: number;
  /** What kind of character it is, in words. */
  kind: string;
}

/**
 * The identifier that a text stands for, '' where only blanks are left, or the first character that it
 * may not have. Compatibility forms (full-width letters, U+2011) and cases stay apart.
 */
export function readIdentifier(text: string): string | BadCharacter {
  return isPlain(text) ? text : readUnicode(text);
}

/** Printable ASCII without blanks at its ends: nearly every identifier, and cheap to see. */
function isPlain(text: string): boolean {
  const last = text.length - 1;
  for (let index = 0; index <= last; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 32 && code < 127) continue;
    if (code !== 32 || index === 0 || index === last) return false;
  }
  return true;
}

function readUnicode(text: string): string | BadCharacter {
  const typed = withoutBlankEnds(text);
  // NFC orders marks, which takes time by the square of their number. What is longer is no name in any form.
  const name = typed.length > MOST_TYPED ? typed : withoutBlankEnds(typed.normalize('NFC'));
  const [bad] = BAD.exec(name) ?? [];
  if (bad === undefined) return name;
  const codePoint = bad.codePointAt(0)!;
  return { codePoint, kind: KINDS.find(([pattern]) => pattern.test(bad))![1] };
}

/** NFC makes one character of at most so many, or fewer. */
const MOST_TYPED = 4 * limits.idCharacters;

const BLANK = /[\p{White_Space}\ufeff]/u;

/** By position, so that long runs of blanks cost no more than others. */
function withoutBlankEnds(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && BLANK.test(text[start]!)) start += 1;
  while (end > start && BLANK.test(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}

const BAD = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}/u;

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\p{Cc}/u, 'a control character'],
  [/\p{Cf}/u, 'an invisible format character'],
  [/\p{Cs}/u, 'half of a character'],
  [/[\p{Zl}\p{Zp}]/u, 'a line or paragraph separator'],
  [/\p{Zs}/u, 'a space other than U+0020'],
  [/\p{Noncharacter_Code_Point}/u, 'a noncharacter'],
];

export const codePointText = (codePoint: number): string =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

/** What is wrong with an identifier, as a sentence about the field or whatever else it is. */
export function badCharacterFault(
  field: string,
  text: string,
  bad: BadCharacter,
  what = field,
): Fault {
  return {
    code: 'NAME_BAD_CHARACTER',
    message: `${what} is ${escapedText(text)}, with ${codePointText(bad.codePoint)} inside, ${bad.kind}`,
    at: { field },
  };
}

/** The identifier that a text stands for. Throws NAME_BAD_CHARACTER about `what`. */
export function identifierOf(text: string, what: string, field?: string): string {
  const read = readIdentifier(text);
  if (typeof read === 'string') return read;
  const { code, message } = badCharacterFault(what, text, read);
  throw new StockbusError(code, message, field === undefined ? undefined : { field });
}

const SHOWN = 60;
const UNSEEN = new RegExp(BAD.source, 'gu');

/** A text within quotes, in which whatever nobody sees is written by its number. */
const escapedText = (text: string): string =>
  JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text).replace(
    UNSEEN,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );

const DASHES = /[\p{Pd}\u2212]/gu;
const BLANKS = /[\p{White_Space}\ufeff]+/gu;
/** More marks on one character than any script has; the half-width ones become marks in NFKC. */
const MARKS = /([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+/gu;
const IGNORED = /[\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * More than an identifier needs, for authors who ask for it: compatibility forms are folded (NFKC), every
 * dash is `-`, every run of blanks one space, and what nobody sees is left out. So are marks after the
 * thirtieth on one character, which would take time by the square of their number.
 */
export function cleanText(text: string): string {
  const folded = text.replace(MARKS, '$1').normalize('NFKC').replace(DASHES, '-');
  const seen = folded.replace(BLANKS, ' ').replace(IGNORED, '').replace(/ {2,}/g, ' ');
  return withoutBlankEnds(seen.normalize('NFKC'));
}
