/** Stock is worth something else from now on: by decision, or by another method of valuation. */
import { StockbusError } from '../../errors.ts';
import type { ValuationMethod } from '../../ledger.ts';
import type { Command, StockMethod, StockRevalue } from '../../message.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext, Movement } from '../context.ts';
import { noStockIn, refuseRevaluation } from '../costing/applyRevaluation.ts';
import { forEachNeeding } from '../Missing.ts';
import { mainPool } from '../policy.ts';
import type { SkuState } from '../SkuState.ts';
import { amountIn, decimalOf } from '../units.ts';
import { knowItem } from './knowItem.ts';
import type { AnyDocument, Reading } from './movementLines.ts';
import { readDocument, reasonOf } from './movementLines.ts';
import { onLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

export function bookRevaluation(context: BookContext, command: Command, data: StockRevalue): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachNeeding(data.lines, (line, index) => {
    onLine('lines', index, () => {
      refuseReserved(line);
      knowItem(context, line.sku, undefined);
      const state = context.workspace.sku(line.sku);
      const movement = valueMovement('revalue', reading, line, index);
      movement.input = readWorth(context, line);
      const toPool =
        line.location === undefined
          ? poolOfAmount(state, movement, reading.facts.at)
          : context.poolOf(line.location);
      movement.pools = { fromPool: '', toPool };
      bookRevaluationOf(context, reading, state, movement);
    });
  });
}

function readWorth(
  { policy }: BookContext,
  { amount, unitCost }: StockRevalue['lines'][number],
): NonNullable<Movement['input']> {
  if ((amount === undefined) === (unitCost === undefined)) {
    throw new StockbusError('MESSAGE_INVALID', 'a line has either an amount or a unitCost', {
      field: 'amount',
    });
  }
  if (amount !== undefined) return { amount: amountIn(policy, amount, undefined) };
  return { unitCost: decimalOf(unitCost!, 'unitCost') };
}

/** An amount is for one pool; a cost of one unit is for all, and for those that come later. */
function poolOfAmount(state: SkuState, { input }: Movement, at: string): string {
  if (input!.amount === undefined) return '';
  const stocked = poolsWithStock(state, at);
  if (stocked.length > 1) {
    throw new StockbusError(
      'REVALUE_REFUSED',
      `the stock of ${state.sku} lies in the pools ${stocked.join(', ')}`,
      { field: 'location' },
    );
  }
  return stocked[0] ?? mainPool;
}

/** Pools that hold something at a business time. */
function poolsWithStock(state: SkuState, at: string): string[] {
  const quantities = new Map(state.costs.inOrder().map(({ pool, quantity }) => [pool, quantity]));
  const end = { at, seq: Number.POSITIVE_INFINITY };
  const later = at < state.latestAt ? state.historyFrom(at).factsAfter(end) : [];
  for (const { fact, isCancelled } of later) {
    if (isCancelled) continue;
    const { fromPool, toPool, quantity } = fact;
    quantities.set(fromPool, (quantities.get(fromPool) ?? 0n) + quantity);
    quantities.set(toPool, (quantities.get(toPool) ?? 0n) - quantity);
  }
  return [...quantities]
    .filter(([pool, quantity]) => pool !== '' && quantity > 0n)
    .map(([pool]) => pool);
}

function bookRevaluationOf(
  context: BookContext,
  { facts }: Reading,
  state: SkuState,
  movement: Movement,
): void {
  const { toPool } = movement.pools!;
  const { amount } = movement.input!;
  if (facts.at >= state.latestAt) refuseRevaluation(state.costs, toPool, amount);
  else if (amount !== undefined && !poolsWithStock(state, facts.at).includes(toPool)) {
    throw noStockIn(toPool);
  }
  bookMovement(context, facts, movement);
  const { item, costs } = state;
  if (item && item.standardCost !== costs.standardCost) {
    context.workspace.changeSku(state, { item: { ...item, standardCost: costs.standardCost } });
  }
}

export function bookMethod(context: BookContext, command: Command, data: StockMethod): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachNeeding(data.lines, (line, index) => {
    onLine('lines', index, () => {
      knowItem(context, line.sku, undefined);
      const state = context.workspace.sku(line.sku);
      const method = line.valuation;
      refuseMethod(state, method);
      const movement = valueMovement('method', reading, line, index);
      const unitCost =
        line.standardCost === undefined ? undefined : decimalOf(line.standardCost, 'standardCost');
      movement.input = { method, ...(unitCost === undefined ? {} : { unitCost }) };
      movement.pools = { fromPool: '', toPool: '' };
      bookMovement(context, reading.facts, movement);
      const { method: valuation, standardCost } = state.costs;
      context.workspace.changeSku(state, { item: { ...state.item!, valuation, standardCost } });
    });
  });
}

/** What lots cost is known only where each is valued by itself from the start. */
function refuseMethod({ sku, costs, item }: SkuState, method: ValuationMethod): void {
  const now = costs.method;
  if (method === now) {
    throw new StockbusError('METHOD_REFUSED', `${sku} is valued by ${now} already`, {
      field: 'valuation',
    });
  }
  const hasStock = [...costs.pools.values()].some(({ quantity }) => quantity !== 0n);
  if (method !== 'lot' || !hasStock || !item) return;
  throw new StockbusError('METHOD_REFUSED', `${sku} has stock whose cost is not known by lot`, {
    field: 'valuation',
  });
}

/** A line that moves no quantity. */
function valueMovement(
  kind: 'revalue' | 'method',
  reading: Reading,
  line: { line?: string; sku: string; location?: string },
  index: number,
): Movement {
  return {
    kind,
    sku: line.sku,
    from: 'adjustment',
    to: line.location ?? '',
    quantity: 0n,
    lot: '',
    status: 'available',
    owner: '',
    line: line.line ?? String(index + 1),
    reason: reasonOf(reading, undefined),
  };
}
