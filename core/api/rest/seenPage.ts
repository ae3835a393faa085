import type { Page, Paged, RecordValue } from '../../ports.ts';

/** Pages that are read for one that is answered. */
const READS = 24;
/** Rows of one that is read to find some that are seen. */
const ROWS_READ = 1_000;
const FACTOR = 4;

/**
 * The next page of which a caller sees something: pages without are passed over, in ever longer steps, and after so many
 * an empty one with a marker is answered. `seen` gives the rows of a page that he sees.
 */
export async function seenPage<Found extends Paged<RecordValue>>(
  read: (page: Page) => Promise<Found>,
  seen: (rows: RecordValue[]) => Promise<RecordValue[]>,
  { after, limit }: Page,
): Promise<Found> {
  let [from, size] = [after, limit];
  for (let reads = 1; ; reads += 1) {
    const found = await read({ limit: size, ...(from === undefined ? {} : { after: from }) });
    const rows = await seen(found.rows);
    if (rows.length > limit) {
      size = Math.max(limit, Math.floor(size / FACTOR));
    } else if (rows.length > 0 || found.next === undefined || reads >= READS) {
      return { ...found, rows };
    } else {
      from = found.next;
      size = Math.max(limit, Math.min(size * FACTOR, ROWS_READ));
    }
  }
}
