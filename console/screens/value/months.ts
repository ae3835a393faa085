/** Months of the books, as `2026-03`; days in the zone of the hub. */
import { hub } from '../../state/hub.ts';

/** As `2026-03-31`. */
export const today = (): string =>
  new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: hub.value.zone, year: 'numeric', month: '2-digit', day: '2-digit' },
  }).format(new Date());

const dayAt = (month: string, months: number, days: number): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + months, 1 + days))
    .toISOString()
    .slice(0, 10);

export const monthFrom = (month: string, months: number): string =>
  dayAt(month, months, 0).slice(0, 7);
export const lastDayOf = (month: string): string => dayAt(month, 1, -1);
export const dayBefore = (month: string): string => dayAt(month, 0, -1);

export interface Chosen {
  month: string;
  /** Parameters of reports. */
  asked: { period: string } | { since: string; asOf: string };
  /** The last day that counts. */
  until: string;
}

/** The month that the address names, as far as the clock lets it: nothing is behind the day that is looked at. */
export function chosenMonth(month: string | undefined, asOf: string | undefined): Chosen {
  const last = asOf ?? today();
  const wanted = /^\d{4}-(?:0[1-9]|1[0-2])$/.test(month ?? '') ? month! : last.slice(0, 7);
  const chosen = asOf !== undefined && wanted > asOf.slice(0, 7) ? asOf.slice(0, 7) : wanted;
  const end = lastDayOf(chosen);
  if (asOf === undefined || asOf.slice(0, 10) >= end)
    return { month: chosen, asked: { period: chosen }, until: end };
  return { month: chosen, asked: { since: `${chosen}-01`, asOf }, until: asOf };
}
