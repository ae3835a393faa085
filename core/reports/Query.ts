import type { ReservationState, Status } from '../ledger.ts';

export const queryNames = [
  'stock',
  'valuation',
  'ledger',
  'statement',
  'explain',
  'roll-forward',
  'journal',
  'trial',
  'ageing',
  'open-items',
  'slow-movers',
  'abc',
  'available',
  'reservations',
  'orders',
  'documents',
  'items',
  'locations',
  'trace',
  'unpriced',
  'uncosted',
  'unmatched-returns',
  'recosts',
  'closing',
  'periods',
  'audit-trail',
] as const;

export type QueryName = (typeof queryNames)[number];

/** What a report is asked; which of these it knows, `core/reports/` says. */
export interface Query {
  name: QueryName;
  sku?: string;
  place?: string;
  document?: string;
  partner?: string;
  reference?: string;
  lot?: string;
  account?: string;
  /** Of the audit trail: an actor, what was done, or what it was done to. */
  act?: string;
  state?: ReservationState;
  status?: Status;
  /** Business time from which on, and up to which, movements count: a day (of `stock.zone`) or an instant. */
  since?: string;
  asOf?: string;
  /** Month, `YYYY-MM`, from whose first day and up to whose end movements count. */
  period?: string;
  /** Time of recording up to which entries count. Never in the future. */
  knownAt?: string;
  /** Time of recording after which entries count; not after `knownAt`. */
  recordedAfter?: string;
  /** What a row is. */
  by?: string;
  days?: number;
  /** Bounds of ages in days, ascending. */
  ranges?: number[];
  /** Percentages of the classes, which sum to 100. */
  shares?: number[];
}
