import type { LedgerEntry } from '../../ledger.ts';
import type { Fact, Position } from './Fact.ts';
import { byPosition, factOf, isBefore, isFact, wayKey } from './Fact.ts';

/** What the ledger says of a fact so far: its own entry and all that corrects it. */
export interface PostedFact {
  entry: LedgerEntry;
  /** With the quantity as it has become. */
  fact: Fact;
  /** Value along its own way. */
  value: bigint;
  /** Values along other ways, by `wayKey`; `last` is the last entry of each. */
  effects: Map<string, { value: bigint; last: LedgerEntry }>;
  isCancelled: boolean;
}

/** Facts of one SKU after a position, in business order, from entries in any order. */
export function historyOf(entries: readonly LedgerEntry[], after?: Position): PostedFact[] {
  const bySeq = new Map<number, PostedFact>();
  for (const entry of entries) {
    if (!isFact(entry) || (after && !isBefore(after, entry))) continue;
    const { value } = entry;
    const fact = factOf(entry);
    bySeq.set(entry.seq, { entry, fact, value, effects: new Map(), isCancelled: false });
  }
  for (const entry of entries) {
    const posted = entry.by === undefined ? undefined : bySeq.get(entry.by);
    if (posted) addDerived(posted, entry);
  }
  return [...bySeq.values()].sort((one, other) => byPosition(one.fact, other.fact));
}

function addDerived(posted: PostedFact, entry: LedgerEntry): void {
  if (entry.kind === 'cancel' || entry.kind === 'recount') {
    // A count whose difference has turned is taken back the way that it went at first.
    const sign = entry.from === posted.entry.from ? 1n : -1n;
    posted.value += sign * entry.value;
    if (entry.kind === 'cancel') posted.isCancelled = true;
    else posted.fact.quantity += sign * entry.quantity;
    return;
  }
  const key = wayKey(entry);
  if (key === mainWay(posted.entry)) {
    posted.value += entry.value;
    return;
  }
  const known = posted.effects.get(key);
  posted.effects.set(key, { value: (known?.value ?? 0n) + entry.value, last: entry });
}

export const mainWay = (entry: LedgerEntry): string => wayKey({ ...entry, corrects: entry.seq });
