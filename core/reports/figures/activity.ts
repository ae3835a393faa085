import type { Micro } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { isOutside } from '../../ledger.ts';
import { changeOf } from './statement.ts';
import { usageOf } from './usage.ts';

export interface Activity {
  /** Business time of the last issue that was not cancelled; '' none. */
  lastIssue: string;
  /** Business time at which it first came. */
  firstReceipt: string;
}

/** When our own stock of a SKU was last issued, as far as these entries say. */
export function activityOf(entries: readonly LedgerEntry[]): Activity {
  const cancelled = new Set<number>();
  for (const { kind, corrects } of entries) if (kind === 'cancel') cancelled.add(corrects!);
  const activity: Activity = { lastIssue: '', firstReceipt: '' };
  for (const entry of entries) {
    const { corrects, seq, at, from, owner } = entry;
    if (corrects !== undefined || owner !== '' || cancelled.has(seq)) continue;
    if ((usageOf(entry)?.quantity ?? 0n) > 0n && at > activity.lastIssue) activity.lastIssue = at;
    const arrived: Micro = isOutside(from) ? changeOf(entry) : 0n;
    if (arrived > 0n && (activity.firstReceipt === '' || at < activity.firstReceipt)) {
      activity.firstReceipt = at;
    }
  }
  return activity;
}
