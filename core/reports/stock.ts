import { formatDecimal } from '../decimal.ts';
import type { Balance } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { businessDay } from './businessDay.ts';
import { storePages } from './pages.ts';
import { asOf, knownAt, location, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, onDay, rare } from './ReportSpec.ts';

export const stock: ReportSpec = {
  name: 'stock',
  about: 'Shows what lies where: every balance, or those of one SKU or location.',
  parameters: [sku, location, asOf, knownAt],
  columns: [
    column('sku', 'SKU'),
    column('location', 'Location'),
    column('lot', 'Lot'),
    {
      ...column('status', 'Status'),
      text: ({ status, expired }) =>
        (expired === 'yes' && status === 'available' ? 'expired' : status) as string,
    },
    rare('owner', 'Owner', 'Whose it is, where it is not ours.'),
    onDay(rare('expiresOn', 'Expires on', 'Last day of the lot.')),
    decimal('onHand', 'On hand', 'What lies there, in the base unit.'),
    decimal('reserved', 'Reserved', 'Part of it that is reserved; 0 as of a past date.'),
    decimal(
      'available',
      'Available',
      'What can be promised: on hand less reserved; 0 unless it is ours, its status is available and its lot has not expired.',
    ),
    hidden('version', 'Of two states of a balance, the higher is the newer.'),
    hidden(
      'expired',
      '`yes` where the last day of its lot is over, which a table says as its status; as of a past date no last day is known.',
    ),
  ],
  isOfNow: true,
  none: 'There is no stock of that kind.',
  examples: ['stockbus stock ESP-1KG', 'stockbus stock --location BER --as-of 2026-03-31'],
  read({ store, policy, now }, query, page) {
    const filter = filterOf(query, 'sku', 'place', 'asOf', 'knownAt');
    const day = businessDay(policy, now);
    return storePages(
      (each) => store.stock(filter, each),
      (balance) => stockRow(balance, day),
      page,
    );
  },
};

function stockRow(balance: Balance, day: string): RecordValue {
  const { status, owner, expiresOn } = balance;
  const isExpired = expiresOn !== '' && expiresOn < day;
  const isPromised = status === 'available' && owner === '' && !isExpired;
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
    expired: isExpired ? 'yes' : '',
  };
}
