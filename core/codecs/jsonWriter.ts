import type { RecordValue, RecordWriter } from '../ports.ts';
import type { JsonWrite } from './jsonOptions.ts';

/** Writes one array of all records, or a record on every line. */
export class JsonWriter implements RecordWriter {
  readonly #lines: boolean;
  readonly #indent: number;
  #first = true;

  constructor(options: JsonWrite) {
    this.#lines = options.format === 'lines';
    this.#indent = this.#lines ? 0 : options.indent;
  }

  begin(): string {
    return this.#lines ? '' : '[';
  }

  write(records: readonly RecordValue[]): string {
    let text = '';
    for (const record of records) {
      const json = JSON.stringify(record, plain, this.#indent);
      if (this.#lines) text += `${json}\n`;
      else text += `${this.#first ? '' : ','}\n${json}`;
      this.#first = false;
    }
    return text;
  }

  end(): string {
    if (this.#lines) return '';
    return this.#first ? ']\n' : '\n]\n';
  }
}

/** Integers of any size are written as numbers are: their digits, as text. */
const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
