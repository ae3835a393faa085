import { limits } from '../limits.ts';
import type { Rejected, RejectsFormat, SourceRecord } from '../ports.ts';
import { countFilled } from './csvHeader.ts';
import type { CsvRead } from './csvOptions.ts';
import { charPattern, lineTest } from './csvOptions.ts';
import type { CsvRecords } from './csvRecords.ts';
import { scanRow } from './csvRow.ts';
import type { CsvShape } from './csvShape.ts';
import type { TextEncoding } from './encodeText.ts';
import { asExcelText } from './excelText.ts';
import { REJECT_COLUMNS, rejectFields } from './rejectColumns.ts';

/**
 * Rejected rows in the shape of their payload: its encoding, title lines, `sep=`, delimiter, quotes and
 * footer; a header with four more columns, by which the reader knows such a file whatever its options.
 */
export class CsvRejects implements RejectsFormat {
  readonly #shape: CsvShape;
  readonly #options: CsvRead;
  readonly #encoding: TextEncoding;
  readonly #records: CsvRecords;
  readonly #ignores: (line: string) => boolean;
  readonly #needsQuotes: RegExp;
  readonly #unquotable: RegExp;
  readonly #lineEnd: string;
  #begun = false;

  constructor(shape: CsvShape, options: CsvRead, encoding: TextEncoding, records: CsvRecords) {
    this.#shape = shape;
    this.#options = options;
    this.#encoding = encoding;
    this.#records = records;
    this.#ignores = lineTest(options.ignore);
    const [mark, end] = [charPattern(shape.syntax.quote), charPattern(shape.syntax.delimiter)];
    this.#needsQuotes = new RegExp(`[${mark}${end}\\r\\n\\ufeff]|^\\s|\\s$`);
    this.#unquotable = new RegExp(`[${end}\\r\\n\\ufeff]`, 'g');
    this.#lineEnd = shape.lineEnd.replace(/\r+\n/, '\r\n');
  }

  write(rejected: readonly Rejected[]): Uint8Array {
    const rows = rejected.map((one) => this.#row(one)).join('');
    if (this.#begun) return this.#encoding.bytes(rows);
    this.#begun = true;
    return this.#encoding.bytes(this.#head() + rows);
  }

  end(): Uint8Array {
    const { skipEnd } = this.#options;
    const footer = [...this.#records.footer];
    while (footer.length < skipEnd) footer.push('-');
    return this.#encoding.bytes(footer.map((line) => line + this.#lineEnd).join(''));
  }

  /** By its last columns the reader knows the delimiter too. */
  #head(): string {
    const { titles, hasSep, names, syntax } = this.#shape;
    const header = this.#line([...names, ...this.#spare(), ...REJECT_COLUMNS], false);
    const sep = hasSep ? `sep=${syntax.delimiter}${this.#lineEnd}` : '';
    return this.#titles(titles) + sep + header;
  }

  /** As they were; blank lines where they were too long to be kept. */
  #titles(titles: string): string {
    const { skip } = this.#options;
    const lines = titles.split(this.#shape.syntax.eol).length - 1;
    return lines === skip ? titles : this.#lineEnd.repeat(skip);
  }

  #spare(): string[] {
    return Array<string>(this.#records.spare).fill('');
  }

  /** A row that `ignore` would pass over says less, or is quoted more, until it does not. */
  #row(rejected: Rejected): string {
    const { _record = '', _code = '', _reason = '', _raw = '' } = rejectFields(rejected);
    const reasons = [
      [_record, _code, _reason, ''],
      [_record, _code, '', ''],
    ];
    for (const reason of reasons) {
      for (const all of [false, true]) {
        const line = this.#own(rejected.record, _raw, all) + this.#line(reason, all);
        if (!this.#ignores(line)) return line;
      }
    }
    return this.#own(rejected.record, _raw, true) + this.#line([_record, '', '', ''], true);
  }

  /** The cells of the record; of what is no row its text, so that it is refused until it is corrected. */
  #own({ value, fault, raw }: SourceRecord, text: string, all: boolean): string {
    const { names, syntax } = this.#shape;
    if (fault && raw !== undefined) {
      const unread = fault.code === 'PAYLOAD_TOO_LARGE' ? '' : text;
      const more = this.#isSound(unread) ? syntax.delimiter : '';
      return unread + more + syntax.delimiter;
    }
    const cells = names.map((name) => (Object.hasOwn(value, name) ? String(value[name]) : ''));
    return this.#cells([...cells, ...this.#spare()], all) + syntax.delimiter;
  }

  /** It would be taken for a row: one of a file of rejects whose columns behind it were lost. */
  #isSound(text: string): boolean {
    const { names, syntax } = this.#shape;
    const row = scanRow(text, 0, syntax, { final: true, chars: limits.recordBytes });
    if (typeof row !== 'object' || row.fault) return false;
    const { cells } = row;
    const isWide = cells.length === names.length + this.#records.spare;
    return isWide && countFilled(cells.slice(names.length)) === 0;
  }

  #line(cells: readonly string[], all: boolean): string {
    return this.#cells(cells, all) + this.#lineEnd;
  }

  #cells(cells: readonly string[], all: boolean): string {
    const { quote, delimiter } = this.#shape.syntax;
    const written = cells.map((cell) => {
      if (quote === '') return cell.replace(this.#unquotable, ' ');
      const text = quote === '"' ? asExcelText(cell) : cell;
      if (!all && !this.#needsQuotes.test(text)) return text;
      return `${quote}${text.replaceAll(quote, quote + quote)}${quote}`;
    });
    return written.join(delimiter);
  }
}
