import type { SkuHead } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { storePages } from './pages.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, inTime, onDay } from './ReportSpec.ts';

export const recosts: ReportSpec = {
  name: 'recosts',
  about:
    'Shows which SKUs are being re-costed after a document that came late, and how far that is. Their quantities are right, their values not final.',
  parameters: [],
  columns: [
    column('sku', 'SKU'),
    onDay(column('day', 'Day', 'Of that time, in `stock.zone`.')),
    inTime(column('from', 'From', 'Business time from which on values are not final.')),
    decimal('seq', 'Seq', 'Entry of the SKU from which on values are not final.'),
    decimal('done', 'Done', 'Movements re-costed so far.'),
    decimal('total', 'Of', 'About how many there are.'),
    decimal('progress', '%', 'How much of it is done.'),
  ],
  none: 'All values are final.',
  examples: ['stockbus recosts'],
  read: ({ store, policy }, _, page) =>
    storePages(
      (each) => store.recosts(each),
      (head) => recostRow(head, policy),
      page,
    ),
};

function recostRow({ sku, recost }: SkuHead, policy: StockPolicy): RecordValue {
  const { at = '', seq = 0, done = 0, total = 0 } = recost ?? {};
  const progress = total === 0 ? 0 : Math.min(99, Math.floor((done * 100) / total));
  return {
    sku,
    day: businessDay(policy, at),
    from: at,
    seq: String(seq),
    done: String(done),
    total: String(total),
    progress: String(progress),
  };
}
