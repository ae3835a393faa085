import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { doctypeEnd } from './doctypeEnd.ts';
import { looksLike } from './foreignFormat.ts';
import { PassedElements } from './PassedElements.ts';
import { SoughtEnd } from './SoughtEnd.ts';
import type { TextBuffer } from './textBuffer.ts';
import type { InstancePrefixes } from './xmlNamespaces.ts';
import { scopeOfTag, usualPrefixes } from './xmlNamespaces.ts';
import type { XmlSurroundings } from './xmlRejects.ts';
import {
  attributesOf,
  characterData,
  decodeEntities,
  endTag,
  illegalCharacter,
  instructionFault,
  startTag,
} from './xmlText.ts';

/** What an element is to whoever reads: a record, or a part of what is kept from before them. */
export type ElementKind = 'record' | 'envelope';

/** One element that is given out, as it stands in the text. */
export interface RawXml {
  name: string;
  kind: ElementKind;
  /** The whole element, or its beginning where it is larger than a record may be. */
  text: string;
  large: boolean;
  line: number;
  /** What is wrong inside, though its end is known, and in which line. */
  fault: { message: string; line: number } | undefined;
  /** What is in scope where the element stands. */
  prefixes: InstancePrefixes;
  /** Number of the element around it; 0 where there is none. */
  parent: number;
}

/** Tells what an element is, by its name, its depth (the root has 1) and the number of the element around it. */
export type KindOfElement = (
  name: string,
  depth: number,
  parent: number,
) => ElementKind | undefined;

/** Characters of an entity with its `&` and `;`, more than any that is known has. */
const LONGEST_ENTITY = 16;
/** Of an element that is too large, as much is kept to show. */
const RAW_CHARS = 64 * 1024;
const START_TAG = startTag();
const END_TAG = endTag();

const DECLARATIONS = ['<!--', '<![CDATA[', '<!DOCTYPE'];

/**
 * Cuts a document at the elements that are wanted, records mostly. It minds tags, comments, CDATA sections
 * and processing instructions, and that every end tag has its start tag. Refuses document types, or at
 * least those that could declare an entity, before anything of them is read.
 */
export class XmlScanner {
  readonly #buffer: TextBuffer;
  readonly #kindOf: KindOfElement;
  readonly #mayHaveDoctype: boolean;
  /** Names of the elements that are open. */
  readonly #open: string[] = [];
  /** Of those outside of records, what each brings into scope, and which one in the document it is. */
  readonly #scopes: InstancePrefixes[] = [];
  readonly #numbers: number[] = [];
  #elements = 0;
  readonly #passed = new PassedElements();
  #begun = false;
  #root: XmlSurroundings | undefined;
  #rootSeen = false;
  #doctypeSeen = false;
  /** Depth at which the record element lies that is being read; 0 outside of any. */
  #recordDepth = 0;
  /** Where the next token begins, counted from the buffer's place. */
  #scanned = 0;
  /** Of a start tag whose end is not in the text so far. */
  #sought: SoughtEnd | undefined;
  #head: string | undefined;
  #wanted: Pick<RawXml, 'name' | 'kind' | 'parent'> = { name: '', kind: 'record', parent: 0 };
  #line = 1;
  #fault: { message: string; line: number } | undefined;

  constructor(buffer: TextBuffer, kindOf: KindOfElement, mayHaveDoctype: boolean) {
    this.#buffer = buffer;
    this.#kindOf = kindOf;
    this.#mayHaveDoctype = mayHaveDoctype;
  }

  /** What stands around the records that were given out. */
  get surroundings(): XmlSurroundings {
    return this.#root!;
  }

  /** Numbers of the elements around what was given out last, from the root on. */
  get around(): readonly number[] {
    return this.#numbers;
  }

  /** Elements beside the records, once the document is at its end. */
  get passedOver(): ReadonlyMap<string, number> {
    return this.#passed.total();
  }

  /** The next element that is wanted; undefined at the end of a well-formed document. */
  async next(): Promise<RawXml | undefined> {
    for (;;) {
      const step = this.#step();
      if (typeof step === 'object') return step;
      if (step === 'on') continue;
      this.#release();
      // That nothing more comes may show only now: markup that is open at the end is refused then.
      const knewTheEnd = this.#buffer.ended;
      if ((await this.#buffer.fill()) || !knewTheEnd) continue;
      return this.#finish();
    }
  }

  /** Passes one token. `more` where it is not complete in the text. */
  #step(): RawXml | 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const from = pos + this.#scanned;
    const at = text.indexOf('<', from);
    if (at === -1) {
      const end = this.#wholeText(from);
      this.#checkText(from, end);
      this.#scanned = end - pos;
      return 'more';
    }
    this.#checkText(from, at);
    this.#scanned = at - pos;
    const first = !this.#begun && at === 0;
    this.#begun = true;
    const mark = text.charAt(at + 1);
    if (mark === '?') return this.#instruction(at, first);
    if (mark === '!') return this.#declaration(at);
    return mark === '/' ? this.#endTag(at) : this.#startTag(at);
  }

  /** Up to where text without a tag behind it can be checked: entities may go on in what follows. */
  #wholeText(from: number): number {
    const { text, ended } = this.#buffer;
    if (ended || this.#recordDepth > 0) return text.length;
    const entity = text.lastIndexOf('&');
    let end = entity >= from && text.length - entity < LONGEST_ENTITY ? entity : text.length;
    for (let held = 0; held < 2 && end > from && text.charAt(end - 1) === ']'; held += 1) end -= 1;
    return end;
  }

  /** Outside of the root there is nothing but blanks. What is in records is checked with them. */
  #checkText(from: number, to: number): void {
    if (this.#recordDepth > 0 || from === to) return;
    const text = this.#buffer.text.slice(from, to);
    if (this.#open.length > 0) this.#check(() => characterData(text), from);
    else if (/[^ \t\r\n]/.test(text)) {
      const like = this.#rootSeen ? '' : looksLike(text);
      throw this.#refusal(`text stands outside of the root element${like}`, from);
    }
  }

  #check(work: () => void, at: number): void {
    try {
      work();
    } catch (error) {
      throw this.#refusal((error as Error).message, at);
    }
  }

  /** What is wrong costs the record that it stands in, or the rest of the document. */
  #wrong(message: string | undefined, at: number): void {
    if (message === undefined) return;
    if (this.#recordDepth === 0) throw this.#refusal(message, at);
    this.#fault ??= { message, line: this.#buffer.lineAt(at) };
  }

  #instruction(at: number, first: boolean): 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const found = text.indexOf('?>', at + 2);
    if (found === -1) return this.#incomplete(at);
    this.#wrong(instructionFault(text.slice(at, found + 2), first), at);
    this.#scanned = found + 2 - pos;
    return 'on';
  }

  #pass(at: number, end: string, skip: number): 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const found = text.indexOf(end, at + skip);
    if (found === -1) return this.#incomplete(at);
    const inside = text.slice(at + skip, found);
    if (this.#recordDepth === 0) this.#wrong(illegalCharacter(inside), at);
    if (end === '-->' && (inside.includes('--') || inside.endsWith('-'))) {
      this.#wrong("'--' stands in a comment", at);
    }
    this.#scanned = found + end.length - pos;
    return 'on';
  }

  #declaration(at: number): 'on' | 'more' {
    const start = this.#buffer.text.slice(at, at + 9);
    if (start.startsWith('<!--')) return this.#pass(at, '-->', 4);
    if (start === '<![CDATA[') {
      if (this.#open.length === 0)
        throw this.#refusal('CDATA stands outside of the root element', at);
      return this.#pass(at, ']]>', 9);
    }
    if (start.length < 9 && !this.#buffer.ended) return 'more';
    if (/^<!doctype/i.test(start)) return this.#doctype(at);
    if (DECLARATIONS.some((whole) => whole.startsWith(start))) return this.#incomplete(at);
    throw this.#refusal(`'${start}' is no markup`, at);
  }

  #doctype(at: number): 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const place = { line: this.#buffer.lineAt(at) };
    if (!this.#mayHaveDoctype || this.#rootSeen || this.#doctypeSeen)
      throw new StockbusError('XML_DTD_REFUSED', 'the document has a DOCTYPE', place);
    try {
      const end = doctypeEnd(text, at);
      if (end === undefined) return this.#incomplete(at);
      this.#doctypeSeen = true;
      this.#scanned = end - pos;
      return 'on';
    } catch (error) {
      if (error instanceof StockbusError) error.fault.at ??= place;
      throw error;
    }
  }

  #startTag(at: number): RawXml | 'on' | 'more' {
    const { text } = this.#buffer;
    if (this.#sought && !this.#sought.isIn(text, at)) return this.#incomplete(at);
    START_TAG.lastIndex = at;
    const tag = START_TAG.exec(text);
    if (!tag) {
      this.#sought ??= new SoughtEnd();
      if (!this.#sought.isIn(text, at)) return this.#incomplete(at);
      throw this.#refusal('a tag is malformed', at);
    }
    this.#sought = undefined;
    const [whole, name = '', attributes = '', closed] = tag;
    if (this.#open.length === 0 && this.#rootSeen)
      throw this.#refusal('there is a second root element', at);
    this.#rootSeen = true;
    const depth = this.#open.length + 1;
    if (depth > limits.nestingLevels) {
      const message = `elements are nested more than ${limits.nestingLevels} deep`;
      throw new StockbusError('NESTING_TOO_DEEP', message, { line: this.#buffer.lineAt(at) });
    }
    const parent = this.#numbers.at(-1) ?? 0;
    const kind = this.#recordDepth === 0 ? this.#kindOf(name, depth, parent) : undefined;
    if (kind) {
      this.#wanted = { name, kind, parent };
      this.#beginRecord(at, depth);
      if (kind === 'record') this.#passed.record();
    }
    if (this.#recordDepth === 0) {
      this.#passed.open();
      if (closed) this.#passed.close(name);
    }
    this.#attributes(name, attributes, at, closed === '');
    this.#root ??= {
      rootTag: this.#recordDepth > 0 ? undefined : whole,
      rootName: name,
      prefixes: scopeOfTag(usualPrefixes, this.#recordDepth > 0 ? '' : attributes),
      rawChars: RAW_CHARS,
    };
    this.#scanned = at + whole.length - this.#buffer.pos;
    if (!closed) this.#open.push(name);
    else if (this.#recordDepth === depth) return this.#endRecord();
    return 'on';
  }

  #attributes(name: string, attributes: string, at: number, opens: boolean): void {
    this.#wrong(repeatedAttribute(name, attributes), at);
    if (this.#recordDepth > 0) return;
    if (attributes !== '') {
      this.#wrong(illegalCharacter(attributes), at);
      this.#check(() => decodeEntities(attributes), at);
    }
    if (!opens) return;
    this.#scopes.push(scopeOfTag(this.#scope(), attributes));
    this.#elements += 1;
    this.#numbers.push(this.#elements);
  }

  #scope(): InstancePrefixes {
    return this.#scopes.at(-1) ?? usualPrefixes;
  }

  #endTag(at: number): RawXml | 'on' | 'more' {
    END_TAG.lastIndex = at;
    const tag = END_TAG.exec(this.#buffer.text);
    if (!tag) {
      if (this.#buffer.text.indexOf('>', at) === -1) return this.#incomplete(at);
      throw this.#refusal('an end tag is malformed', at);
    }
    const name = tag[1];
    const opened = this.#open.at(-1);
    if (opened !== name) {
      const expected = opened === undefined ? 'nothing is open' : `<${opened}> is open`;
      throw this.#refusal(`</${name}> stands where ${expected}`, at);
    }
    this.#open.pop();
    if (this.#recordDepth === 0) {
      this.#scopes.pop();
      this.#numbers.pop();
      this.#passed.close(opened ?? '');
    }
    this.#scanned = at + tag[0].length - this.#buffer.pos;
    return this.#recordDepth === this.#open.length + 1 ? this.#endRecord() : 'on';
  }

  #beginRecord(at: number, depth: number): void {
    this.#buffer.advance(at);
    this.#recordDepth = depth;
    this.#line = this.#buffer.line;
    this.#head = undefined;
    this.#fault = undefined;
  }

  #endRecord(): RawXml {
    const buffer = this.#buffer;
    const end = buffer.pos + this.#scanned;
    const text = this.#head ?? buffer.text.slice(buffer.pos, end);
    const large = this.#head !== undefined || text.length > limits.recordBytes;
    buffer.advance(end);
    this.#scanned = 0;
    this.#recordDepth = 0;
    return {
      ...this.#wanted,
      text: large ? text.slice(0, RAW_CHARS) : text,
      large,
      line: this.#line,
      fault: this.#fault,
      prefixes: this.#scope(),
    };
  }

  /** Lets go of text that is passed: all outside of records, and what a record has too much. */
  #release(): void {
    const buffer = this.#buffer;
    if (this.#recordDepth > 0 && this.#head === undefined) {
      if (this.#scanned <= limits.recordBytes) return;
      this.#head = buffer.text.slice(buffer.pos, buffer.pos + RAW_CHARS);
    }
    buffer.advance(buffer.pos + this.#scanned);
    this.#scanned = 0;
  }

  /** A token that goes on in text to come, within the bound. */
  #incomplete(at: number): 'more' {
    const { text, ended } = this.#buffer;
    if (text.length - at > limits.recordBytes) {
      const message = `a tag, comment or CDATA section is longer than ${limits.recordBytes} characters`;
      throw new StockbusError('PAYLOAD_TOO_LARGE', message, { line: this.#buffer.lineAt(at) });
    }
    if (!ended) return 'more';
    this.#buffer.starved = true;
    throw this.#refusal('the text ends inside of markup', at);
  }

  #finish(): undefined {
    const { text } = this.#buffer;
    const opened = this.#open.at(-1);
    if (opened !== undefined)
      throw this.#refusal(`the text ends while <${opened}> is open`, text.length);
    if (!this.#rootSeen) throw new StockbusError('PAYLOAD_EMPTY', 'the payload holds no element');
    return undefined;
  }

  #refusal(message: string, at: number): StockbusError {
    return new StockbusError('XML_SYNTAX', message, { line: this.#buffer.lineAt(at) });
  }
}

/** Of those that are as many as an element may have; one with more is refused for that. */
function repeatedAttribute(element: string, attributes: string): string | undefined {
  if (attributes === '') return undefined;
  const seen = new Set<string>();
  for (const { name } of attributesOf(attributes)) {
    if (seen.size > limits.fieldsPerRecord) return undefined;
    if (seen.has(name)) return `<${element}> has the attribute '${name}' twice`;
    seen.add(name);
  }
  return undefined;
}
