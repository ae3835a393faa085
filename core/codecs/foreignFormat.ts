/** What the beginning of a text shows that is not in the format asked for; for messages only. */
const SIGNS: readonly [RegExp, string][] = [
  [/^ISA[^A-Za-z0-9]/, 'X12'],
  [/^(?:UNA.{6}\s*)?UNB[^A-Za-z0-9]|^UNA/s, 'EDIFACT'],
  [/^<\?xml|^<!|^<[\p{L}_]/u, 'XML'],
  [/^%PDF-/, 'a PDF'],
  [/^PK\p{Cc}{2}/u, 'an Excel or ZIP file'],
  [/^\{\s*(?:"|\}|$)|^\[\s*(?:[[{"\]\d-]|$)/, 'JSON'],
  [/^[^\n]*[^\n,;\t|][,;\t|]/, 'CSV'],
];

/** `; this looks like X12`, or nothing where the text shows nothing. */
export function looksLike(text: string): string {
  const start = text.slice(0, 1_000).trimStart();
  const sign = SIGNS.find(([pattern]) => pattern.test(start));
  return sign ? `; this looks like ${sign[1]}` : '';
}

/** A character as a message shows it: by its number where it would not be seen. */
export function shownChar(text: string): string {
  const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (/[\p{L}\p{N}\p{P}\p{S}]/u.test(char)) return `'${char}'`;
  return `U+${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}
