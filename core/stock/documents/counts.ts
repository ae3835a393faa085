/** Counts: what was found is booked as the difference to what the books have at that time. */
import type { LedgerEntry } from '../../ledger.ts';
import type { Command } from '../../message.ts';
import { tupleKey } from '../../tupleKey.ts';
import type { BookContext } from '../context.ts';
import { findAnew } from '../findAnew.ts';
import { hasOnePlace } from '../policy.ts';
import { refusal } from '../refusal.ts';
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
    setDifference(context, entry);
    bookWithLots(context, context.workspace.sku(entry.sku).item!, entry);
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

function setDifference(context: BookContext, entry: LedgerEntry): void {
  const { workspace, policy, poolOf } = context;
  const { sku, to, lot, status, owner, quantity, input } = entry;
  const state = workspace.sku(sku);
  const balance = state.balance(to, lot, status, owner);
  findAnew(context, state, { ...entry, ...nextPosition(state, entry) }, true, entry);
  const placed = { ...entry, ...nextPosition(state, entry) };
  const found = foundBy(state, balance, placed, quantity);
  const { amount, ...stated } = input ?? {};
  entry.input = { ...stated, counted: quantity };
  const isOfNow = hasOnePlace(policy, poolOf(to)) && stated.dated === undefined;
  if (stated.unitCost !== undefined && !isOfNow) entry.input.keepsCost = true;
  entry.quantity = found < 0n ? -found : found;
  if (found < 0n) setWay(entry, 'count', to, 'adjustment');
}
