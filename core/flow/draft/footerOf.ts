/** Rows behind a table: totals, a count of rows, notes. */
export interface SampleRow {
  cells: readonly string[];
  /** As it stands, without its end. */
  raw: string;
  /** Its first line, from 1. */
  line: number;
}

/** Rows that are looked at from the end. */
const MOST = 5;

const totals =
  /^(grand ?)?(totals?|summe|sum|gesamt\w*|saldo|trailer|end|ende|eof|count|anzahl|records?|rows?)\b/i;

/**
 * How `read: csv` passes over them. What is stated as a count is held against it; what begins with a word
 * is known by that, since it may be missing one day; else the last rows are left out by their number.
 */
export function footerOf(
  body: readonly SampleRow[],
  width: number,
  delimiter: string,
  open: string[],
): Record<string, unknown> {
  let from = body.length;
  while (from > 1 && body.length - from < MOST && isFooter(body[from - 1]!, width)) from -= 1;
  const footers = body.slice(from);
  const rows = body.slice(0, from);
  const [first] = footers;
  // Where most rows are like that, they are the rows.
  if (!first || rows.filter((row) => isFooter(row, width)).length * 10 > rows.length) return {};
  const tell = (how: string): void => {
    open.push(
      `read: the last ${footers.length === 1 ? 'line is' : 'lines are'} no record ('${first.raw.slice(0, 40)}'), ${how}`,
    );
  };
  const [word = '', count] = first.cells;
  const isCounted = footers.length === 1 && word !== '' && count?.trim() === String(rows.length);
  if (isCounted) {
    tell('and states the number of rows, which must agree');
    return { footer: `^${quoted(word)}${quoted(delimiter)}"?(\\d+)` };
  }
  if (footers.every(({ raw }) => raw.startsWith('#'))) {
    tell('and is known by its mark');
    return { ignore: '^#' };
  }
  const words = [
    ...new Set(footers.map(({ raw }) => /^"?\p{L}[\p{L} ]*/u.exec(raw)?.[0].trim() ?? '')),
  ];
  const pattern = `^(${words.map(escaped).join('|')})`;
  const isSafe = !words.includes('') && !rows.some(({ raw }) => new RegExp(pattern, 'u').test(raw));
  if (isSafe) {
    tell('and is known by its first word');
    return { ignore: words.length === 1 ? `^${escaped(words[0]!)}` : pattern };
  }
  tell('and is left out by its place: a file without it would lose a row');
  return { skipEnd: footers.length };
}

/** A row of fewer cells, or one that begins as totals do and leaves most cells empty. */
function isFooter({ cells }: SampleRow, width: number): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '');
  if (cells.length < width && filled.length <= Math.max(2, width / 2)) return true;
  const isSparse = filled.length <= Math.max(2, width * (2 / 3));
  return isSparse && filled.length < width && totals.test(filled[0]?.trim() ?? '');
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
const quoted = (text: string): string => `"?${escaped(text)}"?`;
