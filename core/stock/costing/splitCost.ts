import { mulDiv } from '../../decimal.ts';

/** Part of a cost that a product bears: from, up to, of the whole. */
export type Share = [from: bigint, upTo: bigint, whole: bigint];

/** A cost over products, each its rounded share; the last takes the residue. */
export function splitCost(cost: bigint, shares: readonly Readonly<Share>[]): bigint[] {
  let rest = cost;
  return shares.map(([from, upTo, whole]) => {
    const share = upTo === whole ? rest : mulDiv(cost, upTo - from, whole);
    rest -= share;
    return share;
  });
}
