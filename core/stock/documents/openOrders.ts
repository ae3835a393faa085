import { lesser } from '../../decimal.ts';
import type { EntryKind, LedgerEntry, OpenOrder } from '../../ledger.ts';
import type { OrderUpsert } from '../../message.ts';
import type { BookContext } from '../context.ts';
import { quantityOf } from '../units.ts';
import { knowItem } from './knowItem.ts';
import { forEachLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

/** What is open of some lines of an order, as of now; lines that the message does not name stay. */
export function upsertOrder(context: BookContext, data: OrderUpsert): void {
  const { workspace, policy } = context;
  forEachLine(data.lines, (line) => {
    refuseReserved(line);
    const item = knowItem(context, line.sku, line.unit);
    const { base: quantity } = quantityOf(policy, item, line.quantity, line.unit);
    // So that whoever delivers it at the same moment sees it, or is seen.
    workspace.changeSku(workspace.sku(line.sku), {});
    const { sku, location: place, due } = line;
    const order = { document: data.document, line: line.line, kind: data.kind };
    workspace.claims.changeOpenOrder({ ...order, sku, place, quantity, due });
  });
}

/** What refers to an order takes from what is open of it, soonest due first. */
export function fulfil({ workspace }: BookContext, entry: LedgerEntry): void {
  if (entry.reference === '' || !(entry.kind in fulfilled)) return;
  let rest = entry.quantity;
  const orders = workspace.claims
    .openOrders(entry.reference)
    .filter(({ sku, quantity }) => sku === entry.sku && quantity > 0n)
    .filter(({ kind, place }) => kind === fulfilled[entry.kind] && arrives(entry, place))
    .sort((one, other) => (one.due < other.due ? -1 : 1));
  for (const order of orders) {
    const part = lesser(order.quantity, rest);
    if (part === 0n) return;
    workspace.claims.changeOpenOrder({ ...order, quantity: order.quantity - part });
    rest -= part;
  }
}

const fulfilled: Partial<Record<EntryKind, OpenOrder['kind']>> = {
  receive: 'purchase',
  issue: 'sale',
  transfer: 'transfer',
};

/** A transfer is to come until it is there; what goes into transit first is still to come. */
const arrives = ({ kind, to }: LedgerEntry, place: string): boolean =>
  kind !== 'transfer' || to === place;
