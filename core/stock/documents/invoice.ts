/** What a supplier invoices for what receipts brought, or will bring. */
import { formatDecimal, MICRO_ONE, mulDiv } from '../../decimal.ts';
import type { EntryInput, Item } from '../../ledger.ts';
import type { Command, StockInvoice } from '../../message.ts';
import { appendEntry, bookMovement, effectEntry } from '../bookMovement.ts';
import type { BookContext } from '../context.ts';
import { refusal } from '../refusal.ts';
import type { Exchange } from '../units.ts';
import { amountIn, decimalOf, quantityOf, statedCost } from '../units.ts';
import { knowItem } from './knowItem.ts';
import type { AnyDocument } from './movementLines.ts';
import { entryOf, readDocument, reasonOf, setWay } from './movementLines.ts';
import { forEachLine } from './onLine.ts';

type Line = StockInvoice['lines'][number];

export function bookInvoice(context: BookContext, command: Command, data: StockInvoice): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachLine(data.lines, (line, index) => {
    const item = knowItem(context, line.sku, line.unit);
    const { sku, line: number, receipt } = line;
    const facts = { ...reading.facts, reference: receipt };
    const of = { sku, ...(number === undefined ? {} : { line: number }) };
    const entry = entryOf(facts, of, index, 0n, reasonOf(reading, undefined));
    setWay(entry, 'invoice', 'payable', 'supplier');
    entry.input = invoicedBy(context, item, line, reading.exchange);
    bookMovement(context, entry);
    // By the number of its receipt it is found, also by a receipt that comes later.
    const way = { from: 'payable', to: 'supplier', fromPool: '', toPool: '', value: 0n };
    const mark = { ...way, kind: 'effect', corrects: entry.seq, document: receipt } as const;
    appendEntry(context, context.workspace.sku(sku), {
      ...effectEntry(entry, mark),
      reason: 'invoiced',
    });
  });
}

function invoicedBy(
  { policy }: BookContext,
  item: Item,
  line: Line,
  exchange: Exchange | undefined,
): EntryInput {
  const { unitCost, amount, receiptLine } = line;
  if ((amount === undefined) === (unitCost === undefined)) {
    throw refusal('MESSAGE_INVALID', 'a line has either an amount or a unitCost', 'amount');
  }
  const { inUnit, base, factor } = quantityOf(policy, item, line.quantity, line.unit);
  const stated =
    unitCost === undefined
      ? decimalOf(amount!, 'amount')
      : mulDiv(inUnit, decimalOf(unitCost, 'unitCost'), MICRO_ONE);
  refuseSigns(base, stated);
  const input: EntryInput = {
    amount:
      unitCost === undefined
        ? amountIn(policy, amount!, exchange)
        : statedCost(policy, inUnit, unitCost, factor, exchange).amount,
    ofQuantity: base,
  };
  if (receiptLine !== undefined) input.ofLine = receiptLine;
  if (exchange) {
    const { currency, rate } = exchange;
    input.stated = `${formatDecimal(stated)} ${currency} at ${formatDecimal(rate, 12)}`;
  }
  return input;
}

/** Goods are not invoiced for less than nothing, nor credited for more. */
function refuseSigns(quantity: bigint, amount: bigint): void {
  if (quantity === 0n && amount === 0n) {
    throw refusal('MESSAGE_INVALID', 'neither a quantity nor an amount is invoiced', 'quantity');
  }
  if (quantity === 0n || amount === 0n || quantity > 0n === amount > 0n) return;
  throw refusal('MESSAGE_INVALID', 'quantity and amount have different signs', 'amount');
}
