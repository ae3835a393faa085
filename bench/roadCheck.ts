/**
 * After a run of the road, outside of its time and profile: counts what lies in the ledger and in the
 * subscriber's folder, so that a figure is never that of a run which lost something.
 *
 *   node bench/roadCheck.ts FIXTURE DATA     as bench/road.ts was given them
 */

import { join } from 'node:path';
import { openBooks } from '../core/hub/openBooks.ts';
import { rowsOf } from '../core/rowsOf.ts';
import { linesIn } from './benchHub.ts';
import { answer } from './child.ts';

export interface RoadCheck {
  entries: number;
  /** Commits that wrote entries. */
  commits: number;
  events: number;
}

const PAGE_ROWS = 10_000;

const [fixture, data] = process.argv.slice(2) as [string, string];
answer({
  ...(await entriesIn(data)),
  events: await linesIn(join(data, 'out')),
} satisfies RoadCheck);

async function entriesIn(folder: string): Promise<{ entries: number; commits: number }> {
  const { store, close } = await openBooks(fixture, { ...process.env, STOCKBUS_DATA: folder });
  try {
    const times = new Set<string>();
    let entries = 0;
    for await (const { recordedAt } of rowsOf((page) => store.ledger({}, page), PAGE_ROWS)) {
      entries += 1;
      times.add(recordedAt);
    }
    return { entries, commits: times.size };
  } finally {
    await close();
  }
}
