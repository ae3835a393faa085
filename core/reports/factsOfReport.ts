import type { WriterFacts } from '../ports.ts';
import type { Query } from './Query.ts';

/** What a report knows of itself: when it is written, and the first and the last day that it is of. */
export function factsOfReport({ since, asOf, period }: Query, now: number): WriterFacts {
  const [year, month] = (period ?? '').split('-').map(Number);
  const ofPeriod = year !== undefined && month !== undefined;
  return {
    date: new Date(now).toISOString(),
    since: since ?? (ofPeriod ? `${period}-01` : undefined),
    // The day before the first of the next month.
    asOf:
      asOf ??
      (ofPeriod ? new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) : undefined),
  };
}
