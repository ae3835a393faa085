/** A workbook of one sheet, which is compressed as it is written. */
import { StockbusError } from '../../errors.ts';
import type { FieldKind, RecordValue, TypedFacts } from '../../ports.ts';
import { ZipOut } from '../packings/ZipOut.ts';
import { fieldOf, refuseUnknown, textOf, unionOfFields } from '../tableColumns.ts';
import { escaped, rowXml, stylesXml } from './sheetCells.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Rows that a sheet has room for. */
const MOST_ROWS = 1_048_576;

export interface XlsxWrite {
  sheet: string;
  columns: string[] | undefined;
  numbers: string[];
  dates: string[];
}

/** All of it but for the rows, which come next. */
export async function beginWorkbook(zip: ZipOut, sheet: string): Promise<void> {
  const part = (name: string, type: string): string =>
    `<Override PartName="/${name}" ContentType="${TYPE}.${type}+xml"/>`;
  const rel = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const rels = (all: string): string =>
    `<Relationships xmlns="${PACKAGE}/relationships">${all}</Relationships>`;
  const types = `<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${part('xl/workbook.xml', 'sheet.main')}${part('xl/worksheets/sheet1.xml', 'worksheet')}${part('xl/styles.xml', 'styles')}`;
  const parts = {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types">${types}</Types>`,
    '_rels/.rels': rels(rel('r1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${escaped(sheet)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': rels(
      rel('r1', 'worksheet', 'worksheets/sheet1.xml') + rel('r2', 'styles', 'styles.xml'),
    ),
    'xl/styles.xml': stylesXml(MAIN),
  };
  for (const [name, xml] of Object.entries(parts)) {
    await zip.open(name);
    await zip.write(XML + xml);
  }
  await zip.open('xl/worksheets/sheet1.xml');
  await zip.write(`${XML}<worksheet xmlns="${MAIN}"><sheetData>`);
}

export async function endWorkbook(zip: ZipOut): Promise<Uint8Array> {
  await zip.write('</sheetData></worksheet>');
  return zip.end();
}

export async function* writeWorkbook(
  options: XlsxWrite,
  pages: AsyncIterable<readonly RecordValue[]> | Iterable<readonly RecordValue[]>,
  fields: readonly string[] = [],
  { kinds = {} }: TypedFacts = {},
): AsyncGenerator<Uint8Array> {
  const zip = new ZipOut();
  const rows = new SheetRows(options, kinds);
  await beginWorkbook(zip, options.sheet);
  for await (const records of pages) {
    await zip.write(rows.xml(records));
    yield zip.take();
  }
  await zip.write(rows.headerOnly(fields));
  yield await endWorkbook(zip);
}

class SheetRows {
  readonly #options: XlsxWrite;
  readonly #kinds: Readonly<Record<string, FieldKind>>;
  #columns: readonly string[] | undefined;
  #rows = 0;

  constructor(options: XlsxWrite, kinds: Readonly<Record<string, FieldKind>>) {
    this.#options = options;
    const numbers = options.numbers.map((name) => [name, 'decimal'] as const);
    const dates = options.dates.map((name) => [name, 'instant'] as const);
    this.#kinds = { ...kinds, ...Object.fromEntries([...numbers, ...dates]) };
  }

  xml(records: readonly RecordValue[]): string {
    if (records.length === 0) return '';
    const head = this.#columns ? '' : this.#header(unionOfFields(records));
    const columns = this.#columns!;
    this.#rows += records.length;
    if (this.#rows >= MOST_ROWS)
      throw new StockbusError('PAYLOAD_TOO_LARGE', `a sheet has room for ${MOST_ROWS} rows`);
    const kinds = columns.map((name) => this.#kinds[name]);
    const rows = records.map((record) => {
      if (!this.#options.columns) refuseUnknown(record, columns, 'xlsx');
      const cells = columns.map((name) => textOf(fieldOf(record, name)));
      return rowXml(cells, (column) => kinds[column]);
    });
    return head + rows.join('');
  }

  /** Without a record there is a header all the same, where it is known. */
  headerOnly(fields: readonly string[]): string {
    const isKnown = this.#options.columns !== undefined || fields.length > 0;
    return this.#columns || !isKnown ? '' : this.#header(fields);
  }

  #header(fields: readonly string[]): string {
    this.#columns = this.#options.columns ?? fields;
    return rowXml(this.#columns);
  }
}
