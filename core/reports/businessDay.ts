import type { StockPolicy } from '../stock/policy.ts';
import { calendarOf } from '../zone.ts';

/** The day of an instant in `stock.zone`, for people: a pivot by month counts it where the books do. */
export const businessDay = ({ zone }: StockPolicy, instant: string): string =>
  instant === '' ? '' : calendarOf(zone).dayOf(instant);
