import type { OutboxRecord } from '../../ledger.ts';
import {
  type EventCursor,
  type EventGroup,
  numberedEvents,
  type RelayedEvents,
  requireNext,
} from '../../relayedEvents.ts';
import type { OpenDatabase } from './openDatabase.ts';
import type { Statements } from './Statements.ts';
import { allOrNothing } from './schema.ts';

/** All events of a file are of one group. */
const GROUP = '00';

const LAST = 'SELECT number + count - 1 AS last FROM events ORDER BY number DESC LIMIT 1';

/** Moves records from the outbox to the events, in the order of their commits; those that are gone were moved. */
export function moveRelayed(
  { database, statements }: OpenDatabase & { statements: Statements },
  ids: readonly string[],
  relayedAt: string,
): void {
  const named = 'outbox WHERE id IN (SELECT value FROM json_each(?))';
  const list = JSON.stringify(ids);
  allOrNothing(database, () => {
    const sql = `SELECT id, topic, count, body FROM ${named} ORDER BY position`;
    const found = statements.rows<OutboxRecord>(sql, [list]);
    statements.run(`DELETE FROM ${named}`, [list]);
    const last = (statements.get(LAST, [])?.last ?? 0) as number;
    for (const row of numberedEvents(found, last + 1)) {
      statements.insert('events', [row.number, row.count, relayedAt, row.id, row.topic, row.body]);
    }
  });
}

export function eventGroups(statements: Statements): EventGroup[] {
  const row = statements.get(`SELECT min(number) AS first, (${LAST}) AS last FROM events`, []);
  const { first, last } = row as { first: number | null; last: number };
  return first === null ? [] : [{ group: GROUP, first, last }];
}

export function eventsAfter(
  statements: Statements,
  { group, after }: EventCursor,
  limit: number,
): RelayedEvents[] {
  if (group !== GROUP) return [];
  const sql = `SELECT number, count, id, topic, body FROM events
    WHERE number >= coalesce((SELECT max(number) FROM events WHERE number <= ?1), 0)
      AND number + count > ?1 ORDER BY number LIMIT ?2`;
  return requireNext({ group, after }, statements.rows(sql, [after + 1, limit]));
}

/** The oldest of them up to the first that was relayed later; the last one stays, for its number. */
export const FORGET_EVENTS = `WITH oldest AS (
    SELECT number, relayed_at FROM events ORDER BY number LIMIT ?2
  ) DELETE FROM events WHERE number < coalesce(
    (SELECT min(number) FROM oldest WHERE relayed_at >= ?1), (SELECT max(number) FROM oldest)
  )`;
