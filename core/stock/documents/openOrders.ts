import { lesser } from '../../decimal.ts';
import type { EntryKind, LedgerEntry, OpenOrder } from '../../ledger.ts';
import type { OrderUpsert } from '../../message.ts';
import { isMoment, isOlder, saidAsOf } from '../../newest.ts';
import { byLine, compareUtf8 } from '../../order.ts';
import type { BookContext } from '../context.ts';
import { forEachNeeding } from '../Missing.ts';
import { quantityOf } from '../units.ts';
import type { Workspace } from '../workspace.ts';
import { knowItem } from './knowItem.ts';
import { forEachLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

/** What is open of some lines of an order; lines that the message does not name stay, and what is older does not win. */
export function upsertOrder(context: BookContext, data: OrderUpsert): void {
  const { workspace, policy } = context;
  const { document, kind, lines } = data;
  const changed = saidAsOf(data);
  forEachLine(lines, (line) => {
    refuseReserved(line);
    const item = knowItem(context, line.sku, line.unit);
    const { base: quantity } = quantityOf(policy, item, line.quantity, line.unit);
    // So that whoever delivers it at the same moment sees it, or is seen.
    workspace.changeSku(workspace.sku(line.sku), {});
    const { sku, location: place, due } = line;
    if (isOlder(changed, workspace.claims.openOrders(document).get(line.line)?.changed)) return;
    const order = { document, line: line.line, kind, sku, place, quantity, due };
    workspace.claims.changeOpenOrder({ ...order, changed, stated: quantity });
  });
  const skus = new Set(lines.map(({ sku }) => sku));
  forEachNeeding([...skus], (sku) => leaveOpen(workspace, document, sku));
}

/** What refers to an order takes from what is open of it, by due date, then line; cancelled (below zero), it gives back, the last first. */
export function fulfil({ workspace }: BookContext, fact: LedgerEntry, quantity: bigint): void {
  const { reference, kind, sku } = fact;
  if (reference === '' || !(kind in fulfilled)) return;
  if (leaveOpen(workspace, reference, sku)) return;
  const orders = linesOf(workspace, reference, sku);
  take(quantity < 0n ? orders.reverse() : orders, fact, quantity);
  change(workspace, orders);
}

/** Of lines that say when they were open: what was open then, less all that has come or left since. False where none says so. */
function leaveOpen(workspace: Workspace, document: string, sku: string): boolean {
  const lines = linesOf(workspace, document, sku).filter(({ changed }) => isMoment(changed));
  const [at] = lines.map(({ changed }) => changed).sort();
  if (at === undefined) return false;
  const state = workspace.sku(sku);
  const later =
    at < state.latestAt ? state.historyFrom(at).factsAfter({ at, rank: '', seq: 0 }) : [];
  for (const line of lines) line.quantity = line.stated;
  for (const { entry, quantity, isCancelled } of later) {
    if (!isCancelled && entry.reference === document) take(lines, entry, quantity);
  }
  change(workspace, lines);
  return true;
}

function linesOf({ claims }: Workspace, document: string, sku: string): OpenOrder[] {
  return [...claims.openOrders(document).values()]
    .flatMap((line) => (line.sku === sku ? { ...line } : []))
    .sort((one, other) => compareUtf8(one.due, other.due) || byLine(one.line, other.line));
}

function take(lines: readonly OpenOrder[], by: Fulfilling, quantity: bigint): void {
  let rest = quantity;
  for (const line of lines) {
    // What was open at a moment is open less all that was before it.
    const isMeant = line.kind === fulfilled[by.kind] && arrives(by, line.place);
    if (!isMeant || by.at <= line.changed) continue;
    const part =
      rest < 0n ? -lesser(line.stated - line.quantity, -rest) : lesser(line.quantity, rest);
    line.quantity -= part;
    rest -= part;
  }
}

function change({ claims }: Workspace, lines: readonly OpenOrder[]): void {
  for (const line of lines) {
    const known = claims.openOrders(line.document).get(line.line)!;
    if (known.quantity !== line.quantity) claims.changeOpenOrder(line);
  }
}

type Fulfilling = Pick<LedgerEntry, 'kind' | 'to' | 'at'>;

const fulfilled: Partial<Record<EntryKind, OpenOrder['kind']>> = {
  receive: 'purchase',
  issue: 'sale',
  transfer: 'transfer',
};

/** A transfer is to come until it is there; what goes into transit first is still to come. */
const arrives = ({ kind, to }: Fulfilling, place: string): boolean =>
  kind !== 'transfer' || to === place;
