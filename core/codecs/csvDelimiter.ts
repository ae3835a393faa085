import { limits } from '../limits.ts';
import { positions } from './csvHeader.ts';
import type { CsvRow, CsvSyntax } from './csvRow.ts';
import { scanRow, withoutLineEnd } from './csvRow.ts';
import { excelText } from './excelText.ts';
import { isRejectsHeader } from './rejectColumns.ts';

/** In the order in which a tie is settled: a comma stands inside cells more often than the others. */
const DELIMITERS = ['\t', ';', '|', ','];
const SAMPLE_ROWS = 20;

/** What a flow knows of the columns of a payload before it is read. */
export interface KnownColumns {
  /** Names that the flow itself gives. */
  columns: readonly string[] | undefined;
  /** Cells that a row has at least, where it gives the names. */
  least: number | undefined;
  /** The first row has the names. */
  header: boolean;
  /** Those that the flow reads. */
  required: readonly string[];
}

/** The beginning of a text. */
export interface CsvSample {
  text: string;
  from: number;
  /** The text ends here. */
  final: boolean;
  syntax: Omit<CsvSyntax, 'delimiter'>;
  ignores: (line: string) => boolean;
}

/**
 * The delimiter under which the columns are there: those of the header that the flow reads, or as many
 * as the flow names, in most rows. More cells than names count too: a row that has become wider is to be
 * told as ragged, and not to be cut by something else that fits it by chance. Where that leaves it open,
 * the one that cuts the rows into the same number of cells, and into the most.
 */
export function detectDelimiter(sample: CsvSample, known: KnownColumns): string {
  const [there] = scoreOf(',', sample, known);
  let best: { delimiter: string; score: Score } = { delimiter: ',', score: [there, 0, 1] };
  for (const delimiter of DELIMITERS) {
    const score = scoreOf(delimiter, sample, known);
    if (isHigher(score, best.score)) best = { delimiter, score };
  }
  return best.delimiter;
}

/** How much of the columns is there, how many rows are as wide as the first, and how wide that is. */
type Score = readonly [there: number, alike: number, cells: number];

function scoreOf(delimiter: string, sample: CsvSample, known: KnownColumns): Score {
  const rows = firstRows(delimiter, sample);
  const cells = rows[0]?.cells.length ?? 1;
  const there = countThere(rows, known);
  if (cells < 2) return [there, 0, 1];
  return [there, rows.filter((row) => row.cells.length === cells).length / rows.length, cells];
}

function isHigher(one: Score, other: Score): boolean {
  const differs = one.findIndex((value, index) => value !== other[index]);
  return differs !== -1 && one[differs]! > other[differs]!;
}

function countThere(rows: readonly CsvRow[], { least, header, required }: KnownColumns): number {
  const [first] = rows;
  if (!first) return 0;
  if (isRejectsHeader(first.cells)) return Number.POSITIVE_INFINITY;
  if (least !== undefined)
    return rows.filter(({ cells, fault }) => !fault && cells.length >= least).length;
  if (first.fault) return 0;
  const names = header ? first.cells.map(columnNameIn) : positions(first.cells.length);
  return required.filter((name) => names.includes(name)).length;
}

/** The name that a cell of a header gives, near enough to know it again. */
export const columnNameIn = (cell: string): string => excelText(cell).trim();

function firstRows(delimiter: string, { text, from, final, syntax, ignores }: CsvSample): CsvRow[] {
  const rows: CsvRow[] = [];
  const bounds = { final, chars: limits.recordBytes };
  for (let at = from; rows.length < SAMPLE_ROWS && at < text.length; ) {
    const row = scanRow(text, at, { ...syntax, delimiter }, bounds);
    if (typeof row === 'string') break;
    if (!row.blank && !ignores(withoutLineEnd(text.slice(at, row.end)))) rows.push(row);
    at = row.end;
  }
  return rows;
}

/** Another delimiter that would cut the row that is all of this text as it should be cut. */
export function fittingDelimiter(
  row: string,
  { delimiter: own, ...syntax }: CsvSyntax,
  fits: (cells: readonly string[]) => boolean,
): string | undefined {
  const sample = { text: row, from: 0, final: true, syntax, ignores: () => false };
  return DELIMITERS.find((delimiter) => {
    if (delimiter === own) return false;
    const [first, more] = firstRows(delimiter, sample);
    return first !== undefined && !more && !first.fault && fits(first.cells);
  });
}

/** As an author writes it. */
export const delimiterOption = (delimiter: string): string =>
  delimiter === '\t' ? 'tab' : `"${delimiter}"`;
