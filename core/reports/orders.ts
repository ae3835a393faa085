import { formatDecimal } from '../decimal.ts';
import type { OpenOrder } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { storePages } from './pages.ts';
import { sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, onDay } from './ReportSpec.ts';

export const orders: ReportSpec = {
  name: 'orders',
  about: 'Shows what is to come and to go: open lines of purchase, transfer and sales orders.',
  parameters: [sku],
  columns: [
    column('sku', 'SKU'),
    onDay(column('due', 'Due')),
    column('document', 'Document'),
    column('line', 'Line'),
    column('kind', 'Kind', 'purchase and transfer are to come, sale is to go.'),
    column('location', 'Location'),
    decimal('quantity', 'Open', 'Still to come or to go.'),
  ],
  none: 'There are no open orders.',
  examples: ['stockbus orders ESP-1KG'],
  read({ store }, query, page) {
    const filter = filterOf(query, 'sku');
    return storePages((each) => store.openOrders(filter, each), orderRow, page);
  },
};

const orderRow = ({
  sku: of,
  due,
  document,
  line,
  kind,
  place,
  quantity,
}: OpenOrder): RecordValue => ({
  sku: of,
  due,
  document,
  line,
  kind,
  location: place,
  quantity: formatDecimal(quantity),
});
