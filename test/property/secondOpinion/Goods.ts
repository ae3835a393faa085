/**
 * What one line of a document brought, took or made. Whoever learns later that it cost more asks what
 * became of it: what still lies there, what was sold, what was made of it, and shares the amount out.
 */

/** Accounts outside of stock, by purpose. */
export type Purpose =
  | 'received'
  | 'payable'
  | 'landedCost'
  | 'opening'
  | 'costOfSales'
  | 'adjustment'
  | 'variance'
  | 'production'
  | 'conversion'
  | 'scrap'
  | 'exchange';

export interface Goods {
  readonly sku: string;
  readonly quantity: bigint;
  readonly lot: string;
  /** What they cost, with all that is known so far. */
  value: bigint;
  /** What the document said that they cost. */
  readonly stated: bigint;
  /** Of goods that came: goods that took some of them away. */
  readonly takenBy: { goods: Goods; quantity: bigint }[];
  /** Of goods that left: the account that bears them. */
  readonly bornBy: Purpose | undefined;
  /** Of goods that were sent on and not there: the pool that was short of them. */
  readonly shortIn: string | undefined;
  /** Of goods that left: who follows what they cost. */
  followers: (() => void)[];
}

export function newGoods(facts: {
  sku: string;
  quantity: bigint;
  value: bigint;
  lot: string;
  bornBy?: Purpose;
  shortIn?: string;
}): Goods {
  return {
    ...facts,
    shortIn: facts.shortIn,
    stated: facts.value,
    bornBy: facts.bornBy,
    takenBy: [],
    followers: [],
  };
}
