/** What is made out of other stock: production, kits, repacking. Cost goes in and comes out whole. */
import type { LedgerEntry } from '../../ledger.ts';
import type { Command, StockProduce } from '../../message.ts';
import type { BookContext } from '../context.ts';
import { sharesOf, splitCost } from '../costing/splitCost.ts';
import { refusal } from '../refusal.ts';
import { amountIn, decimalOf } from '../units.ts';
import type { AnyLine } from './movementLines.ts';
import { bookWithLots, readDocument, readLine, refuseNothing, setWay } from './movementLines.ts';
import { forEachLine } from './onLine.ts';

export function bookProduction(context: BookContext, command: Command, data: StockProduce): void {
  const reading = readDocument(context, command, data);
  const read = (line: AnyLine, index: number) => {
    const known = readLine(context, reading, line, index);
    refuseNothing(known.entry);
    return known;
  };
  const consume = (line: StockProduce['components'][number], index: number): LedgerEntry[] => {
    const { item, entry } = read(line, index);
    setWay(entry, 'consume', line.location, 'production');
    return bookWithLots(context, item, entry);
  };
  const consumed = forEachLine(data.components, consume, 'components').flat();
  const { additionalCost = '0' } = data;
  const extra = amountIn(context.policy, additionalCost, reading.exchange, 'additionalCost');
  const products = forEachLine(data.lines, (line, index) => {
    const { item, entry } = read(line, index);
    setWay(entry, 'produce', 'production', line.location);
    const weight = line.share === undefined ? entry.quantity : decimalOf(line.share, 'share');
    return { item, entry, weight };
  });
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
