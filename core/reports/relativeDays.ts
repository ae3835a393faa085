/** Days and months that a flow counts from the day on which its report is written, so that it says them once. */
import { calendarOf, daysAfter } from '../zone.ts';
import type { Query } from './Query.ts';

type Unit = 'week' | 'month' | 'quarter' | 'year';

const PERIOD =
  /^(?:(this|last) (week|month|quarter|year)|(\d{1,3}) (week|month|quarter|year)s ago)$/;
const EDGE = /^(first|last) of (.+)$/;
const AGO = /^(\d{1,4}) days ago$/;

/** Of a day: today, yesterday, `7 days ago`, or the first or last of a week, month, quarter or year. */
export const isRelativeDay = (text: string): boolean =>
  relativeDay(text, '2000-01-01') !== undefined;

/** Of a month: `this month`, `last month`, `3 months ago`. */
export const isRelativeMonth = (text: string): boolean =>
  relativeMonth(text, '2000-01-01') !== undefined;

/** The query as it is on the day of an instant, in a zone. */
export function queryOn(query: Query, nowMs: number, zone: string): Query {
  const today = calendarOf(zone).dayOf(new Date(nowMs).toISOString());
  const dated = { ...query };
  for (const field of ['since', 'asOf', 'knownAt', 'recordedAfter'] as const) {
    const day = dated[field] === undefined ? undefined : relativeDay(dated[field], today);
    if (day !== undefined) dated[field] = day;
  }
  const month = dated.period === undefined ? undefined : relativeMonth(dated.period, today);
  if (month !== undefined) dated.period = month;
  return dated;
}

function relativeDay(text: string, today: string): string | undefined {
  if (text === 'today') return today;
  if (text === 'yesterday') return daysAfter(today, -1);
  const [, days] = AGO.exec(text) ?? [];
  if (days !== undefined) return daysAfter(today, -Number(days));
  const [, edge, period = ''] = EDGE.exec(text) ?? [];
  const asked = edge === undefined ? undefined : periodOf(period);
  if (!asked) return undefined;
  const { unit, ago } = asked;
  return edge === 'first'
    ? firstOf(unit, ago, today)
    : daysAfter(firstOf(unit, ago - 1, today), -1);
}

function relativeMonth(text: string, today: string): string | undefined {
  const asked = periodOf(text);
  return asked?.unit === 'month' ? firstOf('month', asked.ago, today).slice(0, 7) : undefined;
}

function periodOf(text: string): { unit: Unit; ago: number } | undefined {
  const [, which, named, count, counted] = PERIOD.exec(text) ?? [];
  const unit = (named ?? counted) as Unit | undefined;
  if (unit === undefined) return undefined;
  return { unit, ago: count === undefined ? Number(which === 'last') : Number(count) };
}

/** The first day of the period so many before that of a day. Weeks begin on Monday. */
function firstOf(unit: Unit, ago: number, day: string): string {
  if (unit === 'week') {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    return daysAfter(day, -((weekday + 6) % 7) - 7 * ago);
  }
  const [year = 0, month = 1] = day.split('-').map(Number);
  const months = MONTHS[unit];
  const first = Math.floor((month - 1) / months) * months - months * ago;
  return new Date(Date.UTC(year, first, 1)).toISOString().slice(0, 10);
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;
