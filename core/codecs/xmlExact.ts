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
export function exactElement(
  name: string,
  value: unknown,
  options: ExactOptions,
  beside = '',
): string {
  if (value === null) return `<${name}${beside}${nilAttribute(options)}/>`;
  if (!isObject(value)) return closed(name, beside, exactText(String(value), options));
  const { attributes, text, children } = partsOf(value, options);
  return closed(name, beside + attributes, text + children);
}

const closed = (name: string, attributes: string, content: string): string =>
  content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`;

function partsOf(
  value: RecordValue,
  options: ExactOptions,
): { attributes: string; text: string; children: string } {
  let [attributes, text, children] = ['', '', ''];
  const beside = attributesBeside(value, options);
  for (const [field, content] of Object.entries(value)) {
    if (field === '#text') text = exactText(String(content), options);
    else if (field.startsWith('@')) attributes += exactAttribute(field.slice(1), content, options);
    else if (!field.includes('@'))
      for (const [index, one] of listed(content).entries())
        children += exactElement(field, one, options, beside.get(field)?.[index]);
  }
  return { attributes, text, children };
}

const listed = (content: unknown): unknown[] => (Array.isArray(content) ? content : [content]);

const exactAttribute = (name: string, value: unknown, options: ExactOptions): string =>
  ` ${name}="${byNumber(String(value), /[&<>"\t\n\r]/g, options)}"`;

/** The attributes of each child of a name whose attributes stand beside it, as `ID@schemeID`. */
function attributesBeside(value: RecordValue, options: ExactOptions): Map<string, string[]> {
  const beside = new Map<string, string[]>();
  for (const [field, content] of Object.entries(value)) {
    const mark = field.indexOf('@');
    if (mark < 1) continue;
    const name = field.slice(0, mark);
    const all = beside.get(name) ?? [];
    for (const [index, one] of listed(content).entries()) {
      const attribute = one === null ? '' : exactAttribute(field.slice(mark + 1), one, options);
      all[index] = (all[index] ?? '') + attribute;
    }
    beside.set(name, all);
  }
  return beside;
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
