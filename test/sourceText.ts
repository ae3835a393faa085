/** A source file as the house rules read it: no compiler stands in between that could see nothing. */
import { posix } from 'node:path';

export interface SourceFile {
  /** From the root of the project, with `/`. */
  path: string;
  text: string;
}

export interface SourceText {
  /** Without comments. */
  statements: string;
  /** Without comments, and without what stands in quotes, templates and regular expressions. */
  code: string;
}

/** A slash is a division behind a value, and begins a regular expression behind all else. */
const VALUE_BEFORE = /[\w$)\]}'`]\s*$/;
const KEYWORD_BEFORE = /\b(?:return|typeof|case|of|in|await)\s*$/;

/** Tokens that hide words: comments, text in quotes, regular expressions. */
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const QUOTED = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const PATTERN = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const TEMPLATE_TEXT = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;

export function readSource(text: string): SourceText {
  return new Scanner(text).read();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  #code = '';
  #statements = '';
  /** Braces that are open since each `${` around this place. */
  readonly #templates: number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  read(): SourceText {
    while (this.#at < this.#text.length) this.#step();
    return { code: this.#code, statements: this.#statements };
  }

  #step(): void {
    const character = this.#text[this.#at]!;
    if (character === '/' && this.#take(COMMENT, () => '', '')) return;
    if ((character === "'" || character === '"') && this.#take(QUOTED, () => "''")) return;
    if (character === '/' && this.#beginsPattern() && this.#take(PATTERN, () => "''")) return;
    if (character === '{' && this.#templates.length > 0) this.#open(1);
    const endsCode = character === '}' && this.#templates.at(-1) === 0;
    if (endsCode) this.#templates.pop();
    else if (character === '}' && this.#templates.length > 0) this.#open(-1);
    if (endsCode || character === '`') this.#template();
    else this.#add(character, character);
  }

  #open(by: number): void {
    this.#templates[this.#templates.length - 1]! += by;
  }

  #beginsPattern(): boolean {
    const before = this.#code.slice(-40);
    return !VALUE_BEFORE.test(before) || KEYWORD_BEFORE.test(before);
  }

  /** From a backtick, or the end of `${…}`, to the next `${` or the closing backtick. */
  #template(): void {
    this.#add(this.#text[this.#at]!, '`');
    TEMPLATE_TEXT.lastIndex = this.#at;
    const [inner] = TEMPLATE_TEXT.exec(this.#text)!;
    this.#add(inner, linesOf(inner));
    if (this.#text.startsWith('${', this.#at)) {
      this.#templates.push(0);
      this.#add('${', '`+');
    } else this.#add('`', '`');
  }

  #take(token: RegExp, codeFor: () => string, statement?: string): boolean {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0];
    if (found === undefined) return false;
    const lines = linesOf(found);
    this.#at += found.length;
    this.#code += codeFor() + lines;
    this.#statements += statement === undefined ? found : statement + lines;
    return true;
  }

  #add(text: string, code: string): void {
    this.#at += text.length;
    this.#code += code;
    this.#statements += text;
  }
}

const linesOf = (token: string): string => '\n'.repeat(token.split('\n').length - 1);

const IMPORT =
  /(?:^|[;\n}])\s*(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[;\n}])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What a file imports, in any way; its own files from the root of the project. */
export function importsOf({ path, text }: SourceFile): string[] {
  const { statements } = readSource(text);
  return [...statements.matchAll(IMPORT)].map(([, from, bare, dynamic]) => {
    const target = (from ?? bare ?? dynamic)!;
    return target.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(path), target))
      : target;
  });
}

const EXPORT =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/gm;

/** Names that a file declares and exports, each once. */
export const exportsOf = ({ text }: SourceFile): Set<string> =>
  new Set([...readSource(text).statements.matchAll(EXPORT)].map(([, name]) => name!));
