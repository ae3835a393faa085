/** How the parts of a key are joined, so that no two lists of parts give one text. */
import type { Scope } from '../ports.ts';
import type { Awaitable } from './compiledFlow.ts';

/** A text that is written in the key itself, or one that each record gives. */
export type KeyPart =
  | { readonly literal: string }
  | { readonly read: (scope: Scope) => Awaitable<string> };

const isGiven = (part: KeyPart | undefined): boolean => part !== undefined && 'read' in part;

/** Whether two parts that records give stand side by side. */
export const partsTouch = (parts: readonly KeyPart[]): boolean =>
  parts.some((part, index) => isGiven(part) && isGiven(parts[index + 1]));

/** Backslashes mark; as separators they would be marks of nothing. */
export const separatesByMark = (parts: readonly KeyPart[]): boolean =>
  separatorsOf(parts).some((separator) => separator.includes('\\'));

/**
 * The parts joined. Of what separates them one character is marked by a backslash where it stands inside of
 * a part after the first, and so is a backslash in any of them: the first part may be `2026/0815`, and read
 * from its end a key still comes apart in one way only.
 */
export function joinParts(parts: readonly KeyPart[]): (scope: Scope) => Awaitable<string> {
  const first = parts.findIndex(isGiven);
  const last = parts.findLastIndex(isGiven);
  const marks = first === last ? [] : [...new Set(['\\', ...separatorsOf(parts).map(toMark)])];
  const texts = parts.map((part, index) =>
    'literal' in part
      ? part.literal
      : reader(part.read, index === first ? marks.slice(0, 1) : marks),
  );
  return (scope) => joinFrom(texts, 0, '', scope);
}

function separatorsOf(parts: readonly KeyPart[]): string[] {
  const between = parts.slice(parts.findIndex(isGiven), parts.findLastIndex(isGiven));
  return between.flatMap((part) =>
    'literal' in part && part.literal !== '' ? [part.literal] : [],
  );
}

/** The whole of `--` would not do: `a-` and `b`, `a` and `-b` are both `a---b`. */
const toMark = (separator: string): string =>
  /[^\p{L}\p{N}\p{M}\s]/u.exec(separator)?.[0] ?? Array.from(separator).at(-1)!;

type Text = string | ((scope: Scope) => Awaitable<string>);

function joinFrom(
  texts: readonly Text[],
  from: number,
  start: string,
  scope: Scope,
): Awaitable<string> {
  let key = start;
  for (let index = from; index < texts.length; index += 1) {
    const text = texts[index]!;
    const part = typeof text === 'string' ? text : text(scope);
    if (typeof part === 'string') {
      key += part;
      continue;
    }
    const before = key;
    return part.then((later) => joinFrom(texts, index + 1, before + later, scope));
  }
  return key;
}

function reader(
  read: (scope: Scope) => Awaitable<string>,
  marks: readonly string[],
): (scope: Scope) => Awaitable<string> {
  const marked = (text: string): string =>
    marks.reduce(
      (whole, mark) => (whole.includes(mark) ? whole.replaceAll(mark, () => `\\${mark}`) : whole),
      text,
    );
  return (scope) => {
    const text = read(scope);
    return typeof text === 'string' ? marked(text) : text.then(marked);
  };
}
