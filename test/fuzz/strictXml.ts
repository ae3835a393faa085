/** A small reader of well-formed XML 1.0 without document types; it knows nothing of records. */
export interface XmlTree {
  name: string;
  attributes: [string, string][];
  /** Text has its references replaced; CDATA is text like any other. */
  children: (XmlTree | string)[];
}

const NAME = /[\p{L}_:][\p{L}\p{N}\p{M}_:.\-\u00b7\u203f\u2040]*/uy;
const BLANKS = /[ \t\r\n]*/y;
const DECLARATION =
  /<\?xml\s+version\s*=\s*(["'])1\.\d+\1(\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\3)?(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The root element; undefined where the document is not well-formed. */
export function strictXml(text: string): XmlTree | undefined {
  try {
    return ILLEGAL.test(text) ? undefined : new StrictReader(text).document();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

class Malformed extends Error {}

class StrictReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): XmlTree {
    this.#take(DECLARATION);
    this.#between();
    const root = this.#element();
    this.#between();
    if (this.#at < this.#text.length) throw new Malformed();
    return root;
  }

  /** Comments, instructions and blanks. */
  #between(): void {
    do this.#take(BLANKS);
    while (this.#aside());
  }

  #aside(): boolean {
    if (this.#skip('<!--')) {
      const comment = this.#until('--');
      if (!this.#skip('>')) throw new Malformed(comment);
      return true;
    }
    if (!this.#skip('<?')) return false;
    const target = this.#name();
    if (target.toLowerCase() === 'xml') throw new Malformed();
    if (!this.#skip('?>')) {
      if (!/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) throw new Malformed();
      this.#until('?>');
    }
    return true;
  }

  #element(): XmlTree {
    if (!this.#skip('<')) throw new Malformed();
    const tree: XmlTree = { name: this.#name(), attributes: [], children: [] };
    for (;;) {
      const blanks = this.#take(BLANKS);
      if (this.#skip('/>')) return tree;
      if (this.#skip('>')) break;
      if (blanks === '') throw new Malformed();
      const name = this.#name();
      this.#take(BLANKS);
      if (!this.#skip('=') || tree.attributes.some(([known]) => known === name))
        throw new Malformed();
      this.#take(BLANKS);
      const quote = this.#text[this.#at] ?? '';
      if (quote === '' || !this.#skip(quote) || !'"\''.includes(quote)) throw new Malformed();
      const value = this.#until(quote);
      if (value.includes('<')) throw new Malformed();
      tree.attributes.push([name, replaced(value.replace(/[\t\r\n]/g, ' '))]);
    }
    this.#content(tree);
    return tree;
  }

  #content(tree: XmlTree): void {
    for (;;) {
      if (this.#skip('</')) {
        if (this.#name() !== tree.name) throw new Malformed();
        this.#take(BLANKS);
        if (!this.#skip('>')) throw new Malformed();
        return;
      }
      if (this.#skip('<![CDATA[')) tree.children.push(this.#until(']]>'));
      else if (this.#aside()) continue;
      else if (this.#text[this.#at] === '<') tree.children.push(this.#element());
      else {
        const end = this.#text.indexOf('<', this.#at);
        if (end === -1) throw new Malformed();
        const part = this.#text.slice(this.#at, end);
        if (part.includes(']]>')) throw new Malformed();
        tree.children.push(replaced(part));
        this.#at = end;
      }
    }
  }

  #name(): string {
    const name = this.#take(NAME);
    if (name === '') throw new Malformed();
    return name;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #skip(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #until(mark: string): string {
    const end = this.#text.indexOf(mark, this.#at);
    if (end === -1) throw new Malformed();
    const part = this.#text.slice(this.#at, end);
    this.#at = end + mark.length;
    return part;
  }
}

function replaced(text: string): string {
  return text.replace(/&([^;&]*;?)/g, (_, entity: string) => {
    if (!entity.endsWith(';')) throw new Malformed();
    const name = entity.slice(0, -1);
    if (Object.hasOwn(ENTITIES, name)) return ENTITIES[name]!;
    const number = /^#(?:(\d+)|x([\da-fA-F]+))$/.exec(name);
    if (!number) throw new Malformed();
    const code = number[1] ? parseInt(number[1], 10) : parseInt(number[2]!, 16);
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new Malformed();
    const char = String.fromCodePoint(code);
    if (ILLEGAL.test(char)) throw new Malformed();
    return char;
  });
}
