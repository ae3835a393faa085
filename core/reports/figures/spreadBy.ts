import { mulDiv } from '../../decimal.ts';

/**
 * Shares of an amount by weight. They sum to it exactly: each rounds what was given up to it, and the
 * last takes the rest.
 */
export function spreadBy(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let weight = 0n;
  let given = 0n;
  return weights.map((own, index) => {
    weight += own;
    const isLast = index === weights.length - 1;
    const upTo = isLast ? amount : whole === 0n ? 0n : mulDiv(amount, weight, whole);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
