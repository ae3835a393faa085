/** Stock is worth something else from now on: by decision, or by another method of valuation. */
import { formatFixed } from '../../decimal.ts';
import type { EntryInput, LedgerEntry, ValuationMethod } from '../../ledger.ts';
import type { Command, StockMethod, StockRevalue } from '../../message.ts';
import type { Position } from '../../position.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext } from '../context.ts';
import { noStockIn, refuseRevaluation, stockOf, writtenDown } from '../costing/applyRevaluation.ts';
import { mainPool } from '../policy.ts';
import { refusal } from '../refusal.ts';
import type { SkuState } from '../SkuState.ts';
import { nextPosition } from '../timeline.ts';
import { amountIn, decimalOf } from '../units.ts';
import { valuations } from '../valuation/valuations.ts';
import { knowItem } from './knowItem.ts';
import type { AnyDocument, Reading } from './movementLines.ts';
import { entryOf, readDocument, reasonOf } from './movementLines.ts';
import { forEachLine } from './onLine.ts';
import { refuseReserved } from './refuseReserved.ts';

export function bookRevaluation(context: BookContext, command: Command, data: StockRevalue): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachLine(data.lines, (line, index) => {
    refuseReserved(line);
    knowItem(context, line.sku, undefined);
    const state = context.workspace.sku(line.sku);
    const entry = valueEntry('revalue', reading, line, index);
    entry.input = readWorth(context, line);
    entry.toPool =
      line.location === undefined ? poolOfAmount(state, entry) : context.poolOf(line.location);
    if (entry.lot !== '' && (!valuations[state.costs.method].byLot || line.amount === undefined)) {
      const message = `an amount is for one lot only where ${line.sku} is valued by lot`;
      throw refusal('REVALUE_REFUSED', message, 'lot');
    }
    if (data.writeDown) writeDown(context, state, entry);
    refuseUnfit(state, entry);
    bookMovement(context, entry);
    const { item, costs } = state;
    if (item && item.standardCost !== costs.standardCost) {
      context.workspace.changeSku(state, { item: { ...item, standardCost: costs.standardCost } });
    }
  });
}

/** Below cost, and up again to that at most: as far as what is still there was written down. */
function writeDown({ policy }: BookContext, state: SkuState, entry: LedgerEntry): void {
  const { lot, toPool } = entry;
  const amount = entry.input?.amount;
  if (amount === undefined) {
    throw refusal('MESSAGE_INVALID', 'a write-down has an amount', 'amount');
  }
  entry.from = 'writedown';
  const { costs } = state;
  const pool = costs.known(toPool);
  // One that comes late takes what it can when it is costed.
  const isKnown = !costs.isProvisional && !state.isPast(nextPosition(state, entry));
  if (amount < 0n || !isKnown || !pool || stockOf(pool, lot).length === 0) return;
  const written = writtenDown(costs, pool, lot);
  if (amount <= written) return;
  const message = `what is there was written down by ${formatFixed(written, policy.minorDigits)} in all`;
  throw refusal('REVALUE_REFUSED', message, 'amount');
}

function readWorth(
  { policy }: BookContext,
  { amount, unitCost }: StockRevalue['lines'][number],
): EntryInput {
  if ((amount === undefined) === (unitCost === undefined)) {
    throw refusal('MESSAGE_INVALID', 'a line has either an amount or a unitCost', 'amount');
  }
  if (amount !== undefined) return { amount: amountIn(policy, amount, undefined) };
  return { unitCost: decimalOf(unitCost!, 'unitCost') };
}

/** An amount is for one pool; a cost of one unit is for all, and for those that come later. */
function poolOfAmount(state: SkuState, entry: LedgerEntry): string {
  if (entry.input!.amount === undefined) return '';
  const stocked = poolsWithStock(state, nextPosition(state, entry));
  if (stocked.length > 1) {
    const message = `the stock of ${state.sku} lies in the pools ${stocked.join(', ')}`;
    throw refusal('REVALUE_REFUSED', message, 'location');
  }
  return stocked[0] ?? mainPool;
}

/** Pools that hold something at a position. */
function poolsWithStock(state: SkuState, end: Position): string[] {
  const quantities = new Map(state.costs.inOrder().map(({ pool, quantity }) => [pool, quantity]));
  const later = state.isPast(end) ? state.historyFrom(end.at).factsAfter(end) : [];
  for (const { entry, quantity, isCancelled } of later) {
    if (isCancelled) continue;
    const { fromPool, toPool } = entry;
    quantities.set(fromPool, (quantities.get(fromPool) ?? 0n) + quantity);
    quantities.set(toPool, (quantities.get(toPool) ?? 0n) - quantity);
  }
  return [...quantities].flatMap(([pool, there]) => (pool !== '' && there > 0n ? pool : []));
}

/** Refuses what has no stock to change; of what does not come late also what would have to be cut short. */
function refuseUnfit(state: SkuState, entry: LedgerEntry): void {
  const { toPool, lot, input } = entry;
  if (input?.amount === undefined) return;
  const position = nextPosition(state, entry);
  if (!poolsWithStock(state, position).includes(toPool)) throw noStockIn(toPool);
  if (!state.isPast(position)) refuseRevaluation(state.costs.pool(toPool), lot, input.amount);
}

export function bookMethod(context: BookContext, command: Command, data: StockMethod): void {
  const reading = readDocument(context, command, data as unknown as AnyDocument);
  forEachLine(data.lines, (line, index) => {
    knowItem(context, line.sku, undefined);
    const state = context.workspace.sku(line.sku);
    const method = line.valuation;
    refuseMethod(state, method);
    const entry = valueEntry('method', reading, line, index);
    entry.input = { method };
    if (line.standardCost !== undefined) {
      entry.input.unitCost = decimalOf(line.standardCost, 'standardCost');
    }
    bookMovement(context, entry);
    const { method: valuation, standardCost } = state.costs;
    context.workspace.changeSku(state, { item: { ...state.item!, valuation, standardCost } });
  });
}

/** What lots cost is known only where each is valued by itself from the start. */
function refuseMethod({ sku, costs, item }: SkuState, method: ValuationMethod): void {
  const now = costs.method;
  if (method === now) {
    throw refusal('METHOD_REFUSED', `${sku} is valued by ${now} already`, 'valuation');
  }
  const hasStock = costs.pools.some(({ quantity }) => quantity !== 0n);
  if (method !== 'lot' || !hasStock || !item) return;
  throw refusal('METHOD_REFUSED', `${sku} has stock whose cost is not known by lot`, 'valuation');
}

/** A line that moves no quantity. */
const valueEntry = (
  kind: 'revalue' | 'method',
  reading: Reading,
  line: { line?: string; sku: string; location?: string },
  index: number,
): LedgerEntry => ({
  ...entryOf(reading.facts, line, index, 0n, reasonOf(reading, undefined)),
  ...{ kind, from: 'adjustment', to: line.location ?? '' },
});
