import { hash } from 'node:crypto';
import type { LedgerEntry } from '../ledger.ts';
import { inputText } from '../ledger.ts';

/**
 * Hash of an entry in the chain of its SKU: SHA-256 over the hash of the entry before it ('' for the
 * first) and all that the entry says, as base64url. Whoever changes an entry changes every hash after
 * it.
 */
export function hashEntry(entry: LedgerEntry, before: string): string {
  const said = [
    before,
    entry.sku,
    entry.seq,
    entry.kind,
    entry.from,
    entry.to,
    `${entry.quantity}`,
    `${entry.value}`,
    entry.fromPool,
    entry.toPool,
    entry.lot,
    entry.status,
    entry.toStatus ?? '',
    entry.owner,
    entry.document,
    entry.line,
    entry.partner,
    entry.reason,
    entry.reference,
    entry.at,
    entry.recordedAt,
    entry.source,
    entry.messageId,
    inputText(entry.input),
    entry.corrects ?? 0,
    entry.by ?? 0,
  ];
  return hash('sha256', JSON.stringify(said), 'base64url');
}
