import { XMLParser } from 'fast-xml-parser';
import { StockbusError } from '../errors.ts';
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import type { XmlRead } from './xmlOptions.ts';

const TEXT = '#text';
const CDATA = '#cdata';
const ATTRIBUTES = ':@';

/**
 * fast-xml-parser gives the elements in their order with all text as it stands: nothing is turned into
 * numbers, no entity is touched, no name becomes a property of an object that is looked up by it.
 */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  cdataPropName: CDATA,
  ignoreDeclaration: true,
  ignorePiTags: true,
  jPath: false,
  onDangerousProperty: (name: string) => name,
});

/** Characters that XML 1.0 does not allow at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

type Node = Record<string, unknown>;

interface TextPart {
  text: string;
  cdata: boolean;
}

/**
 * The content of one well-formed element as a record: children by name, attributes as `@name`, text
 * beside either of them as `#text`. Throws XML_SYNTAX for what the tags alone do not show.
 */
export function parseElement(text: string, options: XmlRead): RecordValue {
  const illegal = ILLEGAL.exec(text)?.[0];
  if (illegal !== undefined) {
    const code = illegal.charCodeAt(0).toString(16).padStart(4, '0');
    throw new StockbusError('XML_SYNTAX', `the character U+${code} is not allowed in XML`);
  }
  const [root] = parse(text);
  const value = root ? new ElementReader(options).element(root) : '';
  if (isObject(value)) return value;
  return value === '' || value === null ? {} : { [TEXT]: value };
}

function parse(text: string): Node[] {
  try {
    return parser.parse(text) as Node[];
  } catch (error) {
    throw new StockbusError('XML_SYNTAX', error instanceof Error ? error.message : String(error));
  }
}

class ElementReader {
  readonly #strip: boolean;
  readonly #trim: boolean;
  readonly #lists: readonly string[];

  constructor(options: XmlRead) {
    this.#strip = options.namespaces === 'strip';
    this.#trim = options.trim;
    this.#lists = options.lists;
  }

  /** Text where the element has nothing else; null where it says `xsi:nil` and has nothing else. */
  element(node: Node): unknown {
    const children = (node[nameOf(node)] ?? []) as Node[];
    const fields = new Map<string, unknown>();
    const nil = this.#attributes((node[ATTRIBUTES] ?? {}) as Record<string, string>, fields);
    const parts: TextPart[] = [];
    let hasElements = false;
    for (const child of children) {
      const name = nameOf(child);
      if (name === TEXT) parts.push({ text: child[TEXT] as string, cdata: false });
      else if (name === CDATA) parts.push({ text: cdataOf(child), cdata: true });
      else {
        hasElements = true;
        this.#add(fields, this.#name(name), this.element(child));
      }
    }
    let text = this.#text(parts);
    if (hasElements && text.trim() === '') text = '';
    if (fields.size === 0) return nil && text === '' ? null : text;
    if (text !== '') fields.set(TEXT, text);
    return Object.fromEntries(fields);
  }

  /** True where the element says that it has no value. */
  #attributes(attributes: Record<string, string>, fields: Map<string, unknown>): boolean {
    let nil = false;
    // Those without a prefix first, so that they keep their names where a stripped one is the same.
    const byPrefix = Object.entries(attributes).sort(
      ([first], [second]) => Number(first.includes(':')) - Number(second.includes(':')),
    );
    for (const [name, raw] of byPrefix) {
      if (this.#strip && (name === 'xmlns' || name.startsWith('xmlns:'))) continue;
      const value = decodeEntities(raw.replace(/[\t\n\r]/g, ' '));
      if (name === 'xsi:nil' && (value === 'true' || value === '1')) {
        nil = true;
        continue;
      }
      const short = `@${this.#name(name)}`;
      fields.set(fields.has(short) ? `@${name}` : short, value);
    }
    return nil;
  }

  #add(fields: Map<string, unknown>, name: string, value: unknown): void {
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (fields.has(name)) fields.set(name, [before, value]);
    else fields.set(name, this.#lists.includes(name) ? [value] : value);
  }

  #name(name: string): string {
    return this.#strip ? localName(name) : name;
  }

  /** Blanks are taken from the ends only, and before characters by number are read. */
  #text(parts: readonly TextPart[]): string {
    const kept = this.#trim ? parts.filter((part) => part.cdata || part.text.trim() !== '') : parts;
    let text = '';
    for (const [index, part] of kept.entries()) {
      let raw = part.text;
      if (this.#trim && !part.cdata && index === 0) raw = raw.trimStart();
      if (this.#trim && !part.cdata && index === kept.length - 1) raw = raw.trimEnd();
      text += part.cdata ? raw : decodeEntities(raw);
    }
    return text;
  }
}

export const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function nameOf(node: Node): string {
  for (const name of Object.keys(node)) if (name !== ATTRIBUTES) return name;
  return '';
}

/** The parser nests a CDATA section's text in a node of its own. */
function cdataOf(node: Node): string {
  const parts = node[CDATA] as Node[];
  return parts.map((part) => part[TEXT] as string).join('');
}

const PREDEFINED: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/** The five entities of XML itself and characters by number; there can be no others. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7}|x[\da-fA-F]{1,6});|(\w+);|)/g, (whole, number, name) => {
    const char = number === undefined ? PREDEFINED[name] : charOf(number);
    if (char !== undefined) return char;
    const what = whole === '&' ? "'&' stands for itself" : `the entity ${whole} is not known`;
    throw new StockbusError(
      'XML_SYNTAX',
      `${what}; only &lt; &gt; &amp; &quot; &apos; and numbers are`,
    );
  });
}

function charOf(number: string): string | undefined {
  const code = number.startsWith('x') ? parseInt(number.slice(1), 16) : parseInt(number, 10);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const char = String.fromCodePoint(code);
  return ILLEGAL.test(char) ? undefined : char;
}
