import { lesser, mulDiv, spreadBy } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice } from '../../ports.ts';
import { bearBy } from './applyLandedCost.ts';
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
    const quantity = taken.reduce((sum, slice) => sum + slice.quantity, 0n);
    const guessed = mulDiv(before.value, quantity, before.quantity);
    if (!pool.valuation.worth) passOn(costs, shortage, taken, debts);
    const owed = { ...readOwed(shortage.owed), seq: shortage.origin };
    for (const slice of taken)
      costs.took(slice.origin, { ...owed, to: owed.by, quantity: slice.quantity, wasShort: true });
    pool.changeLayer(shortage, quantity, guessed);
    if (pool.valuation.worth) continue;
    const value = taken.reduce((sum, slice) => sum + slice.value, -guessed);
    if (value !== 0n) debts.push({ ...owed, value });
  }
  return rest.filter(({ quantity }) => quantity > 0n);
}

/**
 * It goes to whoever has the goods, as effects; with what is ours it stays where that is. What they cost more is first:
 * they may bear a credit besides, which takes no more than they are worth.
 */
export function payDebts(costs: SkuCosts, pool: PoolCosts, fact: Fact, debts: Debt[]): Effect[] {
  const isMore = ({ value }: Debt): boolean => value > 0n;
  const inTurn = [...debts.filter(isMore), ...debts.filter((debt) => !isMore(debt))];
  return inTurn.flatMap(({ by, document, bearers, value, seq }) => {
    const paid =
      bearers.length === 0
        ? [effectOf(fact, by === 'variance' ? 'adjustment' : by, '', value)]
        : bearBy(costs, fact, bearers, value);
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
 * from now on what they turn out to cost, but for them: what came back to where it was short, at once or in a circle,
 * would bear itself.
 */
function passOn(costs: SkuCosts, settled: CostLayer, goods: CostSlice[], debts: Debt[]): void {
  const heirs = readOwed(settled.owed).bearers;
  if (heirs.length === 0) return;
  passTo(heirs, goods, []);
  // Slices that settle one shortage share a list.
  const lists = new Set(debts.map(({ bearers }) => bearers));
  for (const takers of costs.takers?.values() ?? [])
    for (const { bearers } of takers) if (bearers) lists.add(bearers);
  for (const bearers of lists) passTo(bearers, goods, heirs);
  for (const pool of costs.pools) {
    for (const short of pool.all()) {
      if (short.quantity > 0n) continue;
      const { by, bearers } = readOwed(short.owed);
      passTo(bearers, goods, short === settled ? [] : heirs);
      const shared = bearersText(bearers);
      if (shared !== '' && shared !== by) pool.owe(short, shared + short.owed.slice(by.length));
    }
  }
}

/** What goods bear goes over to who has what they settle. */
function passTo(bearers: Bearer[], goods: CostSlice[], to: readonly Bearer[]): void {
  let weight = 0n;
  for (const { origin, quantity } of goods) {
    const giver = bearers.find(([of]) => of === BigInt(origin));
    if (!giver || giver[1] === 0n) continue;
    const part = lesser(quantity, giver[1]);
    const own = mulDiv(giver[2], part, giver[1]);
    giver[1] -= part;
    giver[2] -= own;
    weight += own;
  }
  if (weight === 0n) return;
  const heirs = to.filter(([, , own]) => own > 0n);
  const weights = heirs.map(([, , own]) => own);
  const shares = spreadBy(weight, weights);
  for (const [index, [of, ofQuantity]] of heirs.entries()) {
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
