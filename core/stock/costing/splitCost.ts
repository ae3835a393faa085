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
 * A cost over products, each its rounded share, as far as there is some left; the last takes the
 * residue.
 */
export function splitCost(cost: bigint, shares: readonly Readonly<Share>[]): bigint[] {
  let rest = cost;
  return shares.map(([from, upTo, whole]) => {
    const share = upTo === whole ? rest : ofRest(rest, mulDiv(cost, upTo - from, whole));
    rest -= share;
    return share;
  });
}

/** Many shares that are rounded up may be more than the whole: none takes what is not there. */
export function ofRest(rest: bigint, share: bigint): bigint {
  const isMore = rest < 0n ? share < rest : share > rest;
  return isMore || rest === 0n ? rest : share;
}
