/** What reservations are asked, and what they answer. */
import type { Micro } from '../../decimal.ts';
import type { LedgerEntry, Reservation, ReservationLine } from '../../ledger.ts';
import type { CommandType, MessageData } from '../../message.ts';

export type ReservationAction = 'create' | 'update' | 'commit' | 'void' | 'expire';

export type ReservationResult =
  | 'created'
  | 'updated'
  /** Some of it left, the rest is held on. */
  | 'partly_committed'
  | 'committed'
  | 'voided'
  | 'expired'
  /** The same request was answered before; or another under the same id, and where it differs. */
  | 'exists'
  | `exists_with_different_${string}`
  /** Its creation was refused; the id stays refused. */
  | 'already_failed'
  | 'already_committed'
  | 'already_voided'
  /** More asked than is there. */
  | 'insufficient'
  /** It is so already, or nothing was asked to be issued. */
  | 'unchanged'
  /** More to be issued than is held, less to be held than has left; or a line, place or lot that is not what is held. */
  | 'exceeds_reserved'
  | 'below_committed'
  | `has_different_${string}`;

/** What is held: a place (and perhaps a lot there), or '' for any place of the pool. */
export type Target = Pick<ReservationLine, 'sku' | 'place' | 'pool' | 'lot'>;
/** A place, and a lot there or '' for any. */
export type Spot = Omit<Target, 'pool'>;

/** What was asked and could not be given. */
export interface Shortage extends Target {
  line: string;
  asked: Micro;
  available: Micro;
}

/** Message that asks, and the moment of the decision. Time alone has neither source nor id. */
export type Cause = Pick<LedgerEntry, 'source' | 'messageId' | 'actor' | 'recordedAt'>;

/** One answer: one line of the reservation's log, and one event. */
export interface ReservationAnswer extends Cause {
  action: ReservationAction;
  result: ReservationResult;
  /** As it is afterwards. */
  reservation: Reservation;
  /** What can still be promised where each line holds or held, if the answer changed that. */
  available?: Micro[];
  /** Of each line, what it issued. */
  issued?: Micro[];
  shortage?: Shortage;
  /** What was short, or the reason that the message gave. */
  reason?: string;
}

type ReservationType = Extract<CommandType, `reservation.${string}`>;
export type ReservationCommand = {
  [Type in ReservationType]: { type: Type; data: MessageData[Type] };
}[ReservationType];

export const isAboutReservation = (type: CommandType): type is ReservationType =>
  type.startsWith('reservation.');
