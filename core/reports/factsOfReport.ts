import type { TypedFacts } from '../ports.ts';
import type { Query } from './Query.ts';
import { kindsOf } from './ReportSpec.ts';
import { reportOf } from './reports.ts';

/** What a report knows of itself: when it is written, the first and the last day that it is of, and what its fields are. */
export function factsOfReport({ name, since, asOf, period }: Query, now: number): TypedFacts {
  const [year, month] = (period ?? '').split('-').map(Number);
  const ofPeriod = year !== undefined && month !== undefined;
  return {
    date: new Date(now).toISOString(),
    kinds: kindsOf(reportOf(name)),
    since: since ?? (ofPeriod ? `${period}-01` : undefined),
    // The day before the first of the next month.
    asOf:
      asOf ??
      (ofPeriod ? new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) : undefined),
  };
}
