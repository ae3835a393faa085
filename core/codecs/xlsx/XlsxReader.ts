import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type {
  PayloadReading,
  ReadContext,
  RecordValue,
  RejectsFormat,
  SourceRecord,
} from '../../ports.ts';
import { keptWhole } from '../keptInMemory.ts';
import { ZipOut } from '../packings/ZipOut.ts';
import { isRejectsHeader, REJECT_COLUMNS, rejectFields } from '../rejectColumns.ts';
import { ENVELOPE, type EnvelopePatterns, readsTitles, titleEnvelope } from '../titleEnvelope.ts';
import { rowXml } from './sheetCells.ts';
import { type SheetRow, sheetRows } from './sheetRows.ts';
import { type Sheet, Workbook } from './Workbook.ts';
import { beginWorkbook, endWorkbook } from './writeWorkbook.ts';

export interface XlsxRead {
  sheet: string | number | undefined;
  header: number | undefined;
  columns: string[] | undefined;
  optional: string[];
  envelope: EnvelopePatterns;
}

/** Reads the rows of one sheet. */
export class XlsxReader implements PayloadReading {
  readonly #options: XlsxRead;
  readonly #required: readonly string[];
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #context: ReadContext;
  /** By their place in the sheet; '' is a column that is not read. */
  #names: string[] | undefined;
  /** Rows above the header, by their number, where something of them is kept. */
  readonly #titles = new Map<number, string[]>();
  readonly #keepsTitles: boolean;
  #titleChars = 0;
  #envelope: RecordValue | undefined;
  #record = 0;
  #sheet = '';

  constructor(
    options: XlsxRead,
    required: readonly string[],
    chunks: AsyncIterable<Uint8Array>,
    context: ReadContext,
  ) {
    this.#options = options;
    this.#required = required;
    this.#chunks = chunks;
    this.#context = context;
    this.#keepsTitles = readsTitles(options.envelope);
    if (options.header === undefined) this.#names = options.columns;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    const { name } = this.#context;
    const kept = await keptWhole(this.#chunks, this.#context);
    try {
      if (kept.size === 0) throw this.#refusal('PAYLOAD_EMPTY', 'nothing came at all');
      const book = await Workbook.open(kept, name);
      const sheet = this.#choose(book.sheets);
      this.#sheet = sheet.name;
      for await (const rows of sheetRows(book, sheet)) {
        const records = rows.flatMap((row) => this.#read(row));
        if (records.length > 0) yield records;
      }
      if (!this.#names) throw this.#refusal('PAYLOAD_EMPTY', `the sheet '${sheet.name}' is empty`);
    } finally {
      await kept.close();
    }
  }

  #choose(sheets: readonly Sheet[]): Sheet {
    const { sheet: asked } = this.#options;
    const visible = sheets.filter(({ isHidden }) => !isHidden);
    const found =
      typeof asked === 'string'
        ? sheets.find(({ name }) => name === asked)
        : visible[(asked ?? 1) - 1];
    if (!found) {
      const names = visible.map(({ name }) => `'${name}'`).join(', ');
      throw this.#refusal(
        'XLSX_NO_SHEET',
        `there is no sheet ${asked ?? 1}; the workbook has ${names}`,
      );
    }
    for (const other of visible) if (other !== found) this.#context.passedOver?.(other.name, 1);
    return found;
  }

  #read(row: SheetRow): SourceRecord[] {
    const cells = Array.from(row.cells, (cell) => cell ?? '');
    if (cells.every((cell) => cell.trim() === '') && row.faults.length === 0) return [];
    const { header, columns } = this.#options;
    if (header !== undefined && row.row < header) {
      this.#keepTitle(row.row, cells);
      return [];
    }
    if (!this.#names) {
      this.#names = this.#header(columns ?? cells.map((cell) => cell.trim()), row.row);
      return [];
    }
    if (header !== undefined && row.row === header) return [];
    return [this.#recordOf(row, cells, this.#names)];
  }

  #keepTitle(row: number, cells: string[]): void {
    if (!this.#keepsTitles) return;
    this.#titleChars += cells.join(' ').length;
    if (this.#titleChars > limits.envelopeChars) {
      const message = `the rows above the header are longer than ${limits.envelopeChars} characters`;
      throw this.#refusal('PAYLOAD_TOO_LARGE', message, row);
    }
    this.#titles.set(row, cells);
  }

  /** Once all rows above the header are there. */
  #around(): RecordValue | undefined {
    if (!this.#keepsTitles) return undefined;
    const lines = () => [...this.#titles.values()].map((cells) => cells.filter(Boolean).join(' '));
    this.#envelope ??= titleEnvelope(this.#options.envelope, lines());
    return this.#envelope;
  }

  #header(all: readonly string[], line: number): string[] {
    const isOfRejects = isRejectsHeader(all);
    const names = isOfRejects ? all.slice(0, -REJECT_COLUMNS.length) : [...all];
    const twice = names.find((name, index) => name !== '' && names.indexOf(name) < index);
    if (twice !== undefined)
      throw this.#refusal(
        'CSV_BAD_HEADER',
        `two columns are called '${twice}'`,
        line,
        'name them by `columns` beside `header`',
      );
    if (names.includes(ENVELOPE) && this.#keepsTitles)
      throw this.#refusal('CSV_BAD_HEADER', `a column is called '${ENVELOPE}'`, line);
    const missing = this.#required.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const has = names
        .filter(Boolean)
        .map((name) => `'${name}'`)
        .join(', ');
      throw this.#refusal(
        'CSV_MISSING_COLUMN',
        `there is no column '${missing.join("', '")}', which the flow reads; there are ${has}`,
        line,
      );
    }
    return names;
  }

  #recordOf(
    { row, faults }: SheetRow,
    cells: readonly string[],
    names: readonly string[],
  ): SourceRecord {
    this.#record += 1;
    const entries = names.flatMap((name, index) =>
      name === '' ? [] : [[name, cells[index] ?? '']],
    );
    const record: SourceRecord = {
      value: Object.fromEntries(entries),
      record: this.#record,
      line: row,
    };
    const isRead = (name: string | undefined): boolean =>
      name !== undefined &&
      name !== '' &&
      (this.#required.length === 0 || this.#required.includes(name));
    const fault = faults.find(({ column }) => isRead(names[column]));
    const around = this.#around();
    if (!fault) {
      if (around) record.value[ENVELOPE] = around;
      return record;
    }
    const { code, message } = fault;
    const field = names[fault.column]!;
    const at = { file: this.#context.name, line: row, record: this.#record, field };
    return { ...record, raw: cells.join('\t'), fault: { code, message, at } };
  }

  rejects(): RejectsFormat {
    const names = (this.#names ?? []).filter(Boolean);
    const zip = new ZipOut();
    const { header = 1, columns } = this.#options;
    const isHeaded = columns === undefined || this.#options.header !== undefined;
    const titles = Array.from({ length: header - 1 }, (_, index) => {
      const cells = this.#titles.get(index + 1);
      return cells ? rowXml(cells) : '<row/>';
    });
    const head = titles.join('') + (isHeaded ? rowXml([...names, ...REJECT_COLUMNS]) : '');
    let isBegun = false;
    const begin = async (): Promise<void> => {
      if (isBegun) return;
      isBegun = true;
      await beginWorkbook(zip, this.#sheet);
      await zip.write(head);
    };
    return {
      async write(rejected) {
        await begin();
        for (const one of rejected) {
          const own = names.map((name) => String(one.record.value[name] ?? ''));
          await zip.write(rowXml([...own, ...Object.values(rejectFields(one))]));
        }
        return zip.take();
      },
      async end() {
        await begin();
        return endWorkbook(zip);
      },
    };
  }

  #refusal(
    code:
      | 'PAYLOAD_EMPTY'
      | 'PAYLOAD_TOO_LARGE'
      | 'XLSX_NO_SHEET'
      | 'CSV_BAD_HEADER'
      | 'CSV_MISSING_COLUMN',
    message: string,
    line?: number,
    todo?: string,
  ): StockbusError {
    const at = { file: this.#context.name, ...(line === undefined ? {} : { line }) };
    return new StockbusError(code, message, at, todo === undefined ? {} : { todo });
  }
}
