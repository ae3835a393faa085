/** What is made out of other stock: production, kits, repacking. Cost goes in and comes out whole. */
import { StockbusError } from '../../errors.ts';
import type { Item, LedgerEntry } from '../../ledger.ts';
import type { Command, StockProduce } from '../../message.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext, Movement } from '../context.ts';
import type { Share } from '../costing/splitCost.ts';
import { splitCost } from '../costing/splitCost.ts';
import { forEachNeeding } from '../Missing.ts';
import { amountIn, decimalOf, type Quantity, quantityOf } from '../units.ts';
import { knowItem } from './knowItem.ts';
import { withLots } from './lots.ts';
import type { Reading } from './movementLines.ts';
import { readDocument, reasonOf } from './movementLines.ts';
import { onLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

export function bookProduction(context: BookContext, command: Command, data: StockProduce): void {
  const reading = readDocument(context, command, data);
  const consumed = forEachNeeding(data.components, (line, index) =>
    onLine('components', index, () => consume(context, reading, line, index)),
  ).flat();
  const extra =
    data.additionalCost === undefined
      ? 0n
      : amountIn(context.policy, data.additionalCost, reading.exchange);
  const products = forEachNeeding(data.lines, (line, index) =>
    onLine('lines', index, () => readProduct(context, reading, line, index)),
  );
  const shares = weightsOf(products.map(({ weight }) => weight));
  const incoming = splitCost(
    consumed.reduce((sum, { value }) => sum + value, extra),
    shares,
  );
  forEachNeeding(products, ({ item, movement }, index) => {
    const input = { ...movement.input, share: shares[index]!, extra };
    const made: Movement = { ...movement, input, incoming: incoming[index]! };
    onLine('lines', index, () => {
      for (const one of withLots(context, item, made, reading.facts.at)) {
        bookMovement(context, reading.facts, one);
      }
    });
  });
}

function consume(
  context: BookContext,
  reading: Reading,
  line: StockProduce['components'][number],
  index: number,
): LedgerEntry[] {
  refuseReserved(line);
  const item = knowItem(context, line.sku, line.unit);
  const { base: quantity, note } = quantityAbove0(context, item, line);
  const movement: Movement = {
    kind: 'consume',
    sku: line.sku,
    from: line.location,
    to: 'production',
    quantity,
    lot: line.lot ?? '',
    status: line.status ?? 'available',
    owner: line.owner ?? '',
    line: String(index + 1),
    reason: reasonOf(reading, undefined, note),
  };
  return withLots(context, item, movement, reading.facts.at).map((one) =>
    bookMovement(context, reading.facts, one),
  );
}

function readProduct(
  context: BookContext,
  reading: Reading,
  line: StockProduce['lines'][number],
  index: number,
): { item: Item; movement: Movement; weight: bigint } {
  refuseReserved(line);
  const item = knowItem(context, line.sku, line.unit);
  const { base: quantity, note } = quantityAbove0(context, item, line);
  const movement: Movement = {
    kind: 'produce',
    sku: line.sku,
    from: 'production',
    to: line.location,
    quantity,
    lot: line.lot ?? '',
    status: line.status ?? 'available',
    owner: '',
    ...(line.expiresOn === undefined ? {} : { input: { expiresOn: line.expiresOn } }),
    line: line.line ?? String(index + 1),
    reason: reasonOf(reading, undefined, note),
  };
  const weight = line.share === undefined ? quantity : decimalOf(line.share, 'share');
  return { item, movement, weight };
}

interface Counted {
  quantity: string;
  unit?: string;
}

function quantityAbove0({ policy }: BookContext, item: Item, line: Counted): Quantity {
  const quantity = quantityOf(policy, item, line.quantity, line.unit);
  if (quantity.base > 0n) return quantity;
  throw new StockbusError('MESSAGE_INVALID', 'the quantity is zero', { field: 'quantity' });
}

function weightsOf(weights: readonly bigint[]): Share[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let upTo = 0n;
  return weights.map((weight) => {
    const from = upTo;
    upTo += weight;
    return [from, upTo, whole];
  });
}
