import type { Code, Fault } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';
import { CsvFill } from './CsvFill.ts';
import { CsvKinds, rowKinds, type WholeRow } from './CsvKinds.ts';
import { delimiterOption, fittingDelimiter } from './csvDelimiter.ts';
import { countFilled, UNNAMED } from './csvHeader.ts';
import type { CsvRead } from './csvOptions.ts';
import { type CsvRow, withoutLineEnd } from './csvRow.ts';
import type { CsvShape } from './csvShape.ts';
import { excelText } from './excelText.ts';
import { rejectCellsCutter } from './rejectCellsCutter.ts';
import { REJECT_COLUMNS } from './rejectColumns.ts';
import type { MakeValue } from './rowValue.ts';
import { valueMaker } from './rowValue.ts';
import { ENVELOPE, titleEnvelope } from './titleEnvelope.ts';

interface Trouble {
  code: Code;
  message: string;
  todo?: string;
}

const NOTHING_TO_FILL: Trouble = {
  code: 'CSV_NOTHING_TO_FILL',
  message: 'a cell that `fill` names is empty, and the row before is not known',
};

/** Makes records of the rows of one payload, good and bad ones, and gives them out in order. */
export class CsvRecords {
  readonly #shape: CsvShape;
  readonly #trim: boolean;
  readonly #skipEnd: number;
  readonly #file: string;
  readonly #make: MakeValue;
  readonly #fill: CsvFill | undefined;
  readonly #kinds: CsvKinds | undefined;
  readonly #envelope: RecordValue | undefined;
  /** Rows that are no records by themselves. */
  #heads = 0;
  /** The text of a bad row as its sender wrote it. */
  readonly #own: (row: string) => string;
  /** Cells of every row; undefined until a row that is not empty shows it. */
  #width: number | undefined;
  #record = 0;
  #passedOver = 0;
  #out: SourceRecord[] = [];
  #outChars = 0;
  /** The last rows so far, which may be the footer, each with its text. */
  readonly #held: { record: SourceRecord; raw: string }[] = [];
  /** The rows that `skipEnd` left out, once all text is read. */
  footer: readonly string[] = [];

  constructor(shape: CsvShape, options: CsvRead, file: string) {
    this.#shape = shape;
    this.#trim = options.trim;
    this.#skipEnd = options.skipEnd;
    this.#file = file;
    this.#make = valueMaker(shape.names);
    const titles = shape.titles.split(/(?<=[\r\n])/).map(withoutLineEnd);
    this.#envelope = titleEnvelope(options.envelope, titles);
    const { names, spare, isRejects } = shape;
    if (options.fill.length > 0) this.#fill = new CsvFill(options.fill, isRejects);
    const kinds = isRejects ? undefined : rowKinds(options);
    if (kinds) this.#kinds = new CsvKinds(kinds);
    this.#own = isRejects ? rejectCellsCutter(shape.syntax) : (row) => row;
    if (isRejects) this.#width = names.length + spare + REJECT_COLUMNS.length;
    else if (spare === 0 && !kinds) this.#width = names.length;
  }

  get width(): number | undefined {
    return this.#width;
  }

  /** Empty cells that every row has behind those of its fields. */
  get spare(): number {
    const { names, isRejects } = this.#shape;
    const own = (this.#width ?? names.length) - names.length;
    return isRejects ? own - REJECT_COLUMNS.length : own;
  }

  /** Good and bad ones so far. */
  get rows(): number {
    return this.#record - this.#passedOver + this.#heads;
  }

  /** A batch is ready: by count, or by size. */
  get full(): boolean {
    return this.#out.length >= limits.batchRecords || this.#outChars >= limits.batchBytes;
  }

  /** So many characters were read, whatever became of them. */
  passed(characters: number): void {
    this.#outChars += characters;
  }

  *take(): Generator<SourceRecord[]> {
    const ready = this.#out;
    this.#out = [];
    this.#outChars = 0;
    for (let from = 0; from < ready.length; from += limits.batchRecords) {
      yield ready.slice(from, from + limits.batchRecords);
    }
  }

  /** A row whose text is sound; `raw` is asked for where it is kept. Nothing where it is no record. */
  row(cells: string[], line: number, raw: () => string): SourceRecord | undefined {
    if (this.#kinds) return this.#ofKind(this.#kinds, cells, line, raw);
    if (this.#isHeader(cells) && cells.length > 1) return this.passOver(line);
    const trimmed = this.#trim ? cells.map((cell) => cell.trim()) : cells;
    if (!this.#fits(cells)) return this.bad(trimmed, this.#ragged(cells, raw()), line, raw());
    const value = this.#make(this.#shape.syntax.quote === '"' ? plainTexts(trimmed) : trimmed);
    if (this.#fill && !this.#fill.into(value)) {
      return this.bad(trimmed, NOTHING_TO_FILL, line, raw());
    }
    this.#record += 1;
    return this.#give({ value, record: this.#record, line }, raw);
  }

  #ofKind(
    kinds: CsvKinds,
    cells: string[],
    line: number,
    raw: () => string,
  ): SourceRecord | undefined {
    const trimmed = this.#trim ? cells.map((cell) => cell.trim()) : cells;
    const { alone, row } = kinds.take(trimmed, line, raw);
    this.#alone(alone);
    if (row === undefined) this.#heads += 1;
    else if ('code' in row) return this.#unread([], row, line, raw());
    else return this.#whole(row);
    return undefined;
  }

  /** Heads that nothing stands below. */
  #alone(heads: readonly WholeRow[]): SourceRecord[] {
    this.#heads -= heads.length;
    return heads.map((head) => this.#whole(head));
  }

  #whole({ cells, line, raw }: WholeRow): SourceRecord {
    const value = this.#make(this.#shape.syntax.quote === '"' ? plainTexts(cells) : cells);
    this.#record += 1;
    return this.#give({ value, record: this.#record, line }, raw);
  }

  /** A bad row: its value has the cells that are there, and no others. */
  bad(
    cells: readonly string[],
    trouble: Trouble,
    line: number,
    raw: string,
    faultLine = line,
  ): SourceRecord {
    this.#fill?.lose();
    this.#kinds?.lose();
    return this.#unread(cells, trouble, line, raw, faultLine);
  }

  #unread(
    cells: readonly string[],
    trouble: Trouble,
    line: number,
    raw: string,
    faultLine = line,
  ): SourceRecord {
    this.#record += 1;
    const fault: Fault = { ...trouble, at: { record: this.#record, line: faultLine } };
    const { names, syntax } = this.#shape;
    const texts = syntax.quote === '"' ? plainTexts(cells) : cells;
    const there: [string, string][] = [];
    for (let index = 0; index < texts.length && index < names.length; index += 1) {
      if (texts[index] !== '') there.push([names[index]!, texts[index]!]);
    }
    const value: RecordValue = Object.fromEntries(there);
    const read = { value, record: this.#record, line, fault, raw: this.#own(raw) };
    return this.#give(read, () => raw);
  }

  /** A line that `ignore` names, or the header of an export that was joined. */
  passOver(line: number): SourceRecord {
    this.#record += 1;
    this.#passedOver += 1;
    const record: SourceRecord = { value: {}, record: this.#record, line, passedOver: true };
    this.#out.push(record);
    return record;
  }

  /**
   * A row behind a byte order mark begins another export. Returns whether it is its header, which has
   * to be the same: with other columns, everything after it would be read into the wrong fields.
   */
  isHeaderAgain(row: CsvRow, line: number): boolean {
    const { header } = this.#shape;
    if (!row.marked || header === undefined) return false;
    if (this.#isHeader(row.cells) && !row.fault) return true;
    throw new StockbusError(
      'CSV_BAD_HEADER',
      'another export begins with a byte order mark here, and its header is not the first one',
      { file: this.#file, line },
      { todo: 'have the sender write one file for each export' },
    );
  }

  #isHeader(cells: readonly string[]): boolean {
    const { header } = this.#shape;
    if (header === undefined || cells[0] !== header[0]) return false;
    return cells.length === header.length && cells.every((cell, index) => cell === header[index]);
  }

  /** All text is read: what is held back is the footer. Without one, rows of the last head may still come. */
  end(hasFooter: boolean): void {
    for (const record of this.#alone(this.#kinds?.end() ?? [])) if (!hasFooter) record.open = true;
    this.footer = this.#held.map(({ raw }) => raw);
    for (const { record } of this.#held.splice(0)) {
      const { record: number, line = 0 } = record;
      this.#out.push({ value: {}, record: number, line, passedOver: true, open: true });
    }
  }

  /** The text broke off: what is held back is no footer. */
  release(): void {
    for (const { record } of this.#held.splice(0)) this.#out.push(record);
  }

  #give(record: SourceRecord, raw: () => string): SourceRecord {
    if (this.#envelope && !record.fault) record.value[ENVELOPE] = this.#envelope;
    if (this.#skipEnd === 0) {
      this.#out.push(record);
      return record;
    }
    this.#held.push({ record, raw: raw() });
    if (this.#held.length > this.#skipEnd) this.#out.push(this.#held.shift()!.record);
    return record;
  }

  #fits(cells: readonly string[]): boolean {
    const { names, spare } = this.#shape;
    if (spare === 0) return cells.length === this.#width;
    const isEmpty = countFilled(cells.slice(names.length, names.length + spare)) === 0;
    const wide = cells.length === names.length + spare;
    if (this.#width === undefined && wide && !isEmpty) throw this.#unnamed();
    const width = this.#width ?? (wide ? cells.length : names.length);
    if (!isEmpty || cells.length !== width) return false;
    if (countFilled(cells) > 0) this.#width = width;
    return true;
  }

  /** The first row fills a column that the header does not name. */
  #unnamed(): StockbusError {
    const { names, line } = this.#shape;
    const message = `column ${names.length + 1} of the header has no name`;
    return new StockbusError(
      'CSV_BAD_HEADER',
      message,
      { file: this.#file, line },
      { todo: UNNAMED },
    );
  }

  #ragged(cells: readonly string[], raw: string): Trouble {
    const expected = this.#width ?? this.#shape.names.length;
    const trouble = {
      code: 'CSV_RAGGED_ROW' as const,
      message: `the row has ${cells.length} cells where ${expected} are expected`,
    };
    const other = fittingDelimiter(
      raw,
      this.#shape.syntax,
      (some) => some.length === expected && expected > 1,
    );
    if (other !== undefined) {
      const option = delimiterOption(other);
      const todo = `cut by ${option} it has ${expected}: write \`delimiter: ${option}\` under \`read: csv\` if its sender means that, or correct the row`;
      return { ...trouble, todo };
    }
    if (cells.length <= expected || countFilled(cells) > expected) return trouble;
    const todo =
      'end the header in as many delimiters too, or name a column for each under `columns`, with `header: true` where there is one';
    return { ...trouble, todo };
  }
}

function plainTexts(cells: readonly string[]): readonly string[] {
  return cells.some((cell) => cell.startsWith('="')) ? cells.map(excelText) : cells;
}
