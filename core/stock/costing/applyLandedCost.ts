import { lesser, mulDiv } from '../../decimal.ts';
import { level } from '../valuation/lot.ts';
import { valuations } from '../valuation/valuations.ts';
import { type Effect, effectOf, type Fact, type Outcome } from './Fact.ts';
import type { SkuCosts } from './SkuCosts.ts';

/** A cost that comes after its receipt. */
export function applyLandedCost(costs: SkuCosts, fact: Fact): Outcome {
  const { amount = 0n, of = 0, ofQuantity = 0n } = fact.input!;
  const borne = bear(costs, fact, { amount, of, ofQuantity });
  const isOwn = ({ toPool }: Effect): boolean => toPool !== '' && toPool === fact.toPool;
  const value = borne.find(isOwn)?.value ?? 0n;
  return { value, effects: borne.filter((effect) => !isOwn(effect)) };
}

/**
 * What is still there of a receipt, in whatever pool, takes its share of an amount; the share of what is
 * gone is cost of sales.
 */
export function bear(
  costs: SkuCosts,
  fact: Fact,
  { amount, of, ofQuantity }: { amount: bigint; of: number; ofQuantity: bigint },
): Effect[] {
  const shares = { quantity: 0n, given: 0n };
  let rest = amount;
  const effects: Effect[] = [];
  for (const pool of costs.inOrder()) {
    let share = 0n;
    for (const layer of [...pool.oldest()]) {
      if (layer.origin !== of) continue;
      shares.quantity = lesser(shares.quantity + layer.quantity, ofQuantity);
      const upTo = mulDiv(amount, shares.quantity, ofQuantity);
      const worth = pool.valuation.layered ? layer.value : pool.value + share;
      const part = notBelowZero(worth, upTo - shares.given);
      shares.given = upTo;
      if (pool.valuation.layered) pool.grow(layer, 0n, part);
      if (pool.valuation.byLot) level(pool, layer.lot);
      share += part;
    }
    if (share === 0n || pool.valuation.worth) continue;
    pool.change(0n, share);
    rest -= share;
    effects.push(effectOf(fact, '', pool.pool, share));
  }
  if (rest === 0n) return effects;
  const isVariance = valuations[costs.method].worth !== undefined;
  const last = isVariance
    ? ({ ...effectOf(fact, 'adjustment', '', rest), kind: 'variance' } as const)
    : effectOf(fact, 'customer', '', rest);
  return [...effects, last];
}

/** A credit takes no more than there is. */
const notBelowZero = (worth: bigint, part: bigint): bigint => (worth + part < 0n ? -worth : part);
