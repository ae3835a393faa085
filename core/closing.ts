/**
 * Closings: what there was at the end of a month, as known at one moment. A report at a past date begins
 * with one and adds what it does not hold, so that it costs what lies between the two, and not what
 * lies in the whole ledger.
 *
 * A closing follows from packs alone, is made in the background, and never changed: what is recorded
 * later is in the next one. It has rows of every SKU for the last month that had ended; for an earlier
 * month, rows of those SKUs whose figures then have changed since the closing before, because something
 * came late. `verify` compares each row with the packs.
 */
import type { Status } from './ledger.ts';
import type { StoredNumber } from './packBody.ts';

/** Of the rows; a reader refuses another. */
export const CLOSING_FORMAT = 1;

export interface Closing {
  id: string;
  /** The closing that it goes on from; '' for the first. Of two that would go on from one, one is kept. */
  before: string;
  format: number;
  /**
   * Packs recorded up to this moment, RFC 3339 UTC with milliseconds, are in it. It was final when the
   * closing was made, in the sense of Store.finalUntil.
   */
  known: string;
  /** The last month that had ended by then, `YYYY-MM`. All months are those of UTC. */
  month: string;
  madeAt: string;
}

/**
 * `pools` and `balances`: what there was at the end of the month. `moves`: what moved in the month, of
 * the packs that the closing before did not know.
 */
export const closingKinds = ['pools', 'balances', 'moves'] as const;
export type ClosingKind = (typeof closingKinds)[number];

/** Rows of some SKUs, in the order of the SKUs. Those of a closing that was never completed count for nothing. */
export interface ClosingPart {
  closing: string;
  kind: ClosingKind;
  month: string;
  /** 0, 1, 2 … within closing, kind, and month. */
  part: number;
  firstSku: string;
  lastSku: string;
  /** JSON text: a list of PoolsRow, BalancesRow, or MovesRow. */
  body: string;
}

/** Parts by the SKUs that they may tell of, and by months, all inclusive; of closings that are complete. */
export interface ClosingFilter {
  kind: ClosingKind;
  closings: readonly string[];
  month: { from: string; through: string };
  skus?: { first: string; last: string };
}

export type ClosedPool = [pool: string, quantity: StoredNumber, value: StoredNumber];
export type ClosedBalance = [
  place: string,
  lot: string,
  status: Status,
  owner: string,
  onHand: StoredNumber,
  /** `seq` of the last entry that moved it. */
  seq: number,
];
/**
 * Of an entry its pack's version, when it was recorded and when it happened, in milliseconds since 1970,
 * and what pools gained by it: pool, quantity, value, for each of its sides that is in one.
 */
export type ClosedMove = [
  version: number,
  recordedAtMs: number,
  atMs: number,
  ...gains: StoredNumber[],
];

/** With the version that the closing knows; of a month before the closing's own it may have known less. */
export type PoolsRow = [sku: string, version: number, pools: ClosedPool[]];
/** 0: there are too many to be kept, and whoever asks reads the packs. */
export type BalancesRow = [sku: string, balances: ClosedBalance[] | 0];
/** In the order of the entries; of many there are several rows, the later ones with how many come before. */
export type MovesRow = [sku: string, moves: ClosedMove[], before?: number];

export interface ClosingRows {
  pools: PoolsRow;
  balances: BalancesRow;
  moves: MovesRow;
}

/** Rows of a SKU in a closing are at most so many balances. */
export const CLOSED_BALANCES = 64;

export const monthOf = (instant: string): string => instant.slice(0, 7);

export const endOfMonth = (month: string): string =>
  new Date(startOf(month, 1).getTime() - 1).toISOString();

const nextMonths = new Map<string, string>();

/** The same text each time: rows of every SKU are asked for by it. */
export function nextMonth(month: string): string {
  let next = nextMonths.get(month);
  if (next === undefined) {
    next = monthAfter(month);
    nextMonths.set(month, next);
  }
  return next;
}

function monthAfter(month: string): string {
  const number = Number(month.slice(5));
  if (number < 12) return `${month.slice(0, 5)}${String(number + 1).padStart(2, '0')}`;
  return `${String(Number(month.slice(0, 4)) + 1).padStart(4, '0')}-01`;
}

/** The first month of which a closing has rows of every SKU. */
export const firstClosed = (before: Closing | undefined, month: string): string =>
  before && before.month < month ? nextMonth(before.month) : month;

/** The last month that has ended at a moment. */
export function lastEnded(instant: string): string {
  const month = monthOf(instant);
  return endOfMonth(month) === instant ? month : monthOf(startOf(month, -1).toISOString());
}

/** First moment of a month so many after another. */
function startOf(month: string, after: number): Date {
  const start = new Date(`${month}-01T00:00:00.000Z`);
  start.setUTCMonth(start.getUTCMonth() + after);
  return start;
}
