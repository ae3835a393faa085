import { formatDecimal } from '../decimal.ts';
import type { Balance } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { storePages } from './pages.ts';
import { asOf, knownAt, location, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, rare } from './ReportSpec.ts';

export const stock: ReportSpec = {
  name: 'stock',
  about: 'Shows what lies where: every balance, or those of one SKU or location.',
  parameters: [sku, location, asOf, knownAt],
  columns: [
    column('sku', 'SKU'),
    column('location', 'Location'),
    column('lot', 'Lot'),
    column('status', 'Status'),
    rare('owner', 'Owner', 'Whose it is, where it is not ours.'),
    rare('expiresOn', 'Expires on', 'Last day of the lot.'),
    decimal('onHand', 'On hand', 'What lies there, in the base unit.'),
    decimal('reserved', 'Reserved', 'Part of it that is reserved; 0 as of a past date.'),
    decimal(
      'available',
      'Available',
      'What can be promised: on hand less reserved; 0 unless it is ours and its status is available.',
    ),
    hidden('version', 'Of two states of a balance, the higher is the newer.'),
  ],
  none: 'There is no stock of that kind.',
  examples: ['stockbus stock ESP-1KG', 'stockbus stock --location BER --as-of 2026-03-31'],
  read({ store }, query, page) {
    const filter = filterOf(query, 'sku', 'place', 'asOf', 'knownAt');
    return storePages((each) => store.stock(filter, each), stockRow, page);
  },
};

function stockRow(balance: Balance): RecordValue {
  const isPromised = balance.status === 'available' && balance.owner === '';
  return {
    sku: balance.sku,
    location: balance.place,
    lot: balance.lot,
    status: balance.status,
    owner: balance.owner,
    expiresOn: balance.expiresOn,
    onHand: formatDecimal(balance.onHand),
    reserved: formatDecimal(balance.reserved),
    available: formatDecimal(isPromised ? balance.onHand - balance.reserved : 0n),
    version: String(balance.version),
  };
}
