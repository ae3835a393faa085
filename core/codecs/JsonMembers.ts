import { limits } from '../limits.ts';
import type { RawJson } from './jsonCursor.ts';
import { JsonScanner } from './jsonScanner.ts';

/** Members of an object that were read one by one, as long as it may yet be a record itself. */
export class JsonMembers {
  readonly #line: number;
  #text = '';
  #lineOfEnd: number;
  #large = false;

  /** `line`: where the object begins. */
  constructor(line: number) {
    this.#line = line;
    this.#lineOfEnd = line;
  }

  add(name: string, { text, large, line }: RawJson): void {
    this.#large ||= large || this.#text.length + text.length > limits.recordBytes;
    if (this.#large && this.#text !== '') return;
    // A fault inside tells its line.
    const before = '\n'.repeat(Math.max(0, line - this.#lineOfEnd));
    this.#text += `${this.#text === '' ? '' : ','}${before}${JSON.stringify(name)}:${text}`;
    this.#lineOfEnd = line + text.split('\n').length - 1;
  }

  /** The object, as far as it is kept. */
  raw(): RawJson {
    const text = `{${this.#text}}`;
    const scanner = new JsonScanner();
    if (!this.#large) scanner.scan(text, 0);
    return { text, large: this.#large, line: this.#line, scanner };
  }
}
