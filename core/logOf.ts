import type { Commit } from './commit.ts';
import type { InboxRecord } from './ledger.ts';
import { LOG_FORMAT, type LogSubject, type LogText } from './logLine.ts';
import { MessageMap } from './MessageMap.ts';
import { compareUtf8 } from './order.ts';

/** Name of the one period that there is. */
export const booksName = 'books';

/** What a commit says in logs, one line of each; nothing where it is all in packs. */
export function logOf(commit: Commit): LogText[] {
  const { recordedAt, reservations, period, openOrders, locations } = commit;
  const lines: LogText[] = [];
  const say = (about: LogSubject, name: string, said: object): void => {
    const start = `{"v":${LOG_FORMAT},"recordedAt":"${recordedAt}",`;
    lines.push({ about, name, body: start + JSON.stringify(said, plainValue).slice(1) });
  };
  for (const { reservation, expectedVersion } of reservations) {
    const { id, log, ...state } = reservation;
    say('reservation', id, { ...state, log: log.slice(expectedVersion - state.version) });
  }
  const done = period?.log.filter((line) => line.recordedAt === recordedAt) ?? [];
  if (done.length > 0)
    say('period', booksName, { closedThrough: period!.closedThrough, log: done });
  for (const [document, orders] of Map.groupBy(openOrders, (order) => order.document)) {
    say('order', document, { lines: orders.map(({ document: _, ...line }) => line) });
  }
  // Of several messages about one place the last counts.
  const places = new Map(locations.map((row) => [row.location, row]));
  for (const { location, ...place } of places.values()) say('place', location, place);
  const messages = unnamedOf(commit).map(({ source, id, contenthash }) => [
    source,
    id,
    contenthash,
  ]);
  const [first] = messages;
  if (first) say('messages', `${recordedAt} ${first[0]} ${first[1]}`, { messages });
  return lines;
}

/** Messages that left no document in the ledger: of what is declared or reserved, or what changed nothing. */
function unnamedOf({ inbox, documents }: Commit): InboxRecord[] {
  let count = 0;
  for (const { contenthash } of documents) if (contenthash !== '') count += 1;
  // Each of them names another message of the commit.
  if (count === inbox.length) return [];
  const named = new MessageMap<true>();
  for (const { source, messageId, contenthash } of documents) {
    if (contenthash !== '') named.set(source, messageId, true);
  }
  return inbox.filter(({ source, id }) => !named.get(source, id));
}

/** Fields have one order, whatever that is in which a store gives them; integers are their digits. */
export function plainValue(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([one], [other]) => compareUtf8(one, other)),
  );
}
