/** Which lots or serial numbers a line moves. */
import { compareKeys } from '../../cursor.ts';
import { formatDecimal, lesser, MICRO_ONE } from '../../decimal.ts';
import { type Balance, type Item, isOutside, type LedgerEntry } from '../../ledger.ts';
import { calendarOf } from '../../zone.ts';
import type { BookContext, Terms } from '../context.ts';
import { insufficient, refusal } from '../refusal.ts';
import { negativePolicy, nextPosition, rangeFrom } from '../timeline.ts';

/** The entry, which names its lot, or one for each lot that the item's rule picks, as of its time. */
export function withLots(
  context: BookContext,
  item: Item,
  entry: LedgerEntry,
  terms?: Terms,
): LedgerEntry[] {
  if (item.tracking === 'none' || entry.quantity === 0n) return [entry];
  const isSerial = item.tracking === 'serial';
  if (entry.lot !== '') {
    if (isSerial) refuseSerialQuantity(entry);
    return [entry];
  }
  if (!isOutside(entry.from) && entry.kind !== 'count') return pick(context, item, entry, terms);
  if (closesShortage(context, entry)) return [entry];
  const what = isSerial ? 'serial number' : 'lot';
  throw refusal('LOT_MISSING', `${item.sku} is kept by ${what}, the line names none`, 'lot');
}

/** What left without a lot is found, or counted as none, without one. */
function closesShortage({ workspace }: BookContext, entry: LedgerEntry): boolean {
  const { kind, sku, to, status, owner, quantity } = entry;
  if (kind !== 'count' && kind !== 'adjust') return false;
  const state = workspace.sku(sku);
  const balance = state.balance(to, '', status, owner);
  return rangeFrom(state, balance, nextPosition(state, entry)).most + quantity <= 0n;
}

function pick(
  context: BookContext,
  item: Item,
  entry: LedgerEntry,
  { isReserved }: Terms = {},
): LedgerEntry[] {
  if (item.tracking === 'serial') refuseSerialQuantity(entry);
  const state = context.workspace.sku(entry.sku);
  const isHeld = ({ lot, reserved }: Balance): boolean => lot !== '' && reserved !== 0n;
  if (state.balancesBy('place', entry.from).some(isHeld)) context.freeOverdue?.(entry.sku);
  const lots = pickable(context, item, entry);
  const takes = new Map<string, bigint>();
  let rest = entry.quantity;
  const take = (lot: string, most: bigint): void => {
    const part = most < rest ? most : rest;
    if (part <= 0n) return;
    takes.set(lot, (takes.get(lot) ?? 0n) + part);
    rest -= part;
  };
  for (const { lot, free } of lots) take(lot, free);
  // What was held for the taker is given as far as it is there, also where others hold the lot.
  if (isReserved) for (const { lot, there } of lots) take(lot, there - (takes.get(lot) ?? 0n));
  const picked = [...takes].map(([lot, quantity]) => ({ ...entry, lot, quantity }));
  if (rest === 0n) return picked;
  if (negativePolicy(state, entry.from, context.policy) === 'allow') {
    return [...picked, { ...entry, quantity: rest }];
  }
  const had = entry.quantity - rest;
  const what = 'there in lots that may be picked';
  throw insufficient(item.sku, entry.from, entry.quantity, had, what);
}

/**
 * Lots in the order in which they are to go; those that have expired stay. Of each what is not needed by anything
 * later, and of that what others do not hold.
 */
function pickable({ workspace, policy }: BookContext, item: Item, entry: LedgerEntry) {
  const { at } = entry;
  const state = workspace.sku(entry.sku);
  const day = calendarOf(policy.zone).dayOf(at);
  const position = nextPosition(state, entry);
  // What was there then may have left the books; what a count did not find was there before it.
  const history = state.isPast(position) ? state.historyFrom(at) : undefined;
  return state
    .balancesBy('place', entry.from)
    .map((balance) => {
      const left = history?.moves(balance)?.countAfter(position)?.input?.left;
      return left ? { ...balance, ...left } : balance;
    })
    .filter(
      ({ lot, status, owner, expiresOn }) =>
        lot !== '' &&
        status === entry.status &&
        owner === entry.owner &&
        (expiresOn === '' || expiresOn >= day),
    )
    .sort((one, other) => compareKeys(orderOf(one, item), orderOf(other, item)))
    .map((balance) => {
      const { least: there, isCounted } = rangeFrom(state, balance, position);
      const { lot, onHand, reserved } = balance;
      // What a later count finds is what is held of, whatever goes before it.
      return { lot, there, free: isCounted ? there : lesser(there, onHand - reserved) };
    });
}

const orderOf = ({ expiresOn, since, lot }: Balance, { picking }: Item): string[] =>
  picking === 'fefo' ? [expiresOn || '9999', since, lot] : [since, lot];

/** Of a serial number there is one, or, as a count may find, none; of several, none is halved. */
function refuseSerialQuantity({ sku, lot, kind, quantity, input }: LedgerEntry): void {
  const counted = kind === 'count' ? input!.counted! : MICRO_ONE;
  const isOne = quantity === MICRO_ONE && (counted === MICRO_ONE || counted === 0n);
  if (lot === '' ? quantity % MICRO_ONE === 0n : isOne) return;
  const what = lot === '' ? `${sku} is kept by serial number` : `serial number ${lot} of ${sku}`;
  const message = `${what}, the quantity is ${formatDecimal(quantity)}`;
  throw refusal('SERIAL_QUANTITY', message, 'quantity');
}
