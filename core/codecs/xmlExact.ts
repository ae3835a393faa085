/** Writes a record so that reading it gives the same again, whatever the options it was read with. */
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import { INSTANCE } from './xmlNamespaces.ts';

export interface ExactOptions {
  /** The encoding has no more than ASCII for certain: all else is written by number. */
  ascii: boolean;
  /** How `nil` is said: the prefix that means its namespace, or `xsi`, declared where it stands. */
  nil: { prefix: string | undefined; declare: boolean };
}

/** Names are those of the payload, so that XML allows them. */
export function exactElement(name: string, value: unknown, options: ExactOptions): string {
  if (value === null) return `<${name}${nilAttribute(options)}/>`;
  if (!isObject(value)) return closed(name, '', exactText(String(value), options));
  const { attributes, text, children } = partsOf(value, options);
  return closed(name, attributes, text + children);
}

const closed = (name: string, attributes: string, content: string): string =>
  content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;

function partsOf(
  value: RecordValue,
  options: ExactOptions,
): { attributes: string; text: string; children: string } {
  let [attributes, text, children] = ['', '', ''];
  for (const [field, content] of Object.entries(value)) {
    if (field === '#text') text = exactText(String(content), options);
    else if (field.startsWith('@'))
      attributes += ` ${field.slice(1)}="${byNumber(String(content), /[&<>"\t\n\r]/g, options)}"`;
    else
      for (const one of Array.isArray(content) ? content : [content])
        children += exactElement(field, one, options);
  }
  return { attributes, text, children };
}

/** Blanks at the ends go by number, since a reader may take plain ones away. */
function exactText(text: string, options: ExactOptions): string {
  const inner = (part: string): string => byNumber(part, /[&<>\r]/g, options);
  if (text.length < 2) return /\s/.test(text) ? numberOf(text) : inner(text);
  const [first, last] = [text.slice(0, 1), text.slice(-1)];
  const start = /\s/.test(first) ? 1 : 0;
  const end = /\s/.test(last) ? text.length - 1 : text.length;
  return (
    (start ? numberOf(first) : '') +
    inner(text.slice(start, end)) +
    (end < text.length ? numberOf(last) : '')
  );
}

function byNumber(text: string, special: RegExp, { ascii }: ExactOptions): string {
  const escaped = text.replace(special, numberOf);
  return ascii ? escaped.replace(/[^\0-~]/gu, numberOf) : escaped;
}

const numberOf = (char: string): string => `&#${char.codePointAt(0)};`;

function nilAttribute({ nil: { prefix, declare } }: ExactOptions): string {
  const declaration = declare ? ` xmlns:xsi="${INSTANCE}"` : '';
  return `${declaration} ${prefix ?? 'xsi'}:nil="true"`;
}
