/**
 * Two-phase reservations: stock is held (pending), then issued wholly or in part, given back, or its
 * time is over. Every answer is data; only a message that cannot be understood (unknown unit, place
 * outside, closed period) is thrown as a StockbusError and changes nothing.
 *
 * What a hold covers is a lot at a place, a place, or a pool of places, each inside the next. All
 * holds can be met at once while none of these has more held inside it than is there; every take
 * checks all levels around it, so no order of takes can break a promise.
 */
import { commitReservation } from './reservations/commit.ts';
import type { ReservationCommand } from './reservations/contract.ts';
import { createReservation } from './reservations/create.ts';
import { voidReservation } from './reservations/release.ts';
import type { ReservationRule } from './reservations/reservationBooks.ts';
import { updateReservation } from './reservations/update.ts';

const rules = {
  'reservation.create.v1': createReservation,
  'reservation.update.v1': updateReservation,
  'reservation.commit.v1': commitReservation,
  'reservation.void.v1': voidReservation,
};

export const decideReservation: ReservationRule<ReservationCommand> = (books, command) =>
  rules[command.type](books, command.data as never);
