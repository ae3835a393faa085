import type { OutboxRecord } from '../../ledger.ts';
import type { Store } from '../../ports.ts';
import { numberedEvents, requireNext } from '../../relayedEvents.ts';
import type { StoreFile } from './StoreFile.ts';
import { allOrNothing } from './schema.ts';

/** All events of a file are of one group. */
const GROUP = '00';

const LAST = 'SELECT number + count - 1 AS last FROM events ORDER BY number DESC LIMIT 1';

/** The outbox of a file, and the events that were relayed from it. */
export class SqliteEvents {
  readonly #file: StoreFile;

  constructor(file: StoreFile) {
    this.#file = file;
  }

  readonly outbox: Store['outbox'] = async (limit) => {
    const sql = 'SELECT id, topic, count, body FROM outbox ORDER BY position LIMIT ?';
    return this.#file.read((statements) => statements.rows(sql, [limit]));
  };

  /** In the order of their commits; those that are gone were moved. */
  async published(ids: readonly string[], relayedAt: string): Promise<void> {
    if (ids.length === 0) return;
    const named = 'outbox WHERE id IN (SELECT value FROM json_each(?))';
    const list = JSON.stringify(ids);
    this.#file.use(({ database, statements }) =>
      allOrNothing(database, () => {
        const sql = `SELECT id, topic, count, body FROM ${named} ORDER BY position`;
        const found = statements.rows<OutboxRecord>(sql, [list]);
        statements.run(`DELETE FROM ${named}`, [list]);
        const [last = 0] = statements.column<number>(LAST);
        for (const { number, count, id, topic, body } of numberedEvents(found, last + 1)) {
          statements.insert('events', [number, count, relayedAt, id, topic, body]);
        }
      }),
    );
  }

  readonly eventGroups: Store['eventGroups'] = async () => {
    const sql = `SELECT min(number) AS first, (${LAST}) AS last FROM events HAVING count(*) > 0`;
    const found = this.#file.read((statements) =>
      statements.rows<{ first: number; last: number }>(sql, []),
    );
    return found.map((numbers) => ({ group: GROUP, ...numbers }));
  };

  readonly events: Store['events'] = async ({ group, after }, limit) => {
    if (group !== GROUP) return [];
    const sql = `SELECT number, count, id, topic, body FROM events
      WHERE number >= coalesce((SELECT max(number) FROM events WHERE number <= ?1), 0)
        AND number + count > ?1 ORDER BY number LIMIT ?2`;
    return this.#file.read((statements) =>
      requireNext({ group, after }, statements.rows(sql, [after + 1, limit])),
    );
  };

  /** The oldest of them up to the first that was relayed later; the last one stays, for its number. */
  readonly forgetEvents: Store['forgetEvents'] = async (before, most) => {
    const sql = `WITH oldest AS (
        SELECT number, relayed_at FROM events ORDER BY number LIMIT ?2
      ) DELETE FROM events WHERE number < coalesce(
        (SELECT min(number) FROM oldest WHERE relayed_at >= ?1), (SELECT max(number) FROM oldest)
      )`;
    return this.#file.use(({ statements }) => statements.run(sql, [before, most]));
  };
}
