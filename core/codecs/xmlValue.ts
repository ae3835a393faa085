import { XMLParser } from 'fast-xml-parser';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import type { InstancePrefixes } from './xmlNamespaces.ts';
import { instanceName, scopeOf, usualPrefixes } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';
import { checkCharacterData, decodeEntities, illegalCharacter } from './xmlText.ts';

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

type Node = Record<string, unknown>;

interface TextPart {
  text: string;
  cdata: boolean;
}

/**
 * The content of one well-formed element as a record: children by name, attributes as `@name`, text
 * beside either of them as `#text`. Throws XML_SYNTAX for what the tags alone do not show.
 */
export function parseElement(
  text: string,
  options: XmlRead,
  prefixes: InstancePrefixes = usualPrefixes,
): RecordValue {
  const illegal = illegalCharacter(text);
  if (illegal !== undefined) throw new StockbusError('XML_SYNTAX', illegal);
  const [root] = parse(withoutInstructions(text));
  const value = root ? new ElementReader(options).element(root, prefixes) : '';
  if (isObject(value)) return value;
  return value === '' || value === null ? {} : { [TEXT]: value };
}

const SECTION = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g;

/** The parser minds quotes in processing instructions, which mean nothing there. */
function withoutInstructions(text: string): string {
  if (!text.includes('<?')) return text;
  return text.replace(SECTION, (section) => (section.startsWith('<?') ? '' : section));
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
  element(node: Node, outer: InstancePrefixes): unknown {
    const children = (node[nameOf(node)] ?? []) as Node[];
    const fields = new Map<string, unknown>();
    const attributes = attributesOfNode(node);
    const prefixes = scopeOf(outer, attributes);
    const nil = this.#attributes(attributes, fields, prefixes);
    const parts: TextPart[] = [];
    let hasElements = false;
    for (const child of children) {
      const name = nameOf(child);
      if (name === TEXT) parts.push({ text: child[TEXT] as string, cdata: false });
      else if (name === CDATA) parts.push({ text: cdataOf(child), cdata: true });
      else {
        hasElements = true;
        this.#add(fields, this.#name(name), this.element(child, prefixes));
      }
    }
    let text = this.#text(parts);
    if (hasElements && text.trim() === '') text = '';
    if (!hasElements && isTypeOnly(attributes, fields.size, prefixes)) fields.clear();
    if (fields.size > limits.fieldsPerRecord) throw tooManyFields(fields.size);
    if (fields.size === 0) return nil && text === '' ? null : text;
    if (text !== '') fields.set(TEXT, text);
    return Object.fromEntries(fields);
  }

  /** True where the element says that it has no value. */
  #attributes(
    attributes: readonly Attribute[],
    fields: Map<string, unknown>,
    prefixes: InstancePrefixes,
  ): boolean {
    let nil = false;
    // Those without a prefix first, so that they keep their names where a stripped one is the same.
    const byPrefix = [...attributes].sort(
      (first, second) => Number(first.name.includes(':')) - Number(second.name.includes(':')),
    );
    for (const { name, value: raw } of byPrefix) {
      const value = decodeEntities(raw.replace(/[\t\n\r]/g, ' '));
      if (this.#strip && (name === 'xmlns' || name.startsWith('xmlns:'))) continue;
      if (instanceName(name, prefixes) === 'nil' && /^ *(?:true|1) *$/.test(value)) {
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
      if (!part.cdata) checkCharacterData(part.text);
      text += part.cdata ? raw : decodeEntities(raw);
    }
    return text;
  }
}

interface Attribute {
  name: string;
  value: string;
}

const attributesOfNode = (node: Node): Attribute[] =>
  Object.entries((node[ATTRIBUTES] ?? {}) as Record<string, string>).map(([name, value]) => ({
    name,
    value,
  }));

/** `xsi:type` alone says how the text is to be read, and nothing besides. */
function isTypeOnly(
  attributes: readonly Attribute[],
  fields: number,
  prefixes: InstancePrefixes,
): boolean {
  if (fields !== 1) return false;
  return attributes.some(({ name }) => instanceName(name, prefixes) === 'type');
}

function tooManyFields(count: number): StockbusError {
  const message = `an element has ${count} fields, at most ${limits.fieldsPerRecord} are taken`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message);
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
