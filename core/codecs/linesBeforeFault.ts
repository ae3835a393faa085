import { characterData, illegalCharacter } from './xmlText.ts';

/** Sections, tags with their attributes, and the text between them. */
const TOKEN = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<[^>]*>|[^<]+/g;

/**
 * How many lines of an element stand before what is wrong in its characters. Whoever reads an element takes
 * it in larger pieces, so that it is looked for only where there is something to be told.
 */
export function linesBeforeFault(text: string): number {
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const within = token.split('\n').findIndex((line) => isWrong(line, token));
    if (within >= 0) return text.slice(0, index).split('\n').length - 1 + within;
  }
  return 0;
}

/** Comments and sections have no entities. */
function isWrong(line: string, { 0: first = '', 1: second = '' }: string): boolean {
  if (illegalCharacter(line) !== undefined) return true;
  if (first === '<' && (second === '!' || second === '?')) return false;
  try {
    characterData(line);
    return false;
  } catch {
    return true;
  }
}
