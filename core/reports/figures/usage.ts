/** What was issued: to customers, and into production. Cancelled issues do not count. */
import type { Micro, Minor } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';

/**
 * What an entry adds to the issues of its SKU. Corrections go the way of what they correct, and a
 * cancellation the other way round, so the way says whether it is about an issue.
 */
export function usageOf(entry: LedgerEntry): { quantity: Micro; value: Minor } | undefined {
  const { kind, from, to, fromPool, toPool, quantity, value } = entry;
  if (kind === 'cancel') {
    return isUse(from) && toPool !== '' ? { quantity: -quantity, value: -value } : undefined;
  }
  if (!isUse(to) || toPool !== '') return undefined;
  if (fromPool !== '') return { quantity, value };
  // The share of a landed cost that falls on what is gone already.
  return kind === 'effect' || kind === 'recost' ? { quantity: 0n, value } : undefined;
}

const isUse = (place: string): boolean => place === 'customer' || place === 'production';
