/** XML 1.0, as far as senders of records use it; strict in what makes records of it. */
import type { Fields, Reading, ReadRow, Said } from './Reading.ts';
import { refusedWhole } from './Reading.ts';

class Broken extends Error {}

interface Element {
  name: string;
  attributes: Map<string, string>;
  children: Element[];
  /** Text runs; those of CDATA keep their blanks. */
  text: string;
}

const NAME = '[\\p{L}_:][\\p{L}\\p{N}\\p{M}_:.\\-·]*';
const START = new RegExp(
  `<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
  'uy',
);
const ATTRIBUTE = new RegExp(`\\s+(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'uy');
const END = new RegExp(`</(${NAME})\\s*>`, 'uy');
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

class Source {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text.replaceAll(/\r\n?/g, '\n');
  }

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found ?? undefined;
  }

  /** Comments, instructions and blanks. */
  misc(): void {
    while (this.take(/\s+|<!--(?:(?!--)[\s\S])*-->|<\?[^?>\s]+(?:\s[\s\S]*?)?\?>/uy));
  }

  element(): Element {
    const [, name, attributes, empty] = this.take(START) ?? [];
    if (name === undefined) throw new Broken();
    const element: Element = {
      name,
      attributes: attributesOf(attributes!),
      children: [],
      text: '',
    };
    if (empty !== '/') this.content(element);
    return element;
  }

  content(element: Element): void {
    for (;;) {
      const text = this.take(/[^<]+/uy)?.[0];
      const data = this.take(/<!\[CDATA\[([\s\S]*?)\]\]>/uy)?.[1];
      if (text?.includes(']]>')) throw new Broken();
      if (text !== undefined) element.text += resolved(text);
      if (data !== undefined) element.text += data;
      if (text !== undefined || data !== undefined) continue;
      if (this.take(/<!--(?:(?!--)[\s\S])*-->|<\?[^?>\s]+(?:\s[\s\S]*?)?\?>/uy)) continue;
      const [, closed] = this.take(END) ?? [];
      if (closed !== undefined) {
        if (closed !== element.name) throw new Broken();
        return;
      }
      element.children.push(this.element());
    }
  }
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, double, single] of text.matchAll(new RegExp(ATTRIBUTE.source, 'gu'))) {
    if (found.has(name!)) throw new Broken();
    found.set(name!, resolved((double ?? single!).replace(/[\t\n]/g, ' ')));
  }
  return found;
}

const resolved = (text: string): string =>
  text.replace(/&([^;&]*);?/g, (whole, name: string) => {
    if (!whole.endsWith(';')) throw new Broken();
    const own = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    const [, hex, decimal] = /^#(?:x([\da-fA-F]+)|(\d+))$/.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    if (own === undefined && !(code > 0 && code <= 0x10ffff)) throw new Broken();
    return own ?? String.fromCodePoint(code);
  });

export function readXml(text: string): Reading {
  try {
    const source = new Source(text);
    source.misc();
    const root = source.element();
    source.misc();
    if (source.at < source.text.length) throw new Broken();
    const rows = recordsOf(root).map(rowOf);
    return rows.length === 0 ? refusedWhole : { rows };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return { rows: fragments(text), refused: 'rest', torn: true };
  }
}

function recordsOf(element: Element): Element[] {
  if (localName(element.name) === 'Row') return [element];
  return element.children.flatMap(recordsOf);
}

/** Records that are sound by themselves, in a text that is not. */
function fragments(text: string): ReadRow[] {
  const rows: ReadRow[] = [];
  const source = new Source(text);
  for (const { index } of source.text.matchAll(new RegExp(`<(?:${NAME}:)?Row[\\s/>]`, 'gu'))) {
    source.at = index;
    try {
      rows.push(rowOf(source.element()));
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      rows.push({ fields: new Map(), bad: true });
    }
  }
  return rows;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const rowOf = (element: Element): ReadRow => ({ fields: fieldsOf(element) });

function fieldsOf({ attributes, children, text }: Element): Fields {
  const fields: Fields = new Map();
  for (const [name, value] of attributes) {
    if (!name.startsWith('xmlns')) fields.set(`@${localName(name)}`, value);
  }
  for (const child of children) {
    const name = localName(child.name);
    const said: Said =
      child.children.length + child.attributes.size === 0 ? child.text : fieldsOf(child);
    const before = fields.get(name);
    if (before === undefined) fields.set(name, said);
    else if (Array.isArray(before)) before.push(said);
    else fields.set(name, [before, said]);
  }
  if (text.trim() !== '') fields.set('#text', text);
  return fields;
}
