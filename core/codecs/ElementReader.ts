import { XMLParser } from 'fast-xml-parser';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import type { XmlPiece } from './elementPieces.ts';
import { tooManyFields } from './elementPieces.ts';
import type { InstancePrefixes } from './xmlNamespaces.ts';
import { instanceName, localName, scopeOf, usualPrefixes } from './xmlNamespaces.ts';
import type { XmlRead } from './xmlOptions.ts';
import { characterData, decodeEntities, illegalCharacter } from './xmlText.ts';

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

interface Attribute {
  name: string;
  value: string;
}

interface TextPart {
  text: string;
  cdata: boolean;
}

/** An element of which the end tag is not read yet. */
interface OpenElement {
  name: string;
  attributes: readonly Attribute[];
  prefixes: InstancePrefixes;
  /** It says that it has no value. */
  nil: boolean;
  fields: Map<string, unknown>;
  /** Attributes of children that are their text, by `name@attribute`: lists with one for each child of that name. */
  beside: Map<string, unknown[]> | undefined;
  /** Places of those lists for which no attribute came. */
  gaps: number;
  parts: TextPart[];
  hasElements: boolean;
}

/**
 * The content of one well-formed element as a record: children by name, attributes as `@name`, text
 * beside either of them as `#text`; with the option `text`, attributes of a child without children stand
 * beside it. It comes in pieces, so that a large one is not read in one go.
 * Throws XML_SYNTAX for what the tags alone do not show.
 */
export class ElementReader {
  readonly #strip: boolean;
  readonly #trim: boolean;
  readonly #asText: boolean;
  readonly #lists: readonly string[];
  readonly #outer: InstancePrefixes;
  readonly #open: OpenElement[] = [];
  #root: unknown = '';

  constructor(options: XmlRead, prefixes: InstancePrefixes = usualPrefixes) {
    this.#strip = options.namespaces === 'strip';
    this.#trim = options.trim;
    this.#asText = options.text;
    this.#lists = options.lists;
    this.#outer = prefixes;
  }

  /** Once all pieces were added. */
  get value(): RecordValue {
    const value = this.#root;
    if (isObject(value)) return value;
    return value === '' || value === null ? {} : { [TEXT]: value };
  }

  add({ text, opened, left }: XmlPiece): void {
    const illegal = illegalCharacter(text);
    if (illegal !== undefined) throw new StockbusError('XML_SYNTAX', illegal);
    this.#children(parse(withoutInstructions(text)), 0, opened, left);
  }

  /**
   * What stands in the element at `depth` and in those inside it. The first element at each depth under
   * `opened` is one that an earlier piece began, the last under `left` goes on in the next piece.
   */
  #children(nodes: readonly Node[], depth: number, opened: number, left: number): void {
    for (const [index, node] of nodes.entries()) {
      const name = nameOf(node);
      const parts = this.#open[depth - 1]?.parts;
      if (name === TEXT) parts?.push({ text: node[TEXT] as string, cdata: false });
      else if (name === CDATA) parts?.push({ text: cdataOf(node), cdata: true });
      else {
        const goesOn = index === 0 && depth < opened;
        const staysOpen = index === nodes.length - 1 && depth < left;
        if (!goesOn) this.#begin(name, node);
        const inner = (node[name] ?? []) as Node[];
        this.#children(inner, depth + 1, goesOn ? opened : 0, staysOpen ? left : 0);
        if (!staysOpen) this.#end();
      }
    }
  }

  #begin(name: string, node: Node): void {
    const attributes = attributesOfNode(node);
    const parent = this.#open.at(-1);
    if (parent) parent.hasElements = true;
    const prefixes = scopeOf(parent?.prefixes ?? this.#outer, attributes);
    const fields = new Map<string, unknown>();
    const nil = attributes.length > 0 && this.#attributes(attributes, fields, prefixes);
    this.#open.push({
      name,
      attributes,
      prefixes,
      nil,
      fields,
      beside: undefined,
      gaps: 0,
      parts: [],
      hasElements: false,
    });
  }

  #end(): void {
    const element = this.#open.pop()!;
    const parent = this.#open.at(-1);
    if (!parent) {
      this.#root = this.#valueOf(element);
      return;
    }
    const name = this.#name(element.name);
    if (this.#asText && !element.hasElements && element.fields.size > 0)
      this.#addText(parent, name, element);
    else this.#add(parent.fields, name, this.#valueOf(element));
  }

  /** An element of text as that, and its attributes beside it. */
  #addText(parent: OpenElement, name: string, element: OpenElement): void {
    const attributes = element.fields;
    if (isTypeOnly(element.attributes, attributes.size, element.prefixes)) attributes.clear();
    if (attributes.size > limits.fieldsPerRecord) throw tooManyFields('fields');
    const before = parent.fields.get(name);
    const position = Array.isArray(before) ? before.length : Number(parent.fields.has(name));
    for (const [attribute, value] of attributes) {
      parent.beside ??= new Map();
      const key = name + attribute;
      const all = parent.beside.get(key) ?? [];
      refuseGaps(parent, position - all.length);
      while (all.length < position) all.push(null);
      all.push(value);
      parent.beside.set(key, all);
    }
    attributes.clear();
    this.#add(parent.fields, name, this.#valueOf(element));
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

  /** Text where the element has nothing else; null where it says `xsi:nil` and has nothing else. */
  #valueOf(element: OpenElement): unknown {
    const { attributes, prefixes, nil, fields, hasElements } = element;
    let text = this.#textOf(element.parts);
    if (hasElements && text.trim() === '') text = '';
    if (!hasElements && isTypeOnly(attributes, fields.size, prefixes)) fields.clear();
    if (element.beside) setBeside(element, element.beside);
    if (fields.size > limits.fieldsPerRecord) throw tooManyFields('fields');
    if (fields.size === 0) return nil && text === '' ? null : text;
    if (text !== '') fields.set(TEXT, text);
    return Object.fromEntries(fields);
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
  #textOf(parts: readonly TextPart[]): string {
    const kept = this.#trim ? parts.filter((part) => part.cdata || part.text.trim() !== '') : parts;
    let text = '';
    for (const [index, part] of kept.entries()) {
      let raw = part.text;
      if (this.#trim && !part.cdata && index === 0) raw = raw.trimStart();
      if (this.#trim && !part.cdata && index === kept.length - 1) raw = raw.trimEnd();
      text += part.cdata ? raw : characterData(raw);
    }
    return text;
  }
}

/** Attributes of children that are lists are lists as long. */
function setBeside(element: OpenElement, beside: ReadonlyMap<string, unknown[]>): void {
  const { fields } = element;
  for (const [key, all] of beside) {
    const child = fields.get(key.slice(0, key.indexOf('@')));
    if (Array.isArray(child)) refuseGaps(element, child.length - all.length);
    while (Array.isArray(child) && all.length < child.length) all.push(null);
    fields.set(key, Array.isArray(child) ? all : all[0]);
  }
}

/** Each child may have an attribute of its own: lists as long for all of them would be the square of that. */
function refuseGaps(element: OpenElement, more: number): void {
  element.gaps += Math.max(0, more);
  if (element.gaps > limits.expressionItems) throw tooManyFields('attributes');
}

const attributesOfNode = (node: Node): Attribute[] => {
  const attributes = node[ATTRIBUTES] as Record<string, string> | undefined;
  if (!attributes) return [];
  return Object.entries(attributes).map(([name, value]) => ({ name, value }));
};

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

function nameOf(node: Node): string {
  for (const name of Object.keys(node)) if (name !== ATTRIBUTES) return name;
  return '';
}

/** The parser nests a CDATA section's text in a node of its own. */
function cdataOf(node: Node): string {
  const parts = node[CDATA] as Node[];
  return parts.map((part) => part[TEXT] as string).join('');
}

/** `xsi:type` alone says how the text is to be read, and nothing besides. */
function isTypeOnly(
  attributes: readonly Attribute[],
  fields: number,
  prefixes: InstancePrefixes,
): boolean {
  if (fields !== 1) return false;
  return attributes.some(({ name }) => instanceName(name, prefixes) === 'type');
}
