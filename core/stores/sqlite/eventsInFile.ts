import type { OutboxRecord } from '../../ledger.ts';
import type { EventChapter } from '../../ports.ts';
import { firstSince, numberedEvents, requireNext } from '../../relayedEvents.ts';
import { refuseChangedTables } from './migrations/migrateFile.ts';
import type { StoreFile } from './StoreFile.ts';
import { allOrNothing } from './schema.ts';

/** All events of a file are of one group. */
const GROUP = '00';

const LAST = 'SELECT number + count - 1 AS last FROM events ORDER BY number DESC LIMIT 1';

/** The outbox of a file, and the events that were relayed from it. */
export const eventsInFile = (file: StoreFile): EventChapter => ({
  async outbox(limit) {
    const sql = 'SELECT id, topic, count, body FROM outbox ORDER BY position LIMIT ?';
    return file.read((statements) => statements.rows(sql, [limit]));
  },

  async published(ids, relayedAt) {
    if (ids.length === 0) return;
    const named = 'outbox WHERE id IN (SELECT value FROM json_each(?))';
    const list = JSON.stringify(ids);
    file.use(({ database, statements }) =>
      allOrNothing(database, () => {
        refuseChangedTables(database);
        const sql = `SELECT id, topic, count, body FROM ${named} ORDER BY position`;
        // Those that are gone were moved.
        const found = statements.rows<OutboxRecord>(sql, [list]);
        statements.run(`DELETE FROM ${named}`, [list]);
        const [last = 0] = statements.column<number>(LAST);
        for (const event of numberedEvents(found, last + 1)) {
          statements.insert('events', { ...event, relayedAt });
        }
      }),
    );
  },

  async eventGroups() {
    const sql = `SELECT '${GROUP}' AS "group", min(number) AS first, (${LAST}) AS last
      FROM events HAVING count(*) > 0`;
    return file.read((statements) => statements.rows(sql, []));
  },

  async events({ group, after }, limit) {
    if (group !== GROUP) return [];
    const sql = `SELECT number, count, id, topic, body FROM events
      WHERE number >= coalesce((SELECT max(number) FROM events WHERE number <= ?1), 0)
        AND number + count > ?1 ORDER BY number LIMIT ?2`;
    return file.read((statements) =>
      requireNext({ group, after }, statements.rows(sql, [after + 1, limit])),
    );
  },

  async forgetEvents(before, most) {
    const sql = `WITH oldest AS (
        SELECT number, relayed_at FROM events ORDER BY number LIMIT ?2
      ) DELETE FROM events WHERE number < coalesce(
        (SELECT min(number) FROM oldest WHERE relayed_at >= ?1), (SELECT max(number) FROM oldest)
      )`;
    return file.use(({ statements }) => statements.run(sql, [before, most]));
  },
});

/** Found by halves: they are relayed in the order of their numbers, and no index is written for that. */
export async function firstRelayedIn(
  file: StoreFile,
  group: string,
  since: string,
): Promise<number | undefined> {
  const sql = 'SELECT number, relayed_at FROM events WHERE number >= ? ORDER BY number LIMIT 1';
  const last = file.read((statements) =>
    statements.column<number | null>('SELECT max(number) FROM events'),
  )[0];
  if (group !== GROUP || typeof last !== 'number') return undefined;
  const at = (from: number) =>
    file.read((statements) => statements.arrays(sql, [from]))[0] as [number, string];
  return firstSince(last, at, since);
}
