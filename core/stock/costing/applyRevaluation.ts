import { amountOf, lesser, mulDiv, spreadByQuantity, unitCostOf } from '../../decimal.ts';
import type { StockbusError } from '../../errors.ts';
import type { CostLayer, ValuationMethod, WrittenDown } from '../../ledger.ts';
import { isBefore } from '../../position.ts';
import { assign } from '../../UndoLog.ts';
import { refusal } from '../refusal.ts';
import { spreadWorth, sumOfLayers } from '../valuation/lot.ts';
import { takeLayers } from '../valuation/takeLayers.ts';
import { valuations } from '../valuation/valuations.ts';
import { type Effect, effectOf, type Fact, type Outcome } from './Fact.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { SkuCosts } from './SkuCosts.ts';
import { type Debt, payDebts, settleShortages } from './settleShortages.ts';

/**
 * Somebody decides what stock is worth: by a difference, or by a cost of one unit. Of a pool without
 * stock nothing changes, and no layer becomes worth less than nothing. Without a pool it is about all.
 */
export function revalue(costs: SkuCosts, fact: Fact): Outcome {
  const { unitCost } = fact.input!;
  const isStandard = valuations[costs.method].worth !== undefined;
  if (isStandard && unitCost !== undefined) costs.setMethod(costs.method, unitCost);
  if (fact.from === 'writedown') return { value: writeDown(costs, fact), effects: [] };
  return ofPools(costs, fact, (pool) => revaluePool(pool, fact));
}

/** Below cost, or up again to that at most (IAS 2.33), whatever was known when it was booked. */
function writeDown(costs: SkuCosts, fact: Fact): bigint {
  const { at, rank, seq, toPool, lot, input } = fact;
  const pool = costs.pool(toPool);
  if (input!.amount! > 0n) return writeUp(costs, pool, lot, input!.amount!);
  const { quantity } = sumOfLayers(stockOf(pool, lot));
  const value = revaluePool(pool, fact);
  const made = { at, rank, seq, pool: toPool, lot, quantity, value: -value };
  if (value !== 0n) keep(costs, pool, [...costs.written, made]);
  return value;
}

/** What was written down last first, and nothing but the goods that were. */
function writeUp(costs: SkuCosts, pool: PoolCosts, lot: string, amount: bigint): bigint {
  let rest = amount;
  const written = costs.written.toReversed().map((down) => {
    const open = openOf(pool, down, lot);
    const part = lesser(rest, open);
    if (part === 0n) return down;
    const goods = goodsOf(pool, down);
    if (pool.valuation.layered) revalueLayers(pool, goods, part);
    else pool.change(0n, part);
    rest -= part;
    return { ...down, quantity: leftOf(pool, down), value: open - part };
  });
  keep(costs, pool, written.reverse());
  return amount - rest;
}

function keep(costs: SkuCosts, pool: PoolCosts, written: readonly WrittenDown[]): void {
  costs.tracker?.undo.add(assign<SkuCosts>, costs, { written: costs.written });
  const isOpen = (one: WrittenDown): boolean =>
    one.value > 0n && (one.pool !== pool.pool || leftOf(pool, one) > 0n);
  costs.written = written.filter(isOpen);
}

/** By how much what is there now, of a lot or all of it, was written down. */
export const writtenDown = ({ written }: SkuCosts, pool: PoolCosts, lot: string): bigint =>
  written.reduce((sum, down) => sum + openOf(pool, down, lot), 0n);

/** What a write-down of a pool took off comes back in that pool; of a lot there, or in all of the pool. */
function openOf(pool: PoolCosts, down: WrittenDown, lot: string): bigint {
  if (down.pool !== pool.pool || (lot !== '' && down.lot !== lot)) return 0n;
  return mulDiv(down.value, leftOf(pool, down), down.quantity);
}

/** How many of those that were written down are left. */
const leftOf = (pool: PoolCosts, down: WrittenDown): bigint =>
  lesser(sumOfLayers(goodsOf(pool, down)).quantity, down.quantity);

const goodsOf = (pool: PoolCosts, down: WrittenDown): CostLayer[] =>
  stockOf(pool, down.lot).filter((layer) => isBefore(layer, down));

/** Own value where the fact names its pool; else one effect for each pool. */
function ofPools(costs: SkuCosts, fact: Fact, change: (pool: PoolCosts) => bigint): Outcome {
  if (fact.toPool !== '') return { value: change(costs.pool(fact.toPool)), effects: [] };
  const effects: Effect[] = [];
  for (const pool of costs.inOrder()) {
    const value = change(pool);
    if (value !== 0n) effects.push(effectOf(fact, '', pool.pool, value));
  }
  return { value: 0n, effects };
}

function revaluePool(pool: PoolCosts, { lot, input }: Fact): bigint {
  const { amount, unitCost } = input!;
  const { worth, layered } = pool.valuation;
  const { quantity, minorDigits } = pool;
  if (unitCost !== undefined) {
    // What comes next without a cost comes at this one, also where there is nothing now.
    pool.change(0n, 0n, unitCost);
    if (layered) return setLayers(pool, unitCost);
    if (worth) return changeWorth(pool, worth(quantity, unitCost, minorDigits));
    return quantity > 0n ? changeWorth(pool, amountOf(quantity, unitCost, minorDigits)) : 0n;
  }
  if (quantity <= 0n) return 0n;
  if (layered) return revalueLayers(pool, stockOf(pool, lot), amount!);
  const wanted = pool.value + amount!;
  return changeWorth(pool, wanted < 0n ? 0n : wanted);
}

/** Each layer is worth its quantity at that cost; roundings even out over them. */
function setLayers(pool: PoolCosts, unitCost: bigint): bigint {
  const before = pool.value;
  let quantity = 0n;
  let given = 0n;
  for (const layer of [...pool.oldest()]) {
    quantity += layer.quantity;
    const upTo = amountOf(quantity, unitCost, pool.minorDigits);
    const part = upTo - given - layer.value;
    given = upTo;
    pool.changeLayer(layer, 0n, part);
    pool.change(0n, part);
  }
  return pool.value - before;
}

export const noStockIn = (pool: string): StockbusError =>
  refusal('REVALUE_REFUSED', `there is no stock in the pool ${pool}`, 'amount');

/** Refuses what `revalue` would have to cut short; asked before such a fact is booked. */
export function refuseRevaluation(pool: PoolCosts, lot: string, amount: bigint): void {
  const stock = stockOf(pool, lot);
  if (stock.length === 0) throw noStockIn(pool.pool);
  if (pool.valuation.worth) {
    throw refusal('REVALUE_REFUSED', 'stock at standard cost is revalued by unitCost', 'amount');
  }
  const layers = pool.valuation.layered ? sharesOf(amount, stock) : [];
  const isBelowZero = layers.some(([layer, share]) => layer.value + share < 0n);
  if (!isBelowZero && pool.value + amount >= 0n) return;
  throw refusal('REVALUE_REFUSED', 'some stock would be worth less than nothing', 'amount');
}

function changeWorth(pool: PoolCosts, worth: bigint): bigint {
  const value = worth - pool.value;
  pool.change(0n, value);
  return value;
}

/** Of a lot, or all that there is. */
export const stockOf = (pool: PoolCosts, lot: string): CostLayer[] =>
  lot === '' ? [...pool.oldest()] : pool.layersOf(lot);

function revalueLayers(pool: PoolCosts, layers: readonly CostLayer[], amount: bigint): bigint {
  let value = 0n;
  for (const [layer, share] of sharesOf(amount, layers)) {
    const part = layer.value + share < 0n ? -layer.value : share;
    pool.changeLayer(layer, 0n, part);
    value += part;
  }
  pool.change(0n, value);
  return value;
}

/** An amount over layers, each by its quantity; the sum is exact. */
function sharesOf(amount: bigint, layers: readonly CostLayer[]): [CostLayer, bigint][] {
  const shares = spreadByQuantity(amount, layers);
  return layers.map((layer, index) => [layer, shares[index]!]);
}

/**
 * Another method for all pools of a SKU, those that come later too. It begins with what the stock cost: of layers
 * all, and into layers it is spread over them by quantity. Only to standard cost it is revalued, at the standard that
 * is stated, or else at what the SKU costs on average.
 */
export function changeMethod(costs: SkuCosts, fact: Fact): Outcome {
  const method = fact.input!.method!;
  const { worth } = valuations[method];
  const settled = valuations[costs.method].byLot
    ? costs.inOrder().flatMap((pool) => settleLots(costs, pool, fact))
    : [];
  const standardCost = worth ? (fact.input!.unitCost ?? costNow(costs)) : costs.standardCost;
  costs.setMethod(method, standardCost);
  const changed = ofPools(costs, fact, (pool) => changePoolMethod(pool, method, standardCost));
  return { ...changed, effects: [...settled, ...changed.effects] };
}

/** Lots that are no longer told apart make good for each other: no pool has stock and is short too. */
function settleLots(costs: SkuCosts, pool: PoolCosts, fact: Fact): Effect[] {
  const shortages = pool.all().filter(({ quantity }) => quantity < 0n);
  const short = shortages.reduce((sum, { quantity }) => sum - quantity, 0n);
  const there = pool.quantity + short;
  const quantity = lesser(short, there);
  if (quantity === 0n) return [];
  const debts: Debt[] = [];
  const slices = takeLayers(pool, { quantity, lot: '' }, () => pool.oldest());
  settleShortages(costs, pool, shortages, slices, debts);
  const corrected = debts.reduce((sum, { value }) => sum + value, 0n);
  pool.change(0n, -corrected);
  return payDebts(costs, pool, fact, debts);
}

function changePoolMethod(pool: PoolCosts, method: ValuationMethod, standardCost: bigint): bigint {
  const { layered: wasLayered, worth: hadWorth } = pool.valuation;
  pool.setMethod(method);
  const { worth, layered } = pool.valuation;
  if (worth) {
    pool.change(0n, 0n, standardCost);
    spreadWorth(pool, pool.all(), 0n);
    return changeWorth(pool, worth(pool.quantity, standardCost, pool.minorDigits));
  }
  // Shortages carry their cost again, to be trued up.
  if (pool.quantity <= 0n && hadWorth) spreadWorth(pool, pool.all(), pool.value);
  if (pool.quantity <= 0n || layered === wasLayered) return 0n;
  spreadWorth(pool, stockOf(pool, ''), layered ? pool.value : 0n);
  return 0n;
}

/** Of one, over all that there is. */
function costNow(costs: SkuCosts): bigint {
  const stocked = costs.inOrder().filter(({ quantity }) => quantity > 0n);
  const { quantity, value } = sumOfLayers(stocked);
  if (quantity > 0n) return unitCostOf(value, quantity, costs.minorDigits);
  return costs.lastCost;
}
