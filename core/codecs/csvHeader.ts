import { nearestName, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';

/** So much of a text tells what ends its lines. */
const TELLING_CHARS = 64 * 1024;

/**
 * What ends lines: LF, with any number of CR before it; or CR, where that comes first outside of quotes and no LF stands
 * there. Where quotes are odd, so that all breaks seem to stand inside, LF before CR. Undefined where more text may tell.
 */
export function detectEol(text: string, quote: string, ended: boolean): '\n' | '\r' | undefined {
  let quotes = 0;
  let outside = false;
  let inside = false;
  for (const { 0: mark, index } of text.matchAll(/\r+|\n|["']/g)) {
    if (outside && index >= TELLING_CHARS) return '\r';
    const end = index + mark.length;
    const isOutside = quotes % 2 === 0;
    if (mark === quote) quotes += 1;
    else if (mark === '\n' && (isOutside || !outside)) return '\n';
    else if (mark.startsWith('\r') && text[end] !== '\n') {
      if (end === text.length && !ended) break;
      if (isOutside) outside = true;
      else inside = true;
    }
  }
  if (ended) return outside || inside ? '\r' : '\n';
  return outside && text.length >= TELLING_CHARS ? '\r' : undefined;
}

/** Names for columns that have none: `c1`, `c2`, ... */
export const positions = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `c${index + 1}`);

/** Of a row that has these cells: how many there are without the empty ones at its end. */
export function countFilled(cells: readonly string[]): number {
  let count = cells.length;
  while (count > 0 && cells[count - 1]!.trim() === '') count -= 1;
  return count;
}

const LISTED =
  'list the names under `columns` and write `header: true`, so that they replace these';
/** What to do about a column without a name. */
export const UNNAMED = `${LISTED}; if this line is no header, skip it with \`skip\` or write \`header: false\``;

/** The names of the columns as the header has them, without blanks around. */
export function columnNames(
  header: readonly string[],
  place: { file: string; line: number },
): string[] {
  const names = header.map((cell) => cell.trim());
  const refuse = (message: string, todo?: string): StockbusError =>
    new StockbusError('CSV_BAD_HEADER', message, place, todo ? { todo } : {});
  if (names.length > limits.fieldsPerRecord) {
    throw refuse(`the header has ${names.length} columns, more than ${limits.fieldsPerRecord}`);
  }
  const blank = names.indexOf('');
  if (blank !== -1) {
    throw refuse(`column ${blank + 1} of the header has no name`, UNNAMED);
  }
  const seen = new Map<string, number>();
  for (const [index, name] of names.entries()) {
    const before = seen.get(name);
    if (before !== undefined) {
      throw refuse(`columns ${before + 1} and ${index + 1} are both called '${name}'`, LISTED);
    }
    seen.set(name, index);
  }
  return names;
}

/** Names and counts of columns up to which a message stays readable. */
const SHOWN_CHARS = 60;
const SHOWN_NAMES = 20;

/** Refuses a payload without one of the columns that its flow reads; `listed` by the flow itself. */
export function requireColumns(
  names: readonly string[],
  required: readonly string[],
  place: { file: string; line: number },
  listed: boolean,
): void {
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  const candidates = names.filter((name) => name.length <= SHOWN_CHARS);
  const near = missing.map((name) => nearestName(name, candidates));
  const told = missing.slice(0, SHOWN_NAMES).map((name, index) => {
    const nearest = near[index];
    return `'${name}'${nearest === undefined ? '' : ` (the nearest is '${nearest}')`}`;
  });
  if (missing.length > SHOWN_NAMES) told.push(`${missing.length - SHOWN_NAMES} more`);
  const what = `there is no column ${told.join(', no column ')}, which the flow reads`;
  const there = near.includes(undefined) ? `; there are ${namesOf(names)}` : '';
  const listing = missing.join(', ');
  const meant =
    'if the text was meant and no column, write it under `const:` in the map (inside of an expression, in quotes of its own)';
  const todo = listed
    ? `add it to \`read: csv: columns\`; ${meant}; if it may be missing, name it under \`read: csv: optional: [${listing}]\``
    : `have the sender restore the column; ${meant}; if it may be missing, name it under \`read: csv: optional: [${listing}]\``;
  throw new StockbusError('CSV_MISSING_COLUMN', `${what}${there}`, place, { todo });
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).map((name) => `'${name.slice(0, SHOWN_CHARS)}'`);
  const rest = names.length - shown.length;
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
