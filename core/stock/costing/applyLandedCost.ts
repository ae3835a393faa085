import { lesser, mulDiv } from '../../decimal.ts';
import { valuations } from '../valuation/valuations.ts';
import { type Effect, effectOf, type Fact, type Outcome } from './Fact.ts';
import type { SkuCosts } from './SkuCosts.ts';

/**
 * A cost that comes after its receipt: what is still there of the receipt, in whatever pool, takes
 * its share; the share of what is gone is cost of sales. Where each lot is valued by itself, receipts
 * of the same lot are not told apart: what is there of the lot is of this one, as far as it goes.
 */
export function applyLandedCost(costs: SkuCosts, fact: Fact): Outcome {
  const amount = fact.input!.amount!;
  const received = fact.input!.ofQuantity!;
  const shares = { quantity: 0n, given: 0n };
  let value = 0n;
  const effects: Effect[] = [];
  for (const pool of costs.inOrder()) {
    let share = 0n;
    for (const layer of [...pool.oldest()]) {
      const isOfIt = pool.valuation.byLot
        ? layer.lot === fact.lot
        : layer.origin === fact.input!.of;
      if (!isOfIt) continue;
      shares.quantity = lesser(shares.quantity + layer.quantity, received);
      const upTo = mulDiv(amount, shares.quantity, received);
      const part = notBelowZero(
        pool.valuation.layered ? layer.value : pool.value + share,
        upTo - shares.given,
      );
      shares.given = upTo;
      if (pool.valuation.layered) pool.grow(layer, 0n, part);
      share += part;
    }
    if (share === 0n || pool.valuation.worth) continue;
    pool.change(0n, share);
    if (pool.pool === fact.toPool) value = share;
    else effects.push(effectOf(fact, '', pool.pool, share));
  }
  const rest = amount - value - effects.reduce((sum, effect) => sum + effect.value, 0n);
  if (rest !== 0n) {
    const isVariance = valuations[costs.method].worth !== undefined;
    effects.push(
      isVariance
        ? { ...effectOf(fact, 'adjustment', '', rest), kind: 'variance' }
        : effectOf(fact, 'customer', '', rest),
    );
  }
  return { value, effects };
}

/** A credit takes no more than there is. */
const notBelowZero = (worth: bigint, part: bigint): bigint => (worth + part < 0n ? -worth : part);
