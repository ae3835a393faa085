/** What reservations ask of the books, and what they answer. */
import type { Micro } from '../../decimal.ts';
import type { StockbusError } from '../../errors.ts';
import type {
  Balance,
  CostPool,
  LedgerEntry,
  NegativePolicy,
  Reservation,
  ReservationLine,
} from '../../ledger.ts';
import type { CommandType, MessageData } from '../../message.ts';

/**
 * The part of the books that reservations read and change. Every change is undone with the rest of a
 * refused document. All balances of a SKU that a reservation names are loaded, and a change of what is
 * reserved makes the SKU's head part of the commit: that is how concurrent takers see each other.
 */
export interface ReservationBooks {
  /** By id; undefined where there is none. */
  reservation(id: string): Reservation | undefined;
  /**
   * Those of the loaded reservations that are pending and hold something of the SKU; all else that
   * they hold is loaded too.
   */
  pendingOf(sku: string): readonly Reservation[];
  /** The state after this, with its version already counted up; a new one has version 1. */
  changeReservation(reservation: Reservation): void;
  /** Answers of reservations that turned out to be over, in order. */
  readonly expired: ReservationAnswer[];

  /** Our own stock in good state; an empty one where there is none yet. */
  balance(sku: string, place: string, lot: string): Balance;
  /** All of the SKU at a place, or in all places of a pool, of every lot, status and owner. */
  balancesAt(sku: string, place: string): readonly Balance[];
  balancesIn(sku: string, pool: string): readonly Balance[];
  changeReserved(balance: Balance, by: Micro): void;
  /** Of which only what is reserved counts here. */
  pool(sku: string, pool: string): Pick<CostPool, 'reserved'>;
  changePoolReserved(sku: string, pool: string, by: Micro): void;

  /** What is decided rests on the SKU as it is now, though nothing of it changes: the commit fails
   *  where somebody else has changed it meanwhile. */
  rely(sku: string): void;

  poolOf(place: string): string;
  /** Moment of the decision, and its business day; the last day of a lot still counts. */
  readonly time: string;
  readonly today: string;
  /** Places of a pool as the policy lists them; `main` lists none; undefined: no such pool. */
  placesOf(pool: string): readonly string[] | undefined;
  /** What holds for a SKU at a place; at '' what holds where no place is named. */
  negative(sku: string, place: string): NegativePolicy;
  /** Whether more may be promised than is there; that an item says, not the hub as a whole. */
  mayBackorder(sku: string, place: string): boolean;
  /** Makes or refuses an unknown item, as the policy says. Throws for a bad quantity or unit. */
  toBaseUnits(sku: string, quantity: string, unit: string | undefined): Micro;

  /**
   * Books an issue to `customer`. Where no lot is named the item's rule picks, first among what is
   * not held by lot. Throws STOCK_INSUFFICIENT by the negative policy, as any issue, but against what
   * is on hand: that much was held for the taker.
   */
  issue(issue: ReservedIssue): void;
  /** Does the work, or undoes all of it and returns the error that it threw. */
  attempt(work: () => void): StockbusError | undefined;
}

export interface ReservedIssue
  extends Pick<LedgerEntry, 'document' | 'line' | 'partner' | 'reference' | 'at'>,
    Pick<LedgerEntry, 'sku' | 'lot' | 'quantity'> {
  place: string;
}

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

/** What becomes of a message: its own answer. Before it come those of the books' `expired`. */
export type ReservationRule<Data> = (
  books: ReservationBooks,
  data: Data,
  cause: Cause,
) => ReservationAnswer;

type ReservationType = Extract<CommandType, `reservation.${string}`>;
export type ReservationCommand = {
  [Type in ReservationType]: { type: Type; data: MessageData[Type] };
}[ReservationType];

export const isAboutReservation = (type: CommandType): type is ReservationType =>
  type.startsWith('reservation.');
