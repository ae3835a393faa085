/** The rows of one sheet, cell by cell. */
import type { Code } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { dateText, numberText } from './cellText.ts';
import { type Attributes, brokenPart } from './partXml.ts';
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
  const listener = {
    open: (name: string, said: Attributes) => reader.open(name, said),
    close: (name: string) => reader.close(name),
    text: (said: string) => reader.text(said),
  };
  for await (const _ of book.part(sheet.part, listener)) yield reader.rows.splice(0);
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

  open(name: string, said: Attributes): void {
    if (name === 'c') this.#openCell(said);
    else if (name === 'v' || name === 't') this.#text = name;
    else if (name === 'row') this.#openRow(said);
    else if (name === 'rPh') this.#phonetic += 1;
    else if (name === 'f' && this.#cell) this.#cell.isFormula = true;
  }

  close(name: string): void {
    if (name === 'c') this.#closeCell();
    else if (name === 'v' || name === 't') this.#text = '';
    else if (name === 'row') this.#closeRow();
    else if (name === 'rPh') this.#phonetic -= 1;
  }

  text(text: string): void {
    const cell = this.#cell;
    if (!cell || this.#text === '' || this.#phonetic > 0) return;
    cell.value = cell.value === undefined ? text : cell.value + text;
    this.#bytes += text.length;
    if (this.#bytes > limits.recordBytes)
      throw brokenPart(
        this.#part,
        `row ${this.#row?.row} has more than ${limits.recordBytes} characters`,
      );
  }

  #closeRow(): void {
    if (this.#row) this.rows.push(this.#row);
    this.#row = undefined;
  }

  #openRow(said: Attributes): void {
    const row = Number(said.r ?? this.#last + 1);
    if (!Number.isInteger(row) || row <= this.#last)
      throw brokenPart(this.#part, `row ${row} stands behind row ${this.#last}`);
    this.#last = row;
    this.#bytes = 0;
    this.#row = { row, cells: [], faults: [] };
  }

  #closeCell(): void {
    if (this.#cell && this.#row) this.#end(this.#cell, this.#row);
    this.#cell = undefined;
  }

  #openCell(said: Attributes): void {
    if (!this.#row) return;
    const at = said.r;
    const column = at === undefined ? this.#row.cells.length : columnOf(at);
    if (column >= limits.fieldsPerRecord * 4 || column < 0)
      throw brokenPart(this.#part, `'${at?.slice(0, 20)}' is no cell`);
    const type = said.t ?? 'n';
    const style = Number(said.s ?? 0);
    this.#cell = { column, type, style, value: undefined, isFormula: false };
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
