/** The statement of a SKU: its movements in business order, with what there was after each. */

import type { Micro, Minor } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { isOutside } from '../../ledger.ts';
import { byPosition, type Position } from '../../position.ts';

export interface StatementLine {
  /** Undefined for what was there before the period. */
  entry: LedgerEntry | undefined;
  owner: string;
  /** Change of what lies in our places, and of its value. */
  change: Micro;
  valueChange: Minor;
  /** After the line, of the same owner. */
  onHand: Micro;
  stockValue: Minor;
}

/** What an entry changes in all our places together. */
export const changeOf = ({ from, to, quantity }: LedgerEntry): Micro =>
  (isOutside(to) ? 0n : quantity) - (isOutside(from) ? 0n : quantity);

export const valueChangeOf = ({ fromPool, toPool, value }: LedgerEntry): Minor =>
  (toPool === '' ? 0n : value) - (fromPool === '' ? 0n : value);

/**
 * All entries of one SKU up to a date, as lines from `since` on. A correction stands right below the
 * fact that made it necessary, at whose time it counts. Our own stock comes first, then that of others
 * by owner, each with a balance of its own.
 */
export function statementOf(entries: readonly LedgerEntry[], since = ''): StatementLine[] {
  const byOwner = Map.groupBy(entries, ({ owner }) => owner);
  const owners = [...byOwner.keys()].sort();
  return owners.flatMap((owner) => linesOf(owner, byOwner.get(owner)!, since));
}

function linesOf(owner: string, entries: readonly LedgerEntry[], since: string): StatementLine[] {
  let onHand = 0n;
  let stockValue = 0n;
  const facts = new Map(entries.map((entry) => [entry.seq, entry]));
  /** Of a correction that of the fact at whose time it stands. */
  const standing = ({ at, seq, by = seq, rank }: LedgerEntry): Position => ({
    ...{ at, rank: facts.get(by)?.rank ?? rank, seq: by },
  });
  const inOrder = (one: LedgerEntry, other: LedgerEntry): number =>
    byPosition(standing(one), standing(other)) || one.seq - other.seq;
  const lines = [...entries].sort(inOrder).map((entry): StatementLine => {
    const change = changeOf(entry);
    const valueChange = valueChangeOf(entry);
    onHand += change;
    stockValue += valueChange;
    return { entry, owner, change, valueChange, onHand, stockValue };
  });
  if (since === '') return lines;
  const first = lines.findIndex(({ entry }) => entry!.at >= since);
  const before = lines.at(first < 0 ? -1 : first - 1);
  const opening: StatementLine = {
    entry: undefined,
    owner,
    change: 0n,
    valueChange: 0n,
    onHand: first === 0 ? 0n : before!.onHand,
    stockValue: first === 0 ? 0n : before!.stockValue,
  };
  return [opening, ...(first < 0 ? [] : lines.slice(first))];
}
