import { type AuditEntry, auditEntries } from '../auditTrail.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { storePages } from './pages.ts';
import { knownAt, ofAct, onlyRecordedAfter } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, hidden, inTime, onDay, rare } from './ReportSpec.ts';

export const auditTrail: ReportSpec = {
  name: 'audit-trail',
  about:
    'Shows who corrected, replayed, dismissed, paused, retired or allowed what, and when. Who booked what, the ledger says.',
  parameters: [ofAct, knownAt, onlyRecordedAfter],
  columns: [
    decimal('number', 'No', '1, 2, … without gaps.'),
    onDay(column('day', 'Day', 'Of that moment, in `stock.zone`.')),
    inTime(column('at', 'When')),
    column('actor', 'Who'),
    column('did', 'What', 'What it was about, and what was done, such as `parked.dismissed`.'),
    column('id', 'To what'),
    rare('reason', 'Reason'),
    rare('facts', 'More', 'What else says what was done, each as `name=value`.'),
    hidden('before', 'SHA-256 of the entry before it.'),
    hidden('hash', 'SHA-256 of this one.'),
  ],
  none: 'Nobody did anything.',
  examples: [
    'stockbus audit-trail --recorded-after 2026-10-31',
    'stockbus audit-trail --of parked.dismissed --format csv',
  ],
  read({ store, policy }, { act: word, knownAt: until, recordedAfter }, page) {
    const filter = {
      ...(word === undefined ? {} : { word }),
      ...(until === undefined ? {} : { until }),
      ...(recordedAfter === undefined ? {} : { since: justAfter(recordedAfter) }),
    };
    return storePages(
      (each) => auditEntries(store, filter, each),
      (entry) => entryRow(entry, policy),
      page,
    );
  },
};

const justAfter = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

function entryRow(entry: AuditEntry, policy: StockPolicy): RecordValue {
  const { number, at, actor, did, id, reason = '', facts = {}, before, hash } = entry;
  const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return {
    ...{ number: String(number), day: businessDay(policy, at), at, actor, did, id, reason },
    ...{ facts: told.join('; '), before, hash },
  };
}
