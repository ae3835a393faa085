/** JSON by RFC 8259, strictly; numbers stay as they are written. */
import type { Plan } from './plan.ts';
import type { Fields, Reading, ReadRow, Said } from './Reading.ts';
import { refusedWhole } from './Reading.ts';

/** Control characters are written as escapes. */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

/** A string that is closed in its line, a bracket, or what stands between them. */
const PIECE = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\.)*"|[[\]{},:]|[^[\]{}",:\s]+|\s/suy;

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

  back(): this {
    this.at -= 1;
    return this;
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

  /** What is no JSON costs itself alone where its strings and brackets show its end. */
  record(): ReadRow {
    this.blanks();
    const from = this.at;
    if (/[,\]]/.test(this.text[from] ?? '')) throw new Broken();
    try {
      return rowOf(this.value());
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.at = from;
      this.pass();
      return { fields: new Map(), bad: true };
    }
  }

  /** Goes behind a value of which nobody asks whether it is one. */
  pass(): void {
    const open: string[] = [];
    let isWord = false;
    do {
      const piece = this.match(PIECE);
      if (piece === undefined) throw new Broken();
      if (piece === '[' || piece === '{') open.push(piece === '[' ? ']' : '}');
      else if (/^[\]}]/.test(piece) && open.pop() !== piece) throw new Broken();
      isWord = !/^["[\]{}]/.test(piece);
    } while (open.length > 0 || (isWord && /[^\s,\]}]/.test(this.text[this.at] ?? ' ')));
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
    if (json.form === 'path') readWithin(source, ['data', 'rows'], rows);
    else if (source.is('[')) readRecords(source, rows);
    else return readDocument(source);
    source.end();
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return rows.length === 0 ? refusedWhole : { rows, refused: 'rest' };
  }
  return { rows };
}

/** One record, of which nothing is taken where something follows it. */
function readDocument(source: Text): Reading {
  const row = rowOf(source.value());
  source.end();
  return row.bad ? refusedWhole : { rows: [row] };
}

function readRecords(source: Text, rows: ReadRow[]): void {
  if (source.is(']')) return;
  do rows.push(source.record());
  while (source.is(','));
  source.need(']');
}

/** What stands around the records is passed over, up to the end; they stand in one place. */
function readWithin(source: Text, [name, ...inner]: string[], rows: ReadRow[]): void {
  if (name === undefined) {
    if (source.is('[')) readRecords(source, rows);
    else if (source.is('{')) rows.push(source.back().record());
    else throw new Broken();
    return;
  }
  let found = false;
  source.need('{');
  if (!source.is('}')) {
    do {
      const member = source.match(STRING);
      source.need(':');
      if (member === undefined || (found && JSON.parse(member) === name)) throw new Broken();
      if (JSON.parse(member) !== name) source.pass();
      else readWithin(source, inner, rows);
      found ||= JSON.parse(member) === name;
    } while (source.is(','));
    source.need('}');
  }
  if (!found) throw new Broken();
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
