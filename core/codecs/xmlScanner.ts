import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { TextBuffer } from './textBuffer.ts';

/** One record element as it stands in the text. */
export interface RawXml {
  /** The whole element, or its beginning where it is larger than a record may be. */
  text: string;
  large: boolean;
  line: number;
  /** What is wrong inside, though its end is known. */
  fault: string | undefined;
}

/** Of an element that is too large, as much is kept to show. */
const RAW_CHARS = 64 * 1024;
const START_TAG = /<([^\s<>/&"'=]+)((?:\s+[^\s<>/&"'=]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const END_TAG = /<\/([^\s<>/&"'=]+)\s*>/y;
const ATTRIBUTE_NAME = /([^\s<>/&"'=]+)\s*=\s*(?:"[^"]*"|'[^']*')/g;

const DECLARATIONS = ['<!--', '<![CDATA[', '<!DOCTYPE'];

/**
 * Cuts a document at its record elements. It minds tags, comments, CDATA sections and processing
 * instructions, and that every end tag has its start tag. Refuses document types before anything of
 * them is read, so that no entity is ever declared.
 */
export class XmlScanner {
  readonly #buffer: TextBuffer;
  readonly #isRecord: (name: string, depth: number) => boolean;
  /** Names of the elements that are open. */
  readonly #open: string[] = [];
  #rootSeen = false;
  /** Depth at which the record element lies that is being read; 0 outside of any. */
  #recordDepth = 0;
  /** Where the next token begins, counted from the buffer's place. */
  #scanned = 0;
  #head: string | undefined;
  #line = 1;
  #fault: string | undefined;

  /** `isRecord` tells by name and depth (the root has 1) what a record element is. */
  constructor(buffer: TextBuffer, isRecord: (name: string, depth: number) => boolean) {
    this.#buffer = buffer;
    this.#isRecord = isRecord;
  }

  /** The next record element; undefined at the end of a well-formed document. */
  async next(): Promise<RawXml | undefined> {
    for (;;) {
      const step = this.#step();
      if (typeof step === 'object') return step;
      if (step === 'on') continue;
      this.#release();
      if (await this.#buffer.fill()) continue;
      return this.#finish();
    }
  }

  /** Passes one token. `more` where it is not complete in the text. */
  #step(): RawXml | 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const from = pos + this.#scanned;
    const at = text.indexOf('<', from);
    this.#checkText(from, at === -1 ? text.length : at);
    if (at === -1) {
      this.#scanned = text.length - pos;
      return 'more';
    }
    this.#scanned = at - pos;
    const mark = text.charAt(at + 1);
    if (mark === '?') return this.#pass(at, '?>');
    if (mark === '!') return this.#declaration(at);
    return mark === '/' ? this.#endTag(at) : this.#startTag(at);
  }

  /** Outside of the root there is nothing but blanks. */
  #checkText(from: number, to: number): void {
    if (this.#open.length > 0 || from === to) return;
    const text = this.#buffer.text.slice(from, to);
    if (text.trim() !== '') throw this.#refusal('text stands outside of the root element', from);
  }

  #pass(at: number, end: string, skip = 2): 'on' | 'more' {
    const { text, pos } = this.#buffer;
    const found = text.indexOf(end, at + skip);
    if (found === -1) return this.#incomplete(at);
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
    if (/^<!doctype/i.test(start)) {
      const place = { line: this.#buffer.lineAt(at) };
      throw new StockbusError('XML_DTD_REFUSED', 'the document has a DOCTYPE', place);
    }
    if (DECLARATIONS.some((whole) => whole.startsWith(start))) return this.#incomplete(at);
    throw this.#refusal(`'${start}' is no markup`, at);
  }

  #startTag(at: number): RawXml | 'on' | 'more' {
    const { text } = this.#buffer;
    START_TAG.lastIndex = at;
    const tag = START_TAG.exec(text);
    if (!tag) {
      const end = tagEnd(text, at);
      if (end === -1) return this.#incomplete(at);
      throw this.#refusal('a tag is malformed', at);
    }
    const [whole, name = '', attributes = '', closed] = tag;
    if (this.#open.length === 0 && this.#rootSeen)
      throw this.#refusal('there is a second root element', at);
    this.#rootSeen = true;
    const depth = this.#open.length + 1;
    if (depth > limits.nestingLevels) {
      const message = `elements are nested more than ${limits.nestingLevels} deep`;
      throw new StockbusError('NESTING_TOO_DEEP', message, { line: this.#buffer.lineAt(at) });
    }
    if (this.#recordDepth === 0 && this.#isRecord(name, depth)) this.#beginRecord(at, depth);
    if (this.#recordDepth > 0) this.#fault ??= repeatedAttribute(name, attributes);
    this.#scanned = at + whole.length - this.#buffer.pos;
    if (!closed) this.#open.push(name);
    else if (this.#recordDepth === depth) return this.#endRecord();
    return 'on';
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
      text: large ? text.slice(0, RAW_CHARS) : text,
      large,
      line: this.#line,
      fault: this.#fault,
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

/** Where the tag ends, with `>` in quotes minded; -1 where that is not in the text. */
function tagEnd(text: string, from: number): number {
  let quote = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '>') return at;
    else if (char === '<') return at;
  }
  return -1;
}

function repeatedAttribute(element: string, attributes: string): string | undefined {
  if (attributes === '') return undefined;
  const seen = new Set<string>();
  for (const [, name = ''] of attributes.matchAll(ATTRIBUTE_NAME)) {
    if (seen.has(name)) return `<${element}> has the attribute '${name}' twice`;
    seen.add(name);
  }
  return undefined;
}
