/**
 * Events that relay gave to the broker, numbered 1, 2, 3 … within their group without a gap: who has read
 * up to a number goes on after it. Kept for a while: of what moved as references to packs, of others as
 * they went out, for nothing else keeps what an answer said (`available`).
 */
import { StockbusError } from './errors.ts';
import type { OutboxRecord } from './ledger.ts';

type Awaitable<T> = T | Promise<T>;

export interface RelayedEvents {
  /** Of the first of them; the others follow. */
  number: number;
  count: number;
  /** Of the message on the broker. */
  id: string;
  topic: OutboxRecord['topic'];
  /** As the outbox had it: a MovedReference of what moved, of others an EventBatch. 0.4.0 kept of those `{"v":1,"ids":[…]}`. */
  body: string;
}

export interface EventGroup {
  group: string;
  /** Number of the oldest event that is kept, and of the newest: who begins now goes on after that. */
  first: number;
  last: number;
}

export interface EventCursor {
  /** One of `eventGroups`. */
  group: string;
  /** Number of the last event that was read; 0 at first. */
  after: number;
}

/** What was found after the cursor; EVENTS_FORGOTTEN where what comes next is kept no more. */
export function requireNext(
  { group, after }: EventCursor,
  found: RelayedEvents[],
): RelayedEvents[] {
  const first = found[0]?.number ?? 0;
  if (first <= after + 1) return found;
  const gone = `${after + 1} to ${first - 1}`;
  throw new StockbusError('EVENTS_FORGOTTEN', `events ${gone} of group ${group} are kept no more`);
}

export function numberedEvents(records: readonly OutboxRecord[], first: number): RelayedEvents[] {
  let number = first;
  return records.map(({ id, topic, count, body }) => {
    const events = { number, count, id, topic, body };
    number += count;
    return events;
  });
}

/** Ids of events that are not made of packs. */
export function eventIds({ body }: Pick<RelayedEvents, 'body'>): string[] {
  const kept = JSON.parse(body) as { ids?: string[]; events?: { id: string }[] };
  return kept.ids ?? kept.events?.map(({ id }) => id) ?? [];
}

/** Events of 0.4.0, of which only the ids were kept. */
export const isWithoutText = ({ body }: Pick<RelayedEvents, 'body'>): boolean =>
  body.startsWith('{"v":1,"ids":');

/**
 * Of records of events in the order of their numbers, up to the last, the number of the first that was relayed at or after
 * a moment. `at` gives the first record from a number on: its number, and its moment.
 */
export async function firstSince(
  last: number,
  at: (from: number) => Awaitable<readonly [number: number, relayedAt: string]>,
  since: string,
): Promise<number | undefined> {
  if ((await at(last))[1] < since) return undefined;
  let from = 0;
  let until = last;
  while (from < until) {
    const middle = Math.floor((from + until) / 2);
    const [number, relayedAt] = await at(middle);
    if (relayedAt >= since) until = middle;
    else from = number + 1;
  }
  return (await at(until))[0];
}
