/** How the parts of a key are joined, so that no two lists of parts give one text. */
import type { Scope } from '../ports.ts';
import type { Awaitable } from './compiledFlow.ts';
import { marksOf, withMarks } from './expression/keyMarks.ts';

/** A text that is written in the key itself, or one that each record gives. */
export type KeyPart =
  | { readonly literal: string }
  | { readonly read: (scope: Scope) => Awaitable<string> };

const isGiven = (part: KeyPart | undefined): boolean => part !== undefined && 'read' in part;

/** Whether two parts that records give stand side by side. */
export const partsTouch = (parts: readonly KeyPart[]): boolean =>
  parts.some((part, index) => isGiven(part) && isGiven(parts[index + 1]));

/** The parts joined, so that a key comes apart in one way only (keyMarks.ts). */
export function joinParts(parts: readonly KeyPart[]): (scope: Scope) => Awaitable<string> {
  const first = parts.findIndex(isGiven);
  const last = parts.findLastIndex(isGiven);
  const between = parts
    .slice(first, last)
    .flatMap((part) => ('literal' in part ? [part.literal] : []));
  const marks = first === last ? [] : marksOf(between);
  const texts = parts.map((part, index) =>
    'literal' in part
      ? part.literal
      : reader(part.read, index === first ? marks.slice(0, 1) : marks),
  );
  return (scope) => joinFrom(texts, 0, '', scope);
}

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
  const marked = (text: string): string => withMarks(text, marks);
  return (scope) => {
    const text = read(scope);
    return typeof text === 'string' ? marked(text) : text.then(marked);
  };
}
