import { StockbusError } from '../../errors.ts';
import type { RecordValue, RecordWriter } from '../../ports.ts';
import { ZipWriter } from '../packings/ZipWriter.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
export const SHEET = 'xl/worksheets/sheet1.xml';

/** Rows that a sheet has room for. */
const MOST_ROWS = 1_048_576;
/** Digits that a spreadsheet keeps of a number. */
const SHOWN_DIGITS = 15;

export interface XlsxWrite {
  sheet: string;
  columns: string[] | undefined;
  numbers: string[];
}

/** All parts of a workbook of one sheet but for the sheet. */
export function beginWorkbook(zip: ZipWriter, sheet: string): void {
  const types = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/${SHEET}" ContentType="${TYPE}.worksheet+xml"/>`;
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types">${types}</Types>`,
    '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
  };
  for (const [name, xml] of Object.entries(parts)) zip.add(name, Buffer.from(XML + xml));
}

export const sheetBegin = `${XML}<worksheet xmlns="${MAIN}"><sheetData>`;
export const sheetEnd = '</sheetData></worksheet>';

/** Text in each cell, which no spreadsheet runs as a formula; a number where `isNumber` says so and it is one. */
export function rowXml(cells: readonly string[], isNumber: (column: number) => boolean): string {
  const xml = cells.map((cell, column) => {
    if (cell === '') return '<c/>';
    if (isNumber(column) && isShownWhole(cell)) return `<c><v>${cell}</v></c>`;
    return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  });
  return `<row>${xml.join('')}</row>`;
}

const isShownWhole = (cell: string): boolean =>
  /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell) &&
  cell.replace(/^-?[0.]*|\./g, '').length <= SHOWN_DIGITS;

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
};

/** Characters that XML does not have, and what looks like one that is escaped, are written as workbooks do. */
const escaped = (text: string): string =>
  text
    .replace(/_(?=x[\da-fA-F]{4}_)/g, '_x005F_')
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (char) =>
      char === '\t' || char === '\n'
        ? char
        : `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replace(/[<>&"]/g, (char) => ESCAPES[char]!);

/** A workbook of one sheet, which is compressed as it is written. */
export class XlsxWriter implements RecordWriter {
  readonly #options: XlsxWrite;
  readonly #fields: readonly string[];
  readonly #zip = new ZipWriter();
  #columns: readonly string[] | undefined;
  #rows = 0;
  #isEnded = false;

  constructor(options: XlsxWrite, fields: readonly string[] = []) {
    this.#options = options;
    this.#fields = fields;
    this.#columns = options.columns;
  }

  begin(): string {
    beginWorkbook(this.#zip, this.#options.sheet);
    return sheetBegin + (this.#columns ? this.#header(this.#columns) : '');
  }

  write(records: readonly RecordValue[]): string {
    if (records.length === 0) return '';
    const head = this.#columns ? '' : this.#header(unionOf(records));
    const columns = this.#columns!;
    this.#rows += records.length;
    if (this.#rows >= MOST_ROWS)
      throw new StockbusError('PAYLOAD_TOO_LARGE', `a sheet has room for ${MOST_ROWS} rows`);
    const isNumber = (column: number): boolean => this.#options.numbers.includes(columns[column]!);
    return (
      head +
      records
        .map((one) =>
          rowXml(
            columns.map((name) => textOf(one, name)),
            isNumber,
          ),
        )
        .join('')
    );
  }

  end(): string {
    const head = this.#columns || this.#fields.length === 0 ? '' : this.#header(this.#fields);
    this.#isEnded = true;
    return head + sheetEnd;
  }

  /** What comes is compressed at once; the archive comes out in the end. */
  bytes(text: string): Uint8Array {
    this.#zip.add(SHEET, Buffer.from(text));
    return this.#isEnded ? this.#zip.end() : new Uint8Array(0);
  }

  #header(columns: readonly string[]): string {
    this.#columns = columns;
    return rowXml(columns, () => false);
  }
}

function unionOf(records: readonly RecordValue[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function textOf(record: RecordValue, name: string): string {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
