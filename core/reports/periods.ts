import { toldInWords } from '../closingChecks.ts';
import type { RecordValue } from '../ports.ts';
import { businessDay } from './businessDay.ts';
import { listPages } from './pages.ts';
import { knownAt } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, hidden, inTime, onDay, rare } from './ReportSpec.ts';

export const periods: ReportSpec = {
  name: 'periods',
  about: 'Shows when periods were closed and opened again, and why; the last line is what holds.',
  parameters: [knownAt],
  columns: [
    onDay(column('day', 'Day', 'Of that moment, in `stock.zone`.')),
    inTime(column('recordedAt', 'When')),
    column('action', 'What', 'close or reopen.'),
    onDay(column('through', 'Closed through', 'Last closed day; empty: no day is closed.')),
    column('reason', 'Reason'),
    rare('told', 'Told', 'What stood in the way and did not keep it from being closed.'),
    hidden('source'),
    column('messageId', 'Message'),
    column('actor', 'By'),
  ],
  none: 'No period was ever closed.',
  examples: ['stockbus periods'],
  async *read({ store, policy }, { knownAt: known }, page) {
    const { log } = await store.period();
    const rows = log
      .filter(({ recordedAt }) => known === undefined || recordedAt <= known)
      .map(
        ({ recordedAt, action, through, reason, told, ...who }): RecordValue => ({
          day: businessDay(policy, recordedAt),
          ...{ recordedAt, action, through, reason, told: toldInWords(told), ...who },
        }),
      );
    yield* listPages(rows, page);
  },
};
