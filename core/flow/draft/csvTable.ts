/** Where the table is in a text of rows: its delimiter, its header, what stands before it and behind it. */
import { detectEol } from '../../codecs/csvHeader.ts';
import { type CsvSyntax, scanRow, withoutLineEnd } from '../../codecs/csvRow.ts';
import { limits } from '../../limits.ts';
import { footerOf, type SampleRow } from './footerOf.ts';
import { isDateText } from './guessDate.ts';
import { rowKindsOf } from './rowKindsOf.ts';

export interface CsvTable {
  /** Under `read: csv` of a flow. */
  options: Record<string, unknown>;
  /** For reading the sample, where the flow need not say so. */
  delimiter: string;
  open: string[];
}

/** Rows by which delimiters are compared, and among which the header is looked for. */
const COMPARED = 200;
const LOOKED_INTO = 60;
/** Of the cells of the likeliest header, what a row must have to be it, and to be a row at all. */
const ENOUGH = 0.75;

/** Undefined where no delimiter cuts the rows. */
export function csvTable(text: string): CsvTable | undefined {
  const eol = detectEol(text, '"', true) ?? '\n';
  let best: { delimiter: string; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of [',', ';', '\t', '|']) {
    const syntax = { delimiter, quote: '"', eol };
    const score = evenness(rowsOf(text, syntax, COMPARED));
    if (score > best.score) best = { delimiter, score };
  }
  if (best.score === 0) return undefined;
  const { delimiter } = best;
  const said = delimiter === '\t' ? 'tab' : delimiter;
  const isSaid = /^"?sep=/i.test(text);
  const rows = rowsOf(text, { delimiter, quote: '"', eol }, Number.POSITIVE_INFINITY);
  const open: string[] = [];
  const kinds = rowKindsOf(rows, delimiter, open);
  if (kinds) return { options: { delimiter: said, ...kinds }, delimiter: said, open };
  const table = new TableOf(rows);
  const options = {
    ...(delimiter === ',' || isSaid ? {} : { delimiter: said }),
    ...table.options(delimiter),
  };
  return { options, delimiter: said, open: table.open };
}

function rowsOf(text: string, syntax: CsvSyntax, most: number): SampleRow[] {
  const rows: SampleRow[] = [];
  let line = 1;
  for (let at = 0; at < text.length && rows.length < most; ) {
    const row = scanRow(text, at, syntax, { final: true, chars: limits.recordBytes });
    if (typeof row === 'string') break;
    const raw = withoutLineEnd(text.slice(at, row.end));
    if (!row.blank && !/^"?sep=.?"?$/i.test(raw)) rows.push({ cells: row.cells, raw, line });
    line += row.lines;
    at = row.end;
  }
  return rows;
}

/** How many rows are as wide as most are, and how wide that is; 0 where nothing is cut. */
function evenness(rows: readonly SampleRow[]): number {
  const width = widthOf(rows);
  if (width < 2) return 0;
  const alike = rows.filter(({ cells }) => cells.length === width).length / rows.length;
  return alike * 1_000 + Math.min(width, 500);
}

/** The width that most rows have of those that are cut at all. */
function widthOf(rows: readonly SampleRow[]): number {
  const counts = new Map<number, number>();
  for (const { cells } of rows)
    if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [1, 0] as [
    number,
    number,
  ])[0];
}

/** What the rows of a sample show of their table. */
export class TableOf {
  readonly #rows: readonly SampleRow[];
  readonly #width: number;
  readonly open: string[] = [];

  constructor(rows: readonly SampleRow[]) {
    this.#rows = rows;
    this.#width = widthOf(rows);
  }

  options(delimiter: string): Record<string, unknown> {
    const at = this.#headerAt();
    const first = this.#rows[at];
    if (!first) return {};
    const isData = this.#isData(at);
    const body = this.#rows.slice(isData ? at : at + 1);
    return {
      ...this.#passedOver(at),
      ...(isData ? this.#unnamed() : this.#named(first, body)),
      ...footerOf(body, this.#width, delimiter, this.open),
    };
  }

  /** Of a sheet, the row that has the names, and names where the sheet has none of its own. */
  ofSheet(): Record<string, unknown> {
    const at = this.#headerAt();
    const first = this.#rows[at];
    if (!first) return {};
    if (this.#isData(at)) {
      this.#unnamed();
      const columns = Array.from({ length: this.#width }, (_, index) => `c${index + 1}`);
      // What stands above is passed over as a header is.
      return { ...(first.line > 1 ? { header: first.line - 1 } : {}), columns };
    }
    const { columns } = this.#named(first, this.#rows.slice(at + 1));
    return {
      ...(at > 0 || columns ? { header: first.line } : {}),
      ...(columns ? { columns } : {}),
    };
  }

  /** The first row that has about as many names as any has. */
  #headerAt(): number {
    const named = this.#rows.slice(0, LOOKED_INTO).map((row) => this.#countNames(row));
    const most = Math.max(0, ...named);
    const at = most < 2 ? 0 : named.findIndex((count) => count >= most * ENOUGH);
    // Rows without any name, of numbers alone, begin where they are as wide as the table.
    const isNamed = most >= Math.min(2, this.#width);
    const wide = this.#rows.findIndex(({ cells }) => cells.length === this.#width);
    return isNamed ? at : Math.max(0, wide);
  }

  /** Cells that read as names: texts that come once, or years side by side. */
  #countNames({ cells }: SampleRow): number {
    if (cells.length < this.#width - 1) return 0;
    const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
    const years = filled.filter((cell) => /^(19|20)\d\d$/.test(cell));
    const texts = filled.filter((cell) => !isValue(cell));
    return new Set(texts).size + (years.length > 1 ? new Set(years).size : 0);
  }

  /** Numbers or dates stand in it, where those below have some as well. */
  #isData(at: number): boolean {
    const below = this.#rows.slice(at + 1, at + LOOKED_INTO);
    const values = this.#rows[at]!.cells.flatMap((cell, index) =>
      isValue(cell.trim()) && !/^(19|20)\d\d$/.test(cell.trim()) ? [index] : [],
    );
    return values.some((index) => {
      const cells = below.map(({ cells: row }) => row[index]?.trim() ?? '').filter(Boolean);
      return cells.length > 0 && cells.filter(isValue).length >= cells.length * ENOUGH;
    });
  }

  #passedOver(at: number): Record<string, unknown> {
    if (at === 0) return {};
    const skip = this.#rows[at]!.line - 1;
    const shown = this.#rows[0]!.raw.trim().slice(0, 40);
    this.open.push(
      `read: ${skip === 1 ? 'the line' : `${skip} lines`} before the header ${skip === 1 ? 'is' : 'are'} passed over ('${shown}'); where that differs from file to file, see \`ignore\``,
    );
    return { skip };
  }

  #unnamed(): Record<string, unknown> {
    this.open.push(
      'read: the first row reads as data, and not as a header; the columns are called c1, c2 and so on: name them under `columns`',
    );
    return { header: false };
  }

  /** The names of a header, made different where they are not: a flow reads a column by its name. */
  #named({ cells }: SampleRow, body: readonly SampleRow[]): Record<string, unknown> {
    const used = Math.max(...body.map(({ cells: row }) => lastFilled(row)), lastFilled(cells));
    const names = cells.slice(0, Math.max(2, used)).map((cell) => cell.trim());
    while (names.length < Math.min(used, this.#width)) names.push('');
    const seen = new Set<string>();
    const columns = names.map((name, index) => {
      let one = name === '' ? `c${index + 1}` : name;
      for (let again = 2; seen.has(one); again += 1) one = `${name} ${again}`;
      seen.add(one);
      return one;
    });
    const made = columns.filter((name, index) => name !== names[index]);
    if (made.length === 0) return {};
    const called = made.slice(0, 3).join(', ') + (made.length > 3 ? ' …' : '');
    this.open.push(
      `read: the header leaves columns without a name, or has one twice; they are called ${called}`,
    );
    return { columns, header: true };
  }
}

function lastFilled(cells: readonly string[]): number {
  let count = cells.length;
  while (count > 0 && cells[count - 1]!.trim() === '') count -= 1;
  return count;
}

const isValue = (cell: string): boolean =>
  /^[-+]?[\d][\d.,'’ \u00a0%-]*$/.test(cell) || isDateText(cell);
