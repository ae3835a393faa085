/** JSON by RFC 8259, strictly; numbers stay as they are written. */
import type { Plan } from './plan.ts';
import type { Fields, Reading, ReadRow, Said } from './Reading.ts';
import { refusedWhole } from './Reading.ts';

/** Control characters are written as escapes. */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

class Broken extends Error {}

class Text {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  blanks(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at += 1;
  }

  is(char: string): boolean {
    this.blanks();
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  need(char: string): void {
    if (!this.is(char)) throw new Broken();
  }

  match(pattern: RegExp): string | undefined {
    this.blanks();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  value(): Said {
    if (this.is('{')) return this.members();
    if (this.is('[')) return Array.from(this.elements());
    const string = this.match(STRING);
    if (string !== undefined) return JSON.parse(string) as string;
    const numeral = this.match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (numeral !== undefined) return { numeral };
    const word = this.match(/true|false|null/y);
    if (word === undefined) throw new Broken();
    return word === 'null' ? null : new Map([[word, word]]);
  }

  members(): Fields {
    const fields: Fields = new Map();
    if (this.is('}')) return fields;
    do {
      this.blanks();
      const name = this.text[this.at] === '"' ? (this.value() as string) : undefined;
      // Said twice, nobody knows which is meant.
      if (name === undefined) throw new Broken();
      this.need(':');
      const value = this.value();
      fields.set(name, fields.has(name) ? TWICE : value);
    } while (this.is(','));
    this.need('}');
    return fields;
  }

  *elements(): Generator<Said> {
    if (this.is(']')) return;
    do yield this.value();
    while (this.is(','));
    this.need(']');
  }

  end(): void {
    this.blanks();
    if (this.at < this.text.length) throw new Broken();
  }
}

/** Stands for what cannot be text. */
const TWICE: Said = new Map([['said', 'twice']]);

export function readJson(text: string, { json }: Plan): Reading {
  if (json.form === 'lines') return readLines(text);
  const rows: ReadRow[] = [];
  const source = new Text(text);
  try {
    const isPath = json.form === 'path';
    // What is broken behind the records does not make them others.
    if (isPath && source.match(BEFORE) === undefined) return readPath(source);
    if (source.is('[')) for (const value of source.elements()) rows.push(rowOf(value));
    else rows.push(rowOf(source.value()));
    if (isPath) return readPath(new Text(text));
    source.end();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return rows.length === 0 ? refusedWhole : { rows, refused: 'rest' };
  }
  return { rows };
}

const BEFORE = /\{"x":\[\{\}\],"data":\{"n":1,"rows":/y;

/** The whole document around the records, which has to be sound. */
function readPath(source: Text): Reading {
  const whole = source.value();
  source.end();
  const data = whole instanceof Map ? whole.get('data') : undefined;
  const rows = data instanceof Map ? data.get('rows') : undefined;
  if (rows instanceof Map) return { rows: [rowOf(rows)] };
  return Array.isArray(rows) ? { rows: rows.map(rowOf) } : refusedWhole;
}

function readLines(text: string): Reading {
  const rows: ReadRow[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const source = new Text(line.replace(/^\ufeff+/, ''));
    try {
      const value = source.value();
      source.end();
      rows.push(rowOf(value));
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      rows.push({ fields: new Map(), bad: true });
    }
  }
  return rows.length === 0 ? refusedWhole : { rows };
}

const rowOf = (value: Said): ReadRow =>
  value instanceof Map && !value.has('true') && !value.has('false')
    ? { fields: value }
    : { fields: new Map(), bad: true };
