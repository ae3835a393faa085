/** Costs that come after the receipt: freight, customs, insurance. */
import { MICRO_ONE, mulDiv } from '../../decimal.ts';
import type { Command, StockLandedCost } from '../../message.ts';
import { byLine } from '../../order.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext } from '../context.ts';
import { historiesOf, type PostedFact } from '../costing/history.ts';
import { sharesOf, splitCost } from '../costing/splitCost.ts';
import { entriesOf } from '../invoicedEntries.ts';
import { forEachNeeding } from '../Missing.ts';
import { refusal } from '../refusal.ts';
import { amountIn } from '../units.ts';
import { type AnyDocument, entryOf, readDocument, reasonOf } from './movementLines.ts';
import { forEachLine } from './onLine.ts';

type Basis = NonNullable<StockLandedCost['split']>;

export function bookLandedCost(
  context: BookContext,
  command: Command,
  data: StockLandedCost,
): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  const targets = forEachLine(data.lines, (line) => receiptsOf(context, line));
  const amounts = amountsOf(context, data, targets, reading.exchange);
  forEachNeeding(targets.flat(), (target, index) => {
    const { entry, quantity: ofQuantity } = target;
    // Never before what it is a cost of.
    const at = reading.facts.at > entry.at ? reading.facts.at : entry.at;
    const input = { amount: amounts[index]!, of: entry.seq, ofQuantity };
    const { sku, lot, status, owner, to, toPool, document: reference } = entry;
    const facts = { ...reading.facts, at, reference };
    const of = { sku, lot, status, owner };
    bookMovement(context, {
      ...entryOf(facts, of, index, 0n, reasonOf(reading, undefined)),
      ...{ kind: 'landed', from: 'supplier', to, toPool, input },
    });
  });
}

function receiptsOf(
  { workspace }: BookContext,
  { receipt, sku, line }: StockLandedCost['lines'][number],
): PostedFact[] {
  const { documents } = workspace;
  const entries = sku === undefined ? documents.of(receipt) : entriesOf(documents, sku, receipt);
  const receipts = historiesOf(entries)
    .filter(({ entry }) => entry.document === receipt)
    .filter(({ entry, isCancelled }) => entry.kind === 'receive' && !isCancelled)
    .filter(({ entry }) => line === undefined || entry.line === line)
    .sort((one, other) => byLine(one.entry.line, other.entry.line));
  if (receipts.length > 0) return receipts;
  const what = [receipt, line && `line ${line}`, sku].filter(Boolean).join(', ');
  throw refusal('DOCUMENT_UNKNOWN', `there is no receipt ${what}`, 'receipt');
}

function amountsOf(
  { workspace, policy }: BookContext,
  data: StockLandedCost,
  targets: readonly PostedFact[][],
  exchange: Parameters<typeof amountIn>[2],
): bigint[] {
  const weigh = (target: PostedFact): bigint =>
    weightOf(target, data.split ?? 'value', workspace.sku(target.entry.sku).item?.weight ?? 0n);
  if (data.amount !== undefined) {
    const named = data.lines.findIndex(({ amount }) => amount !== undefined);
    if (named >= 0) {
      const message = 'both the document and a line have an amount';
      throw refusal('MESSAGE_INVALID', message, `lines[${named}].amount`);
    }
    return split(amountIn(policy, data.amount, exchange), targets.flat().map(weigh));
  }
  return targets.flatMap((some, index) => {
    const { amount } = data.lines[index]!;
    const field = `lines[${index}].amount`;
    if (amount !== undefined) {
      return split(amountIn(policy, amount, exchange, field), some.map(weigh));
    }
    throw refusal('MESSAGE_INVALID', 'neither the document nor the line has an amount', field);
  });
}

function weightOf({ entry, quantity, value }: PostedFact, basis: Basis, weight: bigint): bigint {
  switch (basis) {
    case 'quantity':
      return quantity;
    case 'value': {
      // As it said itself: an invoice may come before or after.
      const worth = entry.input?.amount ?? value;
      return worth < 0n ? 0n : worth;
    }
    case 'weight':
      if (weight > 0n) return mulDiv(quantity, weight, MICRO_ONE);
      throw refusal('MESSAGE_INVALID', `the item ${entry.sku} has no weight`, 'split');
    case 'equally':
      return 1n;
  }
}

/** Where nothing weighs anything, equally. */
const split = (amount: bigint, weights: readonly bigint[]): bigint[] =>
  splitCost(
    amount,
    sharesOf(weights.some((weight) => weight > 0n) ? weights : weights.map(() => 1n)),
  );
