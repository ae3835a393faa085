/** Where something of a record stands in the text of its payload. */
import type { Path } from '../spec.ts';
import type { Reached } from './placeInJson.ts';

interface Element {
  name: string;
  offset: number;
  inside: Element[];
}

const TAG =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(\/?)([^\s/>]+)(?:"[^"]*"|'[^']*'|[^>"'])*?(\/?)>/g;

/** `start`: where the element begins that the path leads into. Undefined where it never ends. */
export function placeInXml(text: string, start: number, path: Path): Reached | undefined {
  const root = elementAt(text, start);
  return root && follow(root, path);
}

function elementAt(text: string, start: number): Element | undefined {
  const open: Element[] = [];
  const tag = new RegExp(TAG);
  tag.lastIndex = start;
  for (let found = tag.exec(text); found; found = tag.exec(text)) {
    const [, closes, name, isEmpty] = found;
    if (name === undefined) continue;
    if (closes) {
      const ended = open.pop();
      if (open.length === 0) return ended;
      continue;
    }
    const element = { name, offset: found.index, inside: [] };
    open.at(-1)?.inside.push(element);
    if (!isEmpty) open.push(element);
    else if (open.length === 0) return element;
  }
  return undefined;
}

function follow(root: Element, path: Path): Reached {
  let alike = [root];
  for (const [depth, step] of path.entries()) {
    const [first] = alike as [Element];
    if (typeof step === 'string' && /^[@#]/.test(step))
      return { offset: first.offset, depth: depth + 1 };
    const next =
      typeof step === 'number'
        ? alike.slice(step, step + 1)
        : first.inside.filter(({ name }) => localName(name) === localName(step));
    if (next.length === 0) return { offset: first.offset, depth };
    alike = next;
  }
  return { offset: alike[0]!.offset, depth: path.length };
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
