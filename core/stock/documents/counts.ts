/** Counts: what was found is booked as the difference to what the books have at that time. */
import type { LedgerEntry } from '../../ledger.ts';
import type { Command } from '../../message.ts';
import { tupleKey } from '../../tupleKey.ts';
import type { BookContext } from '../context.ts';
import { findAnew, refuseLess } from '../findAnew.ts';
import { hasOnePlace } from '../policy.ts';
import { refusal } from '../refusal.ts';
import type { SkuState } from '../SkuState.ts';
import { foundBy, nextPosition } from '../timeline.ts';
import { type AnyDocument, bookWithLots, readDocument, readLine, setWay } from './movementLines.ts';
import { forEachLine } from './onLine.ts';

/** Lines of one balance add up: two people count two shelves. */
export function bookCount(context: BookContext, command: Command, data: AnyDocument): void {
  const reading = readDocument(context, command, data);
  const counted = new Map<string, LedgerEntry>();
  const entries = forEachLine(data.lines, (line, index) => {
    const { entry } = readLine(context, reading, line, index, true);
    setWay(entry, 'count', 'adjustment', line.location ?? '');
    const key = tupleKey(entry.sku, entry.to, entry.lot, entry.status, entry.owner);
    const first = counted.get(key);
    if (first) addTo(first, entry);
    else counted.set(key, entry);
    return first ? undefined : entry;
  });
  forEachLine(entries, (entry) => {
    if (!entry) return;
    const state = context.workspace.sku(entry.sku);
    const less = setDifference(context, state, entry);
    bookWithLots(context, state.item!, entry);
    if (less < 0n) refuseLess(context, state, entry, less);
  });
}

function addTo(first: LedgerEntry, { quantity, input, reason }: LedgerEntry): void {
  if (input?.unitCost !== first.input?.unitCost) {
    const message = 'lines that count the same stock state different costs';
    throw refusal('MESSAGE_INVALID', message, 'unitCost');
  }
  first.quantity += quantity;
  if (input) first.input = { ...first.input, ...input };
  first.reason ||= reason;
}

/** Returns what others find less from now on, below zero. */
function setDifference(context: BookContext, state: SkuState, entry: LedgerEntry): bigint {
  const { policy, poolOf } = context;
  const { to, lot, status, owner, quantity, input } = entry;
  const balance = state.balance(to, lot, status, owner);
  const less = findAnew(context, state, { ...entry, ...nextPosition(state, entry) }, true, entry);
  const placed = { ...entry, ...nextPosition(state, entry) };
  const found = foundBy(state, balance, placed, quantity);
  const { amount, ...stated } = input ?? {};
  entry.input = { ...stated, counted: quantity };
  const isOfNow = hasOnePlace(policy, poolOf(to)) && stated.dated === undefined;
  if (stated.unitCost !== undefined && !isOfNow) entry.input.keepsCost = true;
  entry.quantity = found < 0n ? -found : found;
  if (found < 0n) setWay(entry, 'count', to, 'adjustment');
  return less;
}
