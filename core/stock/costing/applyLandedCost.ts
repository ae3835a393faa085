import { lesser, mulDiv, spreadBy } from '../../decimal.ts';
import { level } from '../valuation/lot.ts';
import { valuations } from '../valuation/valuations.ts';
import { type Effect, effectOf, type Fact, type Outcome, varianceOf } from './Fact.ts';
import type { Bearer, GoodsTaker } from './owed.ts';
import type { References } from './References.ts';
import type { SkuCosts } from './SkuCosts.ts';

/** So much on goods that came. */
interface Borne {
  amount: bigint;
  /** By which fact they came, and how many. */
  of: number;
  ofQuantity: bigint;
  /** So many that the supplier took back besides bear nothing. */
  back?: bigint;
  /** They came back of what left before it was there. */
  wasShort?: boolean | undefined;
}

/** A cost that comes after its receipt. */
export function applyLandedCost(costs: SkuCosts, fact: Fact, references: References): Outcome {
  const { amount = fact.incoming ?? 0n, of = 0, ofQuantity = 0n } = fact.input!;
  return { value: 0n, effects: bear(costs, fact, { amount, of, ofQuantity }, references) };
}

/**
 * What is still there of a receipt, in whatever pool, takes its share of an amount; the share of what is
 * gone goes where that went. Who took it is known where costing began before it came; else it stays open. Without
 * `references` all that is gone is cost of sales.
 */
export function bear(
  costs: SkuCosts,
  fact: Fact,
  { amount, of, ofQuantity, back = 0n, wasShort }: Borne,
  references?: References,
): Effect[] {
  const shares = { quantity: 0n, given: 0n };
  const shareOf = (quantity: bigint): bigint => {
    const { given } = shares;
    shares.quantity = lesser(shares.quantity + quantity, ofQuantity);
    shares.given = mulDiv(amount, shares.quantity, ofQuantity);
    return shares.given - given;
  };
  let rest = amount;
  let toSkip = back;
  const effects: Effect[] = [];
  for (const pool of costs.inOrder()) {
    let share = 0n;
    for (const layer of [...pool.oldest()]) {
      if (layer.origin !== of) continue;
      const worth = pool.valuation.layered ? layer.value : pool.value + share;
      const part = notBelowZero(worth, shareOf(layer.quantity));
      if (pool.valuation.layered) pool.changeLayer(layer, 0n, part);
      if (pool.valuation.byLot) level(pool, layer);
      share += part;
    }
    if (share === 0n || pool.valuation.worth) continue;
    pool.change(0n, share);
    rest -= share;
    effects.push(effectOf(fact, pool.pool === fact.toPool ? fact.to : '', pool.pool, share));
  }
  if (rest === 0n) return effects;
  if (valuations[costs.method].worth !== undefined) return [...effects, varianceOf(fact, rest)];
  const takers = references && costs.takers?.get(of);
  if (!takers && shares.quantity < ofQuantity && references?.leaveOpen(fact)) return effects;
  for (const one of takers ?? []) {
    const taker = { ...one, wasShort: one.wasShort || wasShort };
    const { quantity, to } = taker;
    const isBack = to === 'supplier' || to === 'variance';
    const credited = isBack ? lesser(quantity, toSkip) : 0n;
    toSkip -= credited;
    const share = shareOf(quantity - credited);
    rest -= share;
    // It made good for what a transfer was short of, and is where that is.
    if (taker.bearers?.length) {
      effects.push(...bearBy(costs, fact, taker.bearers, share));
      // What was used before a product was there may be what that is made of: its cost would go round.
    } else if (isBack || (taker.wasShort && to === 'production' && to === fact.from)) {
      effects.push(varianceOf(fact, share));
    } else effects.push(...passOn(costs, fact, taker, share, references!));
  }
  return rest === 0n ? effects : [...effects, effectOf(fact, 'customer', '', rest)];
}

/** Goods of ours that were short each take their part. */
export function bearBy(costs: SkuCosts, fact: Fact, by: Bearer[], amount: bigint): Effect[] {
  const weights = by.map(([, , weight]) => weight);
  const shares = spreadBy(amount, weights);
  return by.flatMap(([of, ofQuantity], index) =>
    bear(costs, fact, { amount: shares[index]!, of: Number(of), ofQuantity }),
  );
}

/** To who took it. What customers sent back of it takes its part from there. */
function passOn(
  costs: SkuCosts,
  fact: Fact,
  taker: GoodsTaker,
  amount: bigint,
  references: References,
): Effect[] {
  const { seq: corrects, document, to, wasShort } = taker;
  const effects: Effect[] = [{ ...effectOf(fact, to, '', amount), corrects, document }];
  for (const { of, more } of references.dearer(taker, amount)) {
    const borne = { amount: more, of: of.seq, ofQuantity: of.quantity, wasShort };
    effects.push({ ...effectOf(fact, fact.from, '', more), corrects, document, from: to });
    effects.push(...bear(costs, fact, borne, references));
  }
  return effects;
}

/** A credit takes no more than there is. */
const notBelowZero = (worth: bigint, part: bigint): bigint => (worth + part < 0n ? -worth : part);
