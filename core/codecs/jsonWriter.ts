import type { JsonLines, RecordValue, RecordWriter } from '../ports.ts';
import type { JsonWrite } from './jsonOptions.ts';

/** Writes one array of all records, or a record on every line. */
export class JsonWriter implements RecordWriter {
  readonly #lines: boolean;
  /** Members around the array, from the outside in. */
  readonly #path: readonly string[];
  /** Text of other members in each of those objects, before the next, each with a comma behind it. */
  readonly #beside: readonly string[];
  readonly #indent: number;
  #first = true;

  /** Where nothing but line feeds stands between records. */
  readonly writeLines?: NonNullable<RecordWriter['writeLines']>;

  constructor(options: JsonWrite, beside: readonly string[] = []) {
    this.#lines = options.format === 'lines';
    if (this.#lines) this.writeLines = linesFrom;
    this.#indent = this.#lines ? 0 : options.indent;
    this.#path = options.records?.split('.') ?? [];
    this.#beside = beside;
  }

  begin(): string {
    if (this.#lines) return '';
    const outer = this.#path.map(
      (name, depth) => `{${this.#beside[depth] ?? ''}${JSON.stringify(name)}:`,
    );
    return `${outer.join('')}[`;
  }

  write(records: readonly RecordValue[]): string {
    if (records.length === 0) return '';
    const texts = records.map((record) => jsonOf(record, this.#indent));
    if (this.#lines) return `${texts.join('\n')}\n`;
    const text = `${this.#first ? '' : ','}\n${texts.join(',\n')}`;
    this.#first = false;
    return text;
  }

  end(): string {
    if (this.#lines) return '';
    return `${this.#first ? '' : '\n'}]${'}'.repeat(this.#path.length)}\n`;
  }
}

const linesFrom = ({ bytes, ends }: JsonLines, from: number, until: number): Uint8Array =>
  bytes.subarray(ends[from - 1] ?? 0, ends[until - 1] ?? 0);

/** Without a look at each value where none of them needs it: JSON refuses integers of any size. */
function jsonOf(record: RecordValue, indent: number): string {
  try {
    return JSON.stringify(record, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(record, plain, indent);
  }
}

/** Integers of any size are written as numbers are: their digits, as text. */
const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
