import type { RecordValue, RecordWriter } from '../ports.ts';
import { isObject } from '../spec.ts';
import { type Encoding, isUnicode } from './encodings.ts';
import { hasCharacter, textBytes } from './textBytes.ts';
import type { XmlWrite } from './xmlOptions.ts';

const TEXT = '#text';
/** Not allowed in XML 1.0 even as a number, and halves of surrogate pairs. */
const ILLEGAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Writes records as elements: fields as children, `@name` as attributes, lists as repeated elements. */
export class XmlWriter implements RecordWriter {
  readonly #options: XmlWrite;
  readonly #record: string;
  readonly #root: string;
  /** Gives what has to be written by number besides. */
  readonly #byNumber: (text: string) => string;

  /** Where it is not UTF-8 that is written. */
  readonly bytes?: NonNullable<RecordWriter['bytes']>;

  constructor(options: XmlWrite) {
    const { encoding } = options;
    this.#options = options;
    this.#byNumber = numbering(encoding);
    if (encoding !== 'utf-8') this.bytes = textBytes(encoding);
    this.#record = validName(options.record);
    this.#root = validName(options.root);
  }

  begin(): string {
    const { encoding, declaration } = this.#options;
    const isWide = encoding.startsWith('utf-16');
    const name = isWide ? 'UTF-16' : encoding.toUpperCase();
    const start = declaration ? `<?xml version="1.0" encoding="${name}"?>\n` : '';
    return `${isWide ? '\ufeff' : ''}${start}<${this.#root}>\n`;
  }

  write(records: readonly RecordValue[]): string {
    let text = '';
    for (const record of records) {
      const element = this.#element(this.#record, record, 1);
      text += this.#options.indent ? element : `${element}\n`;
    }
    return text;
  }

  end(): string {
    return `</${this.#root}>\n`;
  }

  #element(name: string, value: unknown, level: number): string {
    const [before, after] = this.#options.indent ? ['  '.repeat(level), '\n'] : ['', ''];
    if (!isObject(value)) {
      const text = this.#text(value);
      return `${before}${text === '' ? `<${name}/>` : `<${name}>${text}</${name}>`}${after}`;
    }
    let attributes = '';
    let text = '';
    let children = '';
    for (const [field, content] of Object.entries(value)) {
      if (field === TEXT) text = this.#text(content);
      else if (field.startsWith('@')) {
        attributes += ` ${validName(field.slice(1))}="${this.#text(content, /[&<>"\t\n\r]/g)}"`;
      } else children += this.#children(field, content, level + 1);
    }
    const start = `${before}<${name}${attributes}`;
    if (text === '' && children === '') return `${start}/>${after}`;
    if (children === '') return `${start}>${text}</${name}>${after}`;
    return `${start}>${text}${after}${children}${before}</${name}>${after}`;
  }

  #text(value: unknown, escapes?: RegExp): string {
    return this.#byNumber(textOf(value, escapes));
  }

  /** A list is the element once for each item; a field without a value is left out. */
  #children(field: string, content: unknown, level: number): string {
    if (content === undefined) return '';
    const name = validName(field);
    if (!Array.isArray(content)) return this.#element(name, content, level);
    return content.map((item) => this.#element(name, item, level)).join('');
  }
}

/** A carriage return is written by number, since readers turn a plain one into a line feed. */
function textOf(value: unknown, escapes = /[&<>\r]/g): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.replace(ILLEGAL, '\ufffd').replace(escapes, (char) => ESCAPES[char] ?? char);
}

function numbering(encoding: Encoding): (text: string) => string {
  if (isUnicode(encoding)) return (text) => text;
  return (text) =>
    text.replace(/[^\0-\x7f]/gu, (char) =>
      hasCharacter(encoding, char) ? char : `&#${char.codePointAt(0)};`,
    );
}

const NAME_START = /^[\p{L}_]/u;

/** The nearest name that XML allows: `_` for each character that it does not, and before a digit. */
function validName(field: string): string {
  const name = field.replace(/[^\p{L}\p{N}_.:-]/gu, '_');
  return NAME_START.test(name) ? name : `_${name}`;
}
