import { mulDiv } from '../../decimal.ts';

/** Part of a cost that a product bears: from, up to, of the whole. */
export type Share = [from: bigint, upTo: bigint, whole: bigint];

/** Shares by weight that follow each other up to the whole. */
export function sharesOf(weights: readonly bigint[]): Share[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let upTo = 0n;
  return weights.map((weight) => {
    const from = upTo;
    upTo += weight;
    return [from, upTo, whole];
  });
}

/**
 * A cost over what bears it, each its rounded share, as far as there is some left: many that are rounded up may be
 * more than the whole. The last that weighs anything takes the residue.
 */
export function splitCost(cost: bigint, shares: readonly Readonly<Share>[]): bigint[] {
  let rest = cost;
  return shares.map(([from, upTo, whole]) => {
    const rounded = upTo === whole || rest === 0n ? rest : mulDiv(cost, upTo - from, whole);
    const share = (rest < 0n ? rounded < rest : rounded > rest) ? rest : rounded;
    rest -= share;
    return share;
  });
}
