/** Which entries a list of the ledger is asked for. */
import { type LedgerEntry, returnedTo } from './ledger.ts';
import type { LedgerFilter } from './ports.ts';

export function entryFilter(filter: LedgerFilter): (entry: LedgerEntry) => boolean {
  const { place, returnsTo, since, asOf, knownAt, recordedAfter } = filter;
  const names = (['sku', 'document', 'partner', 'reference', 'lot', 'kind'] as const).filter(
    (name) => filter[name] !== undefined,
  );
  return (entry) =>
    names.every((name) => entry[name] === filter[name]) &&
    (returnsTo === undefined || returnedTo(entry) === returnsTo) &&
    (place === undefined || entry.from === place || entry.to === place) &&
    (since === undefined || entry.at >= since) &&
    (asOf === undefined || entry.at <= asOf) &&
    (knownAt === undefined || entry.recordedAt <= knownAt) &&
    (recordedAfter === undefined || entry.recordedAt > recordedAfter);
}
