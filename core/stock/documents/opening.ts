/** What was there when the books began: quantity and value, neither bought nor found. */
import type { LedgerEntry } from '../../ledger.ts';
import type { Command, StockOpening } from '../../message.ts';
import type { BookContext } from '../context.ts';
import { refusal } from '../refusal.ts';
import type { Exchange } from '../units.ts';
import { quantityOf, statedAmount, statedCost } from '../units.ts';
import { knowItem } from './knowItem.ts';
import type { AnyDocument } from './movementLines.ts';
import { bookWithLots, entryOf, readDocument, reasonOf, setWay } from './movementLines.ts';
import { forEachLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

/** Before all that is ever booked. */
const BEGINNING = '0001-01-01T00:00:00.000Z';

type Line = StockOpening['lines'][number];

export function bookOpening(context: BookContext, command: Command, data: StockOpening): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachLine(data.lines, (line, index) => {
    refuseReserved(line);
    const item = knowItem(context, line.sku, line.unit);
    const { base, note } = quantityOf(context.policy, item, line.quantity, line.unit);
    if (base === 0n) throw refusal('MESSAGE_INVALID', 'the quantity is zero', 'quantity');
    const entry = entryOf(reading.facts, line, index, base, reasonOf(reading, undefined, note));
    setWay(entry, 'opening', 'opening', line.location);
    refuseRepeated(context, entry);
    const worth = worthOf(context, line, reading.exchange);
    if (item.valued) entry.input = worth;
    if (line.expiresOn !== undefined) {
      entry.input = { ...entry.input, expiresOn: line.expiresOn };
    }
    bookWithLots(context, item, entry);
  });
}

function worthOf(
  context: BookContext,
  line: Line,
  exchange: Exchange | undefined,
): NonNullable<LedgerEntry['input']> {
  const { policy, workspace } = context;
  if ((line.amount === undefined) === (line.unitCost === undefined)) {
    throw refusal('MESSAGE_INVALID', 'a line has either an amount or a unitCost', 'amount');
  }
  if (line.amount !== undefined) return statedAmount(policy, line.amount, exchange);
  const { item } = workspace.sku(line.sku);
  const { inUnit, factor } = quantityOf(policy, item!, line.quantity, line.unit);
  return statedCost(policy, inUnit, line.unitCost!, factor, exchange);
}

/** Lots of one place may be lines of one document; another document, or the same sent anew, is one too many. */
function refuseRepeated(
  { workspace }: BookContext,
  { sku, to, messageId, source }: LedgerEntry,
): void {
  const state = workspace.sku(sku);
  if (state.seq === 0) return;
  const other = state
    .historyFrom(BEGINNING)
    .factsAfter(undefined)
    .find(
      ({ entry, isCancelled }) =>
        entry.kind === 'opening' &&
        entry.to === to &&
        (entry.messageId !== messageId || entry.source !== source) &&
        !isCancelled,
    );
  if (!other) return;
  const message = `${other.entry.document} has the opening balance of ${sku} at ${to}`;
  throw refusal('OPENING_REPEATED', message, 'location');
}
