import type { Codec, CodecSpec, RecordValue, RecordWriter, WriterFacts } from '../ports.ts';
import { FixedReader } from './FixedReader.ts';
import { fixedNames } from './FixedRows.ts';
import {
  type FixedRead,
  type FixedWrite,
  fixedRead,
  fixedWrite,
  placesOf,
} from './fixedOptions.ts';
import { lineOf } from './fixedPlaces.ts';
import { textBytes } from './textBytes.ts';
import { writtenLine } from './writtenLine.ts';

export const fixed: CodecSpec<FixedRead, FixedWrite> = {
  name: 'fixed',
  about:
    'Lines whose fields stand at fixed places, counted in characters of the decoded text, from 1. A field is text without the blanks around it, so `00123` keeps its zeros; with `decimals` it is a number whose point is not written, and becomes a decimal to the digit. A field that lies behind the end of its line is empty; a number that its line cuts is bad, since what is left of it would be another. Blank lines say nothing. Lines of several kinds are told by what stands at `kind`. What is rejected comes back as lines, each behind one that begins with `#_rejected` and says why, to be corrected and sent again. Written, nothing is ever cut: a value that has no room is refused.',
  contentType: 'text/plain',
  extension: 'txt',
  readOptions: fixedRead,
  writeOptions: fixedWrite,
  examples: [
    'read: { fixed: { fields: { sku: 1-10, location: 11-14, quantity: { at: 15-24, decimals: 3 } } } }',
    'read:\n  fixed:\n    kind: 1-3\n    rows: [{ HDR: { document: 4-13, date: 14-21 } }, { POS: { sku: 4-21, quantity: { at: 22-30, decimals: 2 } } }]\n    footer: "^END(\\\\d+)"\n    encoding: windows-1252',
    'write: { fixed: { fields: { sku: 1-18, onHand: { at: 19-30, decimals: 3 } }, trailer: ["END{count:6}"] } }',
  ],
  codec(read, write): Codec {
    const { encoding = 'utf-8' } = write ?? {};
    return {
      read: (chunks, context) => new FixedReader(read ?? unsaid(), chunks, context),
      writer: (_fields, facts) =>
        new FixedWriter(
          write ?? { ...unsaid(), eol: 'crlf', preamble: [], trailer: [], encoding: 'utf-8' },
          facts,
        ),
      lacksColumns: (names) => {
        const has = read ? fixedNames(read) : [];
        return names.filter((name) => !has.includes(name));
      },
      contentType: encoding === 'utf-8' ? undefined : `text/plain; charset=${encoding}`,
    };
  },
};

/** Nobody can read or write without fields: a line is one then. */
const unsaid = () => ({
  fields: { line: '1-' },
  encoding: 'auto' as const,
  kind: undefined,
  rows: undefined,
  header: undefined,
  footer: undefined,
  ignore: undefined,
});

class FixedWriter implements RecordWriter {
  readonly #options: FixedWrite;
  readonly #facts: WriterFacts;
  readonly #eol: string;
  readonly #places;
  #count = 0;
  readonly bytes?: NonNullable<RecordWriter['bytes']>;

  constructor(options: FixedWrite, facts: WriterFacts = {}) {
    this.#options = options;
    this.#facts = facts;
    this.#eol = options.eol === 'lf' ? '\n' : '\r\n';
    this.#places = placesOf(options.fields);
    if (options.encoding !== 'utf-8') this.bytes = textBytes(options.encoding);
  }

  begin(): string {
    return this.#around(this.#options.preamble, this.#facts);
  }

  write(records: readonly RecordValue[]): string {
    this.#count += records.length;
    const line = (record: RecordValue): string =>
      lineOf(this.#places, (name) =>
        textOf(Object.hasOwn(record, name) ? record[name] : undefined),
      );
    return records.map((record) => line(record) + this.#eol).join('');
  }

  end(): string {
    return this.#around(this.#options.trailer, { ...this.#facts, count: String(this.#count) });
  }

  #around(lines: readonly string[], facts: WriterFacts): string {
    return lines.map((line) => writtenLine(line, facts) + this.#eol).join('');
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
