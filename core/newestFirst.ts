/** A list with the newest first, by an index of times alone: of those of one moment as many are passed over as were shown. */
import { readCursor, writeCursor } from './cursor.ts';

export interface NewestPage {
  /** The last moment that is shown; left out: all. */
  until?: string;
  /** Of those of that moment, how many were shown. */
  skip: number;
  limit: number;
}

export async function newestFirst<Row extends { at: string }>(
  { after, limit }: { after?: string; limit: number },
  read: (page: NewestPage) => Promise<Row[]> | Row[],
): Promise<{ rows: Row[]; next?: string }> {
  const from = readCursor(after, ['string', 'number']) as [string, number] | undefined;
  const [until, skip] = from ?? [];
  const found = await read({ ...(until && { until }), skip: skip ?? 0, limit: limit + 1 });
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  if (!last || found.length <= limit) return { rows };
  const same = rows.filter(({ at }) => at === last.at).length;
  return { rows, next: writeCursor([last.at, same + (last.at === until ? skip! : 0)]) };
}
