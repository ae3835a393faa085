import { amountOf, mulDiv, unitCostOf } from '../../decimal.ts';
import { StockbusError } from '../../errors.ts';
import type { CostLayer } from '../../ledger.ts';
import type { Fact, Outcome } from './Fact.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { SkuCosts } from './SkuCosts.ts';

/**
 * Somebody decides what stock is worth: by a difference, or by a cost of one unit. Of a pool without
 * stock nothing changes, and no layer becomes worth less than nothing.
 */
export function revalue(costs: SkuCosts, fact: Fact): Outcome {
  const pool = costs.pool(fact.toPool);
  const { amount, unitCost } = fact.input!;
  if (unitCost !== undefined && pool.valuation.worth) {
    costs.setMethod(costs.method, unitCost);
    pool.change(0n, 0n, unitCost);
    return changeWorth(pool, pool.valuation.worth(pool.quantity, unitCost, pool.minorDigits));
  }
  if (pool.quantity <= 0n) return { value: 0n, effects: [] };
  const wanted =
    unitCost === undefined
      ? pool.value + amount!
      : amountOf(pool.quantity, unitCost, pool.minorDigits);
  return pool.valuation.layered
    ? revalueLayers(pool, wanted - pool.value)
    : changeWorth(pool, wanted < 0n ? 0n : wanted);
}

/** Refuses what `revalue` would have to cut short; asked before such a fact is booked. */
export function refuseRevaluation(costs: SkuCosts, name: string, amount: bigint | undefined): void {
  if (amount === undefined) return;
  const pool = costs.pools.get(name);
  if (!pool || pool.quantity <= 0n) {
    throw new StockbusError('REVALUE_REFUSED', `there is no stock in the pool ${name}`, {
      field: 'amount',
    });
  }
  if (pool.valuation.worth) {
    throw new StockbusError('REVALUE_REFUSED', 'stock at standard cost is revalued by unitCost', {
      field: 'amount',
    });
  }
  const layers = pool.valuation.layered ? sharesOf(pool, amount) : [];
  const isBelowZero = layers.some(([layer, share]) => layer.value + share < 0n);
  if (!isBelowZero && pool.value + amount >= 0n) return;
  throw new StockbusError('REVALUE_REFUSED', 'some stock would be worth less than nothing', {
    field: 'amount',
  });
}

function changeWorth(pool: PoolCosts, worth: bigint): Outcome {
  const value = worth - pool.value;
  pool.change(0n, value);
  return { value, effects: [] };
}

function revalueLayers(pool: PoolCosts, amount: bigint): Outcome {
  let value = 0n;
  for (const [layer, share] of sharesOf(pool, amount)) {
    const part = layer.value + share < 0n ? -layer.value : share;
    pool.grow(layer, 0n, part);
    value += part;
  }
  pool.change(0n, value);
  return { value, effects: [] };
}

/** An amount over the layers with stock, each by its quantity; the sum is exact. */
function sharesOf(pool: PoolCosts, amount: bigint): [CostLayer, bigint][] {
  const layers = [...pool.oldest()];
  const whole = layers.reduce((sum, { quantity }) => sum + quantity, 0n);
  let quantity = 0n;
  let given = 0n;
  return layers.map((layer) => {
    quantity += layer.quantity;
    const upTo = quantity === whole ? amount : mulDiv(amount, quantity, whole);
    const share = upTo - given;
    given = upTo;
    return [layer, share];
  });
}

/**
 * Another method for one pool. Out of layers into one cost for all, stock is revalued at the cost of
 * the newest layer; into layers it keeps its value, spread over them by quantity. To standard cost it
 * is revalued at the standard that is stated, or else at its average.
 */
export function changeMethod(costs: SkuCosts, fact: Fact): Outcome {
  const pool = costs.pool(fact.toPool);
  const method = fact.input!.method!;
  const { layered: wasLayered, byLot: wasByLot } = pool.valuation;
  const newest = [...pool.newest()][0];
  const newestCost =
    wasLayered && !wasByLot && newest
      ? unitCostOf(newest.value, newest.quantity, pool.minorDigits)
      : averageOf(pool);
  pool.setMethod(method);
  const { worth, layered } = pool.valuation;
  const standardCost = worth ? (fact.input!.unitCost ?? newestCost) : costs.standardCost;
  costs.setMethod(method, standardCost);
  if (worth) {
    pool.change(0n, 0n, standardCost);
    forgetLayerValues(pool);
    return changeWorth(pool, worth(pool.quantity, standardCost, pool.minorDigits));
  }
  if (layered === wasLayered || pool.quantity <= 0n) return { value: 0n, effects: [] };
  if (layered) {
    for (const [layer, share] of sharesOf(pool, pool.value)) pool.grow(layer, 0n, share);
    return { value: 0n, effects: [] };
  }
  forgetLayerValues(pool);
  if (wasByLot) return { value: 0n, effects: [] };
  return changeWorth(pool, amountOf(pool.quantity, newestCost, pool.minorDigits));
}

function averageOf(pool: PoolCosts): bigint {
  return pool.quantity > 0n
    ? unitCostOf(pool.value, pool.quantity, pool.minorDigits)
    : pool.lastCost;
}

function forgetLayerValues(pool: PoolCosts): void {
  for (const layer of pool.oldest()) pool.grow(layer, 0n, -layer.value);
}
