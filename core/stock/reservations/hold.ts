import type { Micro } from '../../decimal.ts';
import type { ReservationLine } from '../../ledger.ts';
import { refuseOverflow } from '../refusal.ts';
import type { ReservationBooks } from './contract.ts';

/**
 * Holds more of a line, or less where `by` is negative. What is held of any lot of a place stands on
 * the place's balance without a lot.
 */
export function hold(books: ReservationBooks, line: ReservationLine, by: Micro): void {
  if (by === 0n) return;
  const { sku, place, pool, lot } = line;
  if (place === '') {
    refuseOverflow(books.pool(sku, pool).reserved + by, 'what is reserved');
    books.changePoolReserved(sku, pool, by);
    return;
  }
  const balance = books.balance(sku, place, lot, 'available', '');
  refuseOverflow(balance.reserved + by, 'what is reserved');
  books.changeReserved(balance, by);
}
