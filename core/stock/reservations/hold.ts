import type { Micro } from '../../decimal.ts';
import type { ReservationLine } from '../../ledger.ts';
import { refuseOverflow } from '../refusal.ts';
import type { ReservationBooks } from './reservationBooks.ts';

/**
 * Holds more of a line, or less where `by` is negative. What is held of any lot of a place stands on
 * the place's balance without a lot.
 */
export function hold(books: ReservationBooks, line: ReservationLine, by: Micro): void {
  if (by === 0n) return;
  const { sku, place, pool, lot } = line;
  const balance = place === '' ? undefined : books.balance(sku, place, lot);
  const { reserved } = balance ?? books.pool(sku, pool);
  refuseOverflow(reserved + by, 'what is reserved');
  if (balance) books.changeReserved(balance, by);
  else books.changePoolReserved(sku, pool, by);
}
