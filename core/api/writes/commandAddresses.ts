/** Where commands are sent to: an address for each type of message. A new type is a line here. */
import type { CommandType } from '../../message.ts';
import type { RouteScope } from '../auth/scopes.ts';
import type { Method } from '../Route.ts';

export interface CommandAddress {
  method: Method;
  path: string;
  type: CommandType;
  summary: string;
  scope: RouteScope;
  /** Field of the message that the path says: the last of its parameters. */
  from?: 'reservation';
  /** What it makes has an address of its own, of which its answer tells. */
  makes?: true;
}

const posted = (path: string, type: CommandType, summary: string): CommandAddress => ({
  ...{ method: 'post', path: `/v1/${path}`, type, summary, scope: 'stock:write', makes: true },
});

const ofReservation = (
  method: Method,
  path: string,
  type: CommandType,
  summary: string,
): CommandAddress => ({
  ...{ method, path: `/v1/reservations/:id${path}`, type, summary },
  ...{ scope: 'stock:write', from: 'reservation' },
});

const byAdmin = (one: CommandAddress): CommandAddress => ({ ...one, scope: 'admin' });

export const commandAddresses: readonly CommandAddress[] = [
  posted('stock/receipts', 'stock.receive.v1', 'Goods arrive from a supplier.'),
  posted('stock/issues', 'stock.issue.v1', 'Goods leave for a customer.'),
  posted('stock/transfers', 'stock.transfer.v1', 'Goods move between two places.'),
  posted('stock/adjustments', 'stock.adjust.v1', 'What the books say is corrected.'),
  posted('stock/counts', 'stock.count.v1', 'Somebody counted; the difference is booked.'),
  posted('stock/returns', 'stock.return.v1', 'Goods come back, or go back.'),
  posted('stock/status-changes', 'stock.status.v1', 'Stock changes its state where it lies.'),
  posted('stock/productions', 'stock.produce.v1', 'Components go in and products come out.'),
  posted('stock/openings', 'stock.opening.v1', 'What was there when the books began.'),
  posted('stock/landed-costs', 'stock.landed-cost.v1', 'What receipts cost beside the goods.'),
  posted('stock/invoices', 'stock.invoice.v1', 'What a supplier invoices for receipts.'),
  posted('stock/revaluations', 'stock.revalue.v1', 'Stock is given another value.'),
  posted('stock/methods', 'stock.method.v1', 'Items are valued by another method.'),
  posted('stock/cancellations', 'stock.cancel.v1', 'A document is taken back.'),
  posted('reservations', 'reservation.create.v1', 'Stock is held for somebody.'),
  ofReservation('patch', '', 'reservation.update.v1', 'What is held becomes another.'),
  ofReservation('post', '/commit', 'reservation.commit.v1', 'What was held is issued.'),
  ofReservation('post', '/void', 'reservation.void.v1', 'What was held is given back.'),
  posted('items', 'item.upsert.v1', 'An item is made, or changed in the fields given.'),
  posted('locations', 'location.upsert.v1', 'A place is made, or changed in the fields given.'),
  posted('orders', 'order.upsert.v1', 'What is open of an order.'),
  byAdmin(posted('periods/closings', 'period.close.v1', 'The books are closed up to a day.')),
  byAdmin(posted('periods/reopenings', 'period.reopen.v1', 'Closed books are opened again.')),
];

export const commandTypes: readonly CommandType[] = commandAddresses.map(({ type }) => type);
