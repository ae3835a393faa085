/** CSV by the sentences of the docs, a character at a time. */
import { columnsOf, type Plan } from './plan.ts';
import type { Fields, Reading, ReadRow } from './Reading.ts';
import { refusedWhole } from './Reading.ts';

interface Row {
  cells: string[];
  text: string;
  marked: boolean;
  bad: boolean;
  torn: boolean;
  blank: boolean;
}

export function readCsv(text: string, plan: Plan): Reading {
  const { csv } = plan;
  const parted = partRows(withoutTitles(text, csv.skip), csv);
  const torn = parted.some((row) => row.torn) ? { torn: true as const } : {};
  const rows = parted.filter(({ blank }) => !blank);
  const header =
    csv.header === 'none' ? undefined : rows.find((row) => !isPassed(row, plan) && !isSep(row));
  const names = header ? namesOf(header) : columnsOf(plan);
  if (!names || columnsOf(plan).some((name) => !names.includes(name)))
    return { ...refusedWhole, ...torn };
  const spare = header ? header.cells.length - names.length : 0;
  const found: ReadRow[] = [];
  let width: number | undefined = spare === 0 ? names.length : undefined;
  // Ignored lines before the first row are titles, and not counted.
  const first = header ? rows.indexOf(header) + 1 : rows.findIndex((row) => !isPassed(row, plan));
  for (const row of rows.slice(first < 0 ? rows.length : first)) {
    const repeats =
      row.cells.length === header?.cells.length &&
      row.cells.every((cell, at) => cell === header.cells[at]);
    if (row.marked && header) {
      if (repeats) continue;
      return { rows: found, refused: 'rest', ...torn };
    }
    if (isPassed(row, plan) || (repeats && !row.bad && row.cells.length > 1)) {
      found.push({ fields: new Map(), passedOver: true });
      continue;
    }
    const extra = row.cells.slice(names.length);
    const fits =
      row.cells.length === names.length ||
      (row.cells.length === names.length + spare && extra.every((cell) => cell.trim() === ''));
    if (!row.bad && fits) width ??= row.cells.length;
    if (row.bad || !fits || row.cells.length !== width)
      found.push({ fields: fieldsOf(names, row.cells, csv.quote === '"'), bad: true });
    else found.push({ fields: fieldsOf(names, row.cells, csv.quote === '"') });
  }
  if (header === undefined && rows.length === 0) return refusedWhole;
  for (const footer of found
    .filter(({ passedOver }) => !passedOver)
    .slice(found.length > 0 ? -csv.skipEnd || Infinity : 0)) {
    footer.passedOver = true;
    delete footer.bad;
  }
  return { rows: found, ...torn };
}

/**
 * A header has the columns of the flow under one delimiter alone. Without one, of the first 20 rows more
 * must have a cell for each column under the delimiter that was written than under any other.
 */
export function isDelimiterOpen(text: string, plan: Plan): boolean {
  const { format, csv } = plan;
  if (format !== 'csv' || !csv.auto || csv.header !== 'none' || text.trim() === '') return false;
  const columns = columnsOf(plan).length;
  const countWide = (delimiter: Plan['csv']['delimiter']): number =>
    partRows(text, { ...csv, delimiter })
      .filter((row) => !row.blank && !isPassed(row, plan))
      .slice(0, 20)
      .filter(({ bad, cells }) => !bad && cells.length >= columns).length;
  const own = countWide(csv.delimiter);
  const others = ([';', ',', '\t', '|'] as const).filter((other) => other !== csv.delimiter);
  return others.some((other) => countWide(other) >= own);
}

function withoutTitles(text: string, count: number): string {
  let rest = text;
  for (let line = 0; line < count; line += 1) {
    const at = rest.indexOf(lineFeedOf(text));
    rest = at < 0 ? '' : rest.slice(at + 1);
  }
  return rest;
}

const lineFeedOf = (text: string): '\n' | '\r' =>
  text.includes('\n') || !text.includes('\r') ? '\n' : '\r';

const isPassed = ({ text }: Row, { csv }: Plan): boolean => csv.ignore && text.startsWith('#! ');

/** Which delimiter it is, on a line before the header. */
const isSep = ({ text }: Row): boolean => /^\ufeff*"?sep=[^\r\n]"?$/i.test(text);

/** Undefined where two are called the same, or one is not called at all. */
function namesOf({ cells, bad }: Row): string[] | undefined {
  const names = cells.map((cell) => excelText(cell).trim());
  while (names.length > 1 && names.at(-1) === '') names.pop();
  return bad || names.includes('') || new Set(names).size < names.length ? undefined : names;
}

const fieldsOf = (names: readonly string[], cells: readonly string[], excel: boolean): Fields =>
  new Map(
    names
      .slice(0, cells.length)
      .map((name, at) => [name, excel ? excelText(cells[at]!) : cells[at]!]),
  );

const excelText = (cell: string): string => {
  const inside = /^="((?:[^"]|"")*)"$/.exec(cell)?.[1];
  return inside === undefined ? cell : inside.replaceAll('""', '"');
};

function partRows(text: string, { delimiter, quote }: Plan['csv']): Row[] {
  const eol = lineFeedOf(text);
  const rows: Row[] = [];
  let at = 0;
  while (at < text.length) {
    const from = at;
    const row: Row = { cells: [], text: '', marked: false, bad: false, torn: false, blank: false };
    while (text[at] === '\ufeff') at += 1;
    row.marked = at > from;
    at = partCells(text, at, { delimiter, quote, eol }, row);
    row.text = text.slice(from, at).replace(/\r*\n$|\r+$/, '');
    row.blank =
      row.cells.length === 1 &&
      row.cells[0]!.trim() === '' &&
      !row.text.includes(quote) &&
      !row.torn;
    rows.push(row);
  }
  return rows;
}

/** Fills the cells of one row; gives where the next begins. */
function partCells(
  text: string,
  from: number,
  syntax: { delimiter: string; quote: string; eol: string },
  row: Row,
): number {
  const { delimiter, quote, eol } = syntax;
  let at = from;
  for (;;) {
    const isQuoted = quote !== 'none' && text[at] === quote;
    const close = isQuoted ? closing(text, at, quote) : at - 1;
    let end = close + 1;
    // Behind a closing quote only blanks may stand.
    while (
      isQuoted &&
      close > 0 &&
      (text[end] === ' ' || text[end] === '\t') &&
      text[end] !== delimiter
    )
      end += 1;
    const stop = isQuoted ? end : cellEnd(text, at, delimiter, eol);
    const behind = eol === '\n' ? text.slice(stop).match(/^\r*/)![0].length : 0;
    const isLast = stop + behind >= text.length || text[stop + behind] === eol;
    if (isQuoted && (close < 0 || !(isLast || text[stop] === delimiter))) {
      // The quote goes wrong: the row ends with the line on which it was opened.
      row.bad = true;
      row.torn = true;
      const lineEnd = text.indexOf(eol, at);
      return lineEnd < 0 ? text.length : lineEnd + 1;
    }
    const raw = isQuoted
      ? text.slice(at + 1, close).replaceAll(quote + quote, quote)
      : text.slice(at, stop);
    const cell =
      isQuoted || text[stop] === delimiter || eol === '\r' ? raw : raw.replace(/\r+$/, '');
    if (!isQuoted && /[\r\n\ufeff]/.test(cell)) row.bad = true;
    row.cells.push(cell);
    if (text[stop] !== delimiter || stop >= text.length)
      return Math.min(text.length, stop + behind + 1);
    at = stop + 1;
  }
}

function closing(text: string, from: number, quote: string): number {
  let at = text.indexOf(quote, from + 1);
  while (at >= 0 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
  return at;
}

function cellEnd(text: string, from: number, delimiter: string, eol: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== eol) at += 1;
  return at;
}
