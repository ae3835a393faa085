/** Rows of several kinds, told by their first cell: heads of documents, their lines, a trailer. */
import type { SampleRow } from './footerOf.ts';

/** Kinds that such files have, and letters of their marks. */
const MOST_KINDS = 4;
const MARK = /^[\p{L}\p{N}]{1,8}$/u;

/** Undefined where rows are of one kind: a table, whose first cells say something of their own. */
export function rowKindsOf(
  rows: readonly SampleRow[],
  delimiter: string,
  open: string[],
): Record<string, unknown> | undefined {
  const kinds = new Map<string, SampleRow[]>();
  for (const row of rows) {
    const mark = row.cells[0]!.trim();
    const known = kinds.get(mark);
    if (known) known.push(row);
    else if (!MARK.test(mark) || kinds.size === MOST_KINDS) return undefined;
    else kinds.set(mark, [row]);
  }
  const last = rows.at(-1);
  const trailer = last && kinds.get(last.cells[0]!.trim())?.length === 1 ? last : undefined;
  if (trailer) kinds.delete(trailer.cells[0]!.trim());
  const all = [...kinds].map(([mark, of]) => ({ mark, of, width: of[0]!.cells.length }));
  const areEven = all.every(({ of, width }) => of.every(({ cells }) => cells.length === width));
  const repeats = all.some(({ of }) => of.length > 1);
  const differ = new Set(all.map(({ width }) => width)).size > 1;
  if (all.length < 2 || !areEven || !repeats || !differ) return undefined;
  open.push(
    `read: rows are of several kinds (${all.map(({ mark }) => mark).join(', ')}), of which the last is a record; name their columns`,
  );
  const named = all.map(({ mark, width }) => ({
    [mark]: Array.from({ length: width - 1 }, (_, index) => `${mark}${index + 1}`),
  }));
  return { rows: named, ...trailerOf(trailer, rows.length - 1, delimiter) };
}

function trailerOf(
  trailer: SampleRow | undefined,
  rows: number,
  delimiter: string,
): Record<string, unknown> {
  if (!trailer) return {};
  const [mark, count] = trailer.cells;
  const escaped = delimiter === '|' ? '\\|' : delimiter;
  const begins = `^${mark}${trailer.cells.length > 1 ? escaped : ''}`;
  return count?.trim() === String(rows) ? { footer: `${begins}(\\d+)` } : { ignore: begins };
}
