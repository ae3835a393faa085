/** Where something of a record stands in the text of its payload. */
import type { Path } from '../spec.ts';

/** How far a path leads into a value, and where that stands. */
export interface Reached {
  offset: number;
  depth: number;
}

/** `start`: where the value begins that the path leads into. Undefined where the text is no JSON. */
export function placeInJson(text: string, start: number, path: Path): Reached | undefined {
  const walker = new JsonWalker(text);
  try {
    return walker.follow(start, path, 0);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class JsonWalker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  follow(start: number, path: Path, depth: number): Reached {
    const at = this.#skipBlanks(start);
    const step = path[depth];
    if (step === undefined) return { offset: at, depth };
    if (this.#text[at] === '[') {
      const index = typeof step === 'number' ? step : 0;
      const element = this.#element(at, index);
      if (element === undefined) return { offset: at, depth };
      return this.follow(element, path, typeof step === 'number' ? depth + 1 : depth);
    }
    // One that stands alone is a list of one.
    if (typeof step === 'number') return this.follow(at, path, depth + 1);
    const member = this.#text[at] === '{' ? this.#member(at, step) : undefined;
    return member === undefined ? { offset: at, depth } : this.follow(member, path, depth + 1);
  }

  #element(open: number, index: number): number | undefined {
    let at = this.#skipBlanks(open + 1);
    for (let passed = 0; this.#text[at] !== ']'; passed += 1) {
      if (passed === index) return at;
      const end = this.#end(at);
      if (end === at) throw new SyntaxError('no element begins there');
      at = this.#skipBlanks(end);
      if (this.#text[at] === ',') at = this.#skipBlanks(at + 1);
    }
    return undefined;
  }

  #member(open: number, name: string): number | undefined {
    let at = this.#skipBlanks(open + 1);
    while (this.#text[at] !== '}') {
      const end = this.#end(at);
      const value = this.#skipBlanks(end) + 1;
      if (JSON.parse(this.#text.slice(at, end)) === name) return this.#skipBlanks(value);
      at = this.#skipBlanks(this.#end(this.#skipBlanks(value)));
      if (this.#text[at] === ',') at = this.#skipBlanks(at + 1);
    }
    return undefined;
  }

  #skipBlanks(from: number): number {
    let at = from;
    while (/\s/.test(this.#text[at] ?? '')) at += 1;
    return at;
  }

  /** Behind the value that begins there. */
  #end(from: number): number {
    let depth = 0;
    for (let at = from; at < this.#text.length; at += 1) {
      const mark = this.#text[at]!;
      if (mark === '"') {
        at += 1;
        while (at < this.#text.length && this.#text[at] !== '"')
          at += this.#text[at] === '\\' ? 2 : 1;
        if (depth === 0) return at + 1;
      } else if (mark === '{' || mark === '[') depth += 1;
      else if (mark === '}' || mark === ']') {
        depth -= 1;
        if (depth === 0) return at + 1;
        if (depth < 0) return at;
      } else if (depth === 0 && (mark === ',' || /\s/.test(mark))) return at;
    }
    throw new SyntaxError('the text ends inside of a value');
  }
}
