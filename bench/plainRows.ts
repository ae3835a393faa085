/**
 * The content of the ledger as one would write it down at first: an entry is a row of all its columns,
 * an event its JSON text. So the limit stays the same whatever the store makes of it.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { LedgerEntry } from '../core/ledger.ts';

/** Events of one row of the outbox. */
const BATCH_EVENTS = 250;
/** As long as a SHA-256 in base64url. */
const HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

export const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));

export function plainEntry(entry: LedgerEntry): SQLInputValue[] {
  const { sku, seq, kind, from, to, quantity, value, fromPool, toPool, lot, status } = entry;
  const { toStatus, owner, document, line, partner, reason, reference, at, recordedAt } = entry;
  const { source, messageId, input, corrects, by } = entry;
  return [
    ...[sku, seq, kind, from, to, quantity, value, fromPool, toPool, lot, status, toStatus ?? ''],
    ...[owner, document, line, partner, reason, reference, at, recordedAt, source, messageId],
    ...[input ? textOf(input) : null, corrects ?? null, by ?? null, HASH],
  ];
}

/** Rows of the outbox: id, topic, count and body. */
export function plainEvents(entries: readonly LedgerEntry[]): [string, string, number, string][] {
  const rows: [string, string, number, string][] = [];
  for (let start = 0; start < entries.length; start += BATCH_EVENTS) {
    const events = entries.slice(start, start + BATCH_EVENTS).map(eventOf);
    const { sku, seq } = entries[start]!;
    rows.push([`${sku}#${seq}`, 'stock.changed.v1', events.length, textOf(events)]);
  }
  return rows;
}

const eventOf = ({ input: _, ...entry }: LedgerEntry) => ({
  specversion: '1.0',
  id: `${entry.sku}#${entry.seq}`,
  source: '/stockbus/ledger',
  type: 'stock.changed.v1',
  time: entry.recordedAt,
  datacontenttype: 'application/json',
  data: { ...entry, onHand: '-6', available: '-6' },
});
