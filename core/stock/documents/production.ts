/** What is made out of other stock: production, kits, repacking. Cost goes in and comes out whole. */
import type { Item, LedgerEntry } from '../../ledger.ts';
import type { Command, StockProduce } from '../../message.ts';
import type { BookContext } from '../context.ts';
import { sharesOf, splitCost } from '../costing/splitCost.ts';
import { refusal } from '../refusal.ts';
import { amountIn, decimalOf } from '../units.ts';
import type { Reading } from './movementLines.ts';
import { bookWithLots, readDocument, readLine, refuseNothing, setWay } from './movementLines.ts';
import { forEachLine } from './onLine.ts';

export function bookProduction(context: BookContext, command: Command, data: StockProduce): void {
  const reading = readDocument(context, command, data);
  const consumed = forEachLine(
    data.components,
    (line, index) => consume(context, reading, line, index),
    'components',
  ).flat();
  const { additionalCost = '0' } = data;
  const extra = amountIn(context.policy, additionalCost, reading.exchange, 'additionalCost');
  const products = forEachLine(data.lines, (line, index) =>
    readProduct(context, reading, line, index),
  );
  const stated = data.lines.filter(({ share }) => share !== undefined).length;
  if (stated % products.length > 0 || products.every(({ weight }) => weight === 0n)) {
    const message = 'shares stand on every product line or on none, and not all are 0';
    throw refusal('SHARES_INVALID', message, 'lines');
  }
  const shares = sharesOf(products.map(({ weight }) => weight));
  const cost = consumed.reduce((sum, { value }) => sum + value, extra);
  const incoming = splitCost(cost, shares);
  forEachLine(products, ({ item, entry }, index) => {
    entry.input = { ...entry.input, share: shares[index]!, extra };
    bookWithLots(context, item, entry, { incoming: incoming[index]! });
  });
}

function consume(
  context: BookContext,
  reading: Reading,
  line: StockProduce['components'][number],
  index: number,
): LedgerEntry[] {
  const { item, entry } = readLine(context, reading, line, index);
  refuseNothing(entry);
  setWay(entry, 'consume', line.location, 'production');
  return bookWithLots(context, item, entry);
}

function readProduct(
  context: BookContext,
  reading: Reading,
  line: StockProduce['lines'][number],
  index: number,
): { item: Item; entry: LedgerEntry; weight: bigint } {
  const { item, entry } = readLine(context, reading, line, index);
  refuseNothing(entry);
  setWay(entry, 'produce', 'production', line.location);
  const weight = line.share === undefined ? entry.quantity : decimalOf(line.share, 'share');
  return { item, entry, weight };
}
