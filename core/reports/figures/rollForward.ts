/** The roll-forward: what there was, what moved by kinds of movement, what there is. */
import type { Micro, Minor } from '../../decimal.ts';
import type { EntryKind, LedgerEntry } from '../../ledger.ts';

/** Those that move goods, and their value with them. */
const goodsMoves = [
  'opened',
  'received',
  'returnedToSupplier',
  'issued',
  'returnedByCustomer',
  'produced',
  'consumed',
  'transferred',
  'adjusted',
] as const;

/** Those that move value alone. */
const valueMoves = ['landed', 'invoiced', 'revalued', 'corrected'] as const;

export type GoodsMove = (typeof goodsMoves)[number];
export type MovementClass = GoodsMove | (typeof valueMoves)[number];

/** Signed: what leaves is negative, so that opening and all movements add up to closing. */
export interface RolledMove {
  pool: string;
  class: MovementClass;
  quantity: Micro;
  value: Minor;
}

/** What an entry does to the pools; nothing where it stays within one, or within none. */
export function rolledMovesOf(entry: LedgerEntry): RolledMove[] {
  const { fromPool, toPool, quantity, value } = entry;
  if (fromPool === toPool) return [];
  const isBetween = fromPool !== '' && toPool !== '';
  const moves: RolledMove[] = [];
  const of = isBetween ? 'transferred' : classOf(entry);
  if (fromPool !== '') {
    moves.push({ pool: fromPool, class: of, quantity: -quantity, value: -value });
  }
  if (toPool !== '') moves.push({ pool: toPool, class: of, quantity, value });
  return moves;
}

const corrections: readonly EntryKind[] = ['recost', 'trueup', 'variance'];

/**
 * By the place outside that it came from or went to, as the accounts of the journal are; what a
 * cancellation takes back, by the way of that.
 */
function classOf({ kind, from, to, toPool, quantity }: LedgerEntry): MovementClass {
  if (corrections.includes(kind) && quantity === 0n) return 'corrected';
  const outside = toPool === '' ? to : from;
  const isIn = (toPool !== '') !== (kind === 'cancel');
  switch (outside) {
    case 'supplier':
      if (quantity === 0n) return 'landed';
      return isIn ? 'received' : 'returnedToSupplier';
    case 'payable':
      return 'invoiced';
    case 'opening':
      return 'opened';
    case 'customer':
      return isIn ? 'returnedByCustomer' : 'issued';
    case 'production':
      return isIn ? 'produced' : 'consumed';
    default:
      return quantity === 0n ? 'revalued' : 'adjusted';
  }
}
