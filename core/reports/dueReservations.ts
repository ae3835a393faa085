import type { Reservation } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Books } from '../ports.ts';
import { isDue } from '../stock/reservations/release.ts';

/** Reservations whose time is over though no sweep came by: they hold nothing. */
export async function dueReservations(store: Books, now: string): Promise<Reservation[]> {
  const ids = await store.dueReservations(now, limits.pageRows);
  if (ids.length === 0) return [];
  const { reservations } = await store.load({
    ...{ skus: [], openOrders: [] },
    reservations: ids,
  });
  return reservations.filter((reservation) => isDue(reservation, now));
}
