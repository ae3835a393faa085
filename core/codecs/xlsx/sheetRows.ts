/** The rows of one sheet, cell by cell. */
import type { Code } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { dateText, numberText } from './cellText.ts';
import { attribute, brokenPart, type SheetToken } from './sheetTokens.ts';
import { type Sheet, unescapedText, type Workbook } from './Workbook.ts';

export interface CellFault {
  column: number;
  code: Code;
  message: string;
}

export interface SheetRow {
  /** Its number in the sheet, from 1. */
  row: number;
  /** From the left; a hole is an empty cell. */
  cells: (string | undefined)[];
  faults: CellFault[];
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string | undefined;
  isFormula: boolean;
}

export async function* sheetRows(book: Workbook, sheet: Sheet): AsyncGenerator<SheetRow[]> {
  const reader = new RowReader(book, sheet.part);
  for await (const tokens of book.part(sheet.part)) {
    for (const token of tokens) reader.take(token);
    yield reader.rows.splice(0);
  }
}

class RowReader {
  readonly #book: Workbook;
  readonly #part: string;
  readonly rows: SheetRow[] = [];
  #row: SheetRow | undefined;
  #last = 0;
  #cell: OpenCell | undefined;
  /** What text belongs to: `v`, `t`, or nothing that is read. */
  #text = '';
  #phonetic = 0;
  #bytes = 0;

  constructor(book: Workbook, part: string) {
    this.#book = book;
    this.#part = part;
  }

  take(token: SheetToken): void {
    const { kind, name, text } = token;
    if (kind === 'text') this.#said(text);
    else if (name === 'row') this.#atRow(token);
    else if (name === 'c') this.#atCell(token);
    else if (name === 'v' || name === 't') this.#text = kind === 'open' ? name : '';
    else if (name === 'rPh') this.#phonetic += kind === 'open' ? 1 : -1;
    else if (name === 'f' && this.#cell) this.#cell.isFormula = true;
  }

  #said(text: string): void {
    const cell = this.#cell;
    if (!cell || this.#text === '' || this.#phonetic > 0) return;
    cell.value = (cell.value ?? '') + text;
    this.#bytes += text.length;
    if (this.#bytes > limits.recordBytes)
      throw brokenPart(
        this.#part,
        `row ${this.#row?.row} has more than ${limits.recordBytes} characters`,
      );
  }

  #atRow(token: SheetToken): void {
    if (token.kind === 'close') {
      if (this.#row) this.rows.push(this.#row);
      this.#row = undefined;
      return;
    }
    const row = Number(attribute(token, 'r') ?? this.#last + 1);
    if (!Number.isInteger(row) || row <= this.#last)
      throw brokenPart(this.#part, `row ${row} stands behind row ${this.#last}`);
    this.#last = row;
    this.#bytes = 0;
    this.#row = { row, cells: [], faults: [] };
  }

  #atCell(token: SheetToken): void {
    if (!this.#row) return;
    if (token.kind === 'close') {
      if (this.#cell) this.#end(this.#cell, this.#row);
      this.#cell = undefined;
      return;
    }
    const at = attribute(token, 'r');
    const column = at === undefined ? this.#row.cells.length : columnOf(at);
    if (column >= limits.fieldsPerRecord * 4 || column < 0)
      throw brokenPart(this.#part, `'${at?.slice(0, 20)}' is no cell`);
    const type = attribute(token, 't') ?? 'n';
    this.#cell = {
      column,
      type,
      style: Number(attribute(token, 's') ?? 0),
      value: undefined,
      isFormula: false,
    };
  }

  #end(cell: OpenCell, row: SheetRow): void {
    const { column, value } = cell;
    if (value === undefined || value === '') {
      if (cell.isFormula && cell.type !== 'str')
        this.#fault(
          row,
          column,
          'the formula has no result: a program wrote it that calculates nothing',
        );
      row.cells[column] ??= '';
      return;
    }
    row.cells[column] = this.#textOf(cell, value, row);
  }

  #textOf({ type, style, column }: OpenCell, value: string, row: SheetRow): string {
    if (type === 's') return this.#book.textAt(value.trim(), this.#part);
    if (type === 'str' || type === 'inlineStr') return unescapedText(value);
    if (type === 'b') return value.trim() === '1' ? 'true' : 'false';
    if (type === 'd') return value.trim();
    if (type === 'e') {
      this.#fault(row, column, `the cell is an error: ${value}`);
      return value;
    }
    const raw = value.trim();
    const form = this.#book.forms[style] ?? 'number';
    const isDate = form === 'date' || form === 'duration';
    const text = isDate ? dateText(raw, form, this.#book.is1904) : numberText(raw, form);
    if (text === undefined)
      this.#fault(row, column, `'${raw.slice(0, 40)}' is no ${isDate ? 'date' : 'number'}`);
    return text ?? raw;
  }

  #fault(row: SheetRow, column: number, message: string): void {
    row.faults.push({ column, code: 'XLSX_BAD_CELL', message });
  }
}

/** `AB12` is in column 27, counted from 0. */
function columnOf(at: string): number {
  let column = 0;
  for (const char of /^[A-Z]{0,4}/.exec(at)![0]) column = column * 26 + char.charCodeAt(0) - 64;
  return column - 1;
}
