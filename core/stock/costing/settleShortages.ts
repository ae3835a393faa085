import { lesser, mulDiv, spreadBy } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice } from '../../ports.ts';
import { bear } from './applyLandedCost.ts';
import { type Effect, effectOf, type Fact } from './Fact.ts';
import { type Bearer, bearersText, type Owed, readOwed } from './owed.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { SkuCosts } from './SkuCosts.ts';

/** What a shortage cost other than was guessed. */
export interface Debt extends Owed {
  value: bigint;
  /** Of what left. */
  seq: number;
}

/** Gives shortages what they left without. Returns what remains of the slices. */
export function settleShortages(
  costs: SkuCosts,
  pool: PoolCosts,
  shortages: Iterable<CostLayer>,
  slices: readonly CostSlice[],
  debts: Debt[],
): CostSlice[] {
  const rest = slices.map((slice) => ({ ...slice }));
  for (const shortage of shortages) {
    const before = { quantity: -shortage.quantity, value: -shortage.value };
    const taken = takeFirst(rest, before.quantity);
    if (taken.length === 0) break;
    const { by, document, bearers } = readOwed(shortage.owed);
    const to = bearers.length > 0 ? '' : by;
    for (const { origin, quantity } of taken)
      costs.took(origin, { seq: shortage.origin, to, document, quantity, wasShort: true });
    const quantity = taken.reduce((sum, slice) => sum + slice.quantity, 0n);
    const guessed = mulDiv(before.value, quantity, before.quantity);
    if (!pool.valuation.worth) passOn(costs, shortage, taken);
    pool.changeLayer(shortage, quantity, guessed);
    if (pool.valuation.worth) continue;
    const value = taken.reduce((sum, slice) => sum + slice.value, -guessed);
    if (value !== 0n) debts.push({ ...readOwed(shortage.owed), value, seq: shortage.origin });
  }
  return rest.filter(({ quantity }) => quantity > 0n);
}

/** It goes to whoever has the goods, as effects; with what is ours it stays where that is. */
export function payDebts(
  costs: SkuCosts,
  pool: PoolCosts,
  fact: Fact,
  debts: readonly Debt[],
): Effect[] {
  return debts.flatMap(({ by, document, bearers, value, seq }) => {
    const weights = bearers.map(([, , weight]) => weight);
    const shares = spreadBy(value, weights);
    const paid =
      bearers.length === 0
        ? [effectOf(fact, by === 'variance' ? 'adjustment' : by, '', value)]
        : bearers.flatMap(([of, ofQuantity], index) =>
            bear(costs, fact, { amount: shares[index]!, of: Number(of), ofQuantity }),
          );
    const kind = by === 'variance' ? by : 'trueup';
    const shared = { kind, corrects: seq, document, from: fact.to, fromPool: pool.pool } as const;
    // What has come back into the pool that was short stays in it.
    return paid
      .filter(({ toPool }) => toPool !== pool.pool)
      .map((effect) => ({ ...effect, ...shared }));
  });
}

/**
 * Goods settle a shortage. Where both are ours, and they are here at a guess themselves, who has what was short bears
 * from now on what they turn out to cost.
 */
function passOn(costs: SkuCosts, settled: CostLayer, goods: readonly CostSlice[]): void {
  const to = readOwed(settled.owed).bearers;
  if (to.length === 0) return;
  for (const pool of costs.pools) {
    for (const short of pool.all()) {
      if (short.quantity > 0n) continue;
      const { by, bearers } = readOwed(short.owed);
      for (const slice of goods) passTo(bearers, slice, to);
      const shared = bearersText(bearers);
      if (shared !== '' && shared !== by) pool.owe(short, shared + short.owed.slice(by.length));
    }
  }
}

function passTo(bearers: Bearer[], { origin, quantity }: CostSlice, to: readonly Bearer[]): void {
  const giver = bearers.find(([of]) => of === BigInt(origin));
  if (!giver || giver[1] === 0n) return;
  const part = lesser(quantity, giver[1]);
  const weight = mulDiv(giver[2], part, giver[1]);
  giver[1] -= part;
  giver[2] -= weight;
  const shares = spreadBy(
    weight,
    to.map(([, , own]) => own),
  );
  for (const [index, [of, ofQuantity]] of to.entries()) {
    const known = bearers.find((one) => one[0] === of);
    if (known) known[2] += shares[index]!;
    else bearers.push([of, ofQuantity, shares[index]!]);
  }
}

function takeFirst(slices: CostSlice[], wanted: bigint): CostSlice[] {
  const taken: CostSlice[] = [];
  let missing = wanted;
  for (const slice of slices) {
    const quantity = lesser(slice.quantity, missing);
    if (quantity === 0n) continue;
    const value = mulDiv(slice.value, quantity, slice.quantity);
    slice.quantity -= quantity;
    slice.value -= value;
    missing -= quantity;
    taken.push({ ...slice, quantity, value });
  }
  return taken;
}
