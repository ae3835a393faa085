/**
 * One step of costing: what a fact does to the cost pools of its SKU, and what values it moves. All
 * costing is a fold of this function over the facts of a SKU in business order.
 */
import { amountOf, lesser, mulDiv, unitCostOf } from '../../decimal.ts';
import type { CostSlice, Take } from '../../ports.ts';
import { sumOfLayers } from '../valuation/lot.ts';
import { valuations } from '../valuation/valuations.ts';
import { applyInvoice, asInvoiced, credit, isAhead, noteAhead } from './applyInvoice.ts';
import { applyLandedCost } from './applyLandedCost.ts';
import { changeMethod, revalue } from './applyRevaluation.ts';
import {
  type Effect,
  effectOf,
  type Fact,
  nothing,
  type Outcome,
  shipmentOf,
  sliceBy,
  varianceOf,
  wayBack,
  wayKey,
} from './Fact.ts';
import { type OwedBy, owedAsVariance, owedBy, owedUntilShipped } from './owed.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { Followed, References } from './References.ts';
import type { SkuCosts } from './SkuCosts.ts';
import { type Debt, payDebts, settleShortages } from './settleShortages.ts';

export function applyFact(costs: SkuCosts, fact: Fact, references: References): Outcome {
  if (costs.takers && references.isTold(fact)) costs.takers.set(fact.seq, []);
  const isInvoiced = isAhead(costs, fact);
  const known = isInvoiced ? asInvoiced(costs, fact, references, arrivalValue) : fact;
  const outcome = withOwnWay(fact, outcomeOf(costs, known, references));
  references.note(fact, outcome.value, outcome.effects);
  if (isInvoiced) noteAhead(costs, fact.document, references);
  return outcome;
}

/** An effect that goes the fact's own way is part of its value: entries could not tell them apart. */
function withOwnWay(fact: Fact, outcome: Outcome): Outcome {
  const { value, effects } = outcome;
  if (effects.length === 0) return outcome;
  const main = wayKey({ ...fact, corrects: fact.seq });
  const own = effects.filter((effect) => wayKey(effect) === main);
  return { value: value + sumOf(own), effects: effects.filter((effect) => !own.includes(effect)) };
}

function outcomeOf(costs: SkuCosts, fact: Fact, references: References): Outcome {
  switch (fact.kind) {
    case 'landed':
      return applyLandedCost(costs, fact, references);
    case 'invoice':
      return applyInvoice(costs, fact, references);
    case 'revalue':
      return revalue(costs, fact);
    case 'method':
      return changeMethod(costs, fact);
    case 'count':
      return count(costs, fact, references);
    case 'produce':
      return produce(costs, fact, references);
    default:
      return move(costs, fact, references);
  }
}

function move(costs: SkuCosts, fact: Fact, references: References): Outcome {
  const { fromPool, toPool } = fact;
  if (fromPool === toPool || fact.quantity === 0n) return nothing;
  const followed = fact.kind === 'return' ? references.follow(fact) : undefined;
  if (followed && fromPool) return giveBack(costs, fact, followed);
  const slices = fromPool
    ? leaveAsNamed(costs, fact, references)
    : [sliceBy(fact, fact.quantity, arrivalValue(costs.pool(toPool), fact, followed))];
  const effects = toPool ? arrive(costs, slices, fact) : nothing.effects;
  return { value: sumOf(slices), effects };
}

/** What a product cost beside its components comes into production from an account of its own. */
function produce(costs: SkuCosts, fact: Fact, references: References): Outcome {
  const { value, effects } = move(costs, fact, references);
  const { extra = 0n, share: [from, upTo, whole] = [0n, 0n, 1n] } = fact.input ?? {};
  const own = fact.toPool === '' ? 0n : mulDiv(extra, upTo, whole) - mulDiv(extra, from, whole);
  if (own === 0n) return { value, effects };
  const conversion = { ...effectOf(fact, 'production', '', own), from: 'conversion' };
  return { value, effects: [...effects, conversion] };
}

/**
 * A count moves the difference. Where it states a cost, all that was counted comes anew at that cost,
 * and what the books had there leaves by the ordinary rule; in a pool of several places only what is
 * found more has that cost.
 */
function count(costs: SkuCosts, fact: Fact, references: References): Outcome {
  const { input } = fact;
  if (fact.quantity < 0n) {
    const turned = { ...fact, quantity: -fact.quantity, ...wayBack(fact) };
    const { value, effects } = count(costs, turned, references);
    return { value: -value, effects };
  }
  const isInward = fact.toPool !== '';
  const isSetCost = valuations[costs.method].worth !== undefined;
  if (input?.unitCost === undefined || input.keepsCost || isSetCost) {
    // What is missing leaves as all else.
    return move(costs, isInward ? fact : { ...fact, input: undefined }, references);
  }
  const found = isInward ? fact.quantity : -fact.quantity;
  const name = isInward ? fact.toPool : fact.fromPool;
  if (name === '') return nothing;
  const old = input.counted! - found;
  const away = { ...(isInward ? { ...fact, ...wayBack(fact) } : fact), input: undefined };
  const out = old > 0n ? move(costs, { ...away, quantity: old }, references) : nothing;
  const quantity = old < 0n ? found : input.counted!;
  const amount = amountOf(quantity, input.unitCost, costs.minorDigits);
  const back = { ...away, ...wayBack(away), quantity, input: { ...input, amount } };
  const into = move(costs, back, references);
  // What it was short of itself and found again is part of its own value.
  const effects = [...out.effects, ...into.effects];
  const ofOthers = effects.filter(({ corrects }) => corrects !== fact.seq);
  const own = effects.filter(({ corrects }) => corrects === fact.seq);
  const value = into.value - out.value - sumOf(own);
  return { value: isInward ? value : -value, effects: ofOthers };
}

// --- what leaves ----------------------------------------------------------------------------------

/**
 * Back to the supplier, who credits what the receipt said, or what was invoiced. What the stock was worth besides is a
 * variance. More than came leaves as without a receipt.
 */
function giveBack(costs: SkuCosts, fact: Fact, followed: Followed): Outcome {
  const { quantity, value, invoiced, origins } = followed;
  const pool = costs.pool(fact.fromPool);
  const own = { ...fact, quantity };
  const worth = sumOf(leave(costs, own, { value, ...takeOf(own), origins }, owedAsVariance));
  const more = { ...fact, quantity: fact.quantity - quantity };
  const rest = more.quantity > 0n ? sumOf(leave(costs, more, takeOf(more))) : 0n;
  const { kept, effects } = credit(costs, fact, pool, invoiced!);
  const variance = worth - value - kept;
  if (variance !== 0n) effects.unshift({ ...varianceOf(fact, variance), fromPool: pool.pool });
  return { value: value + rest, effects };
}

/** What names a shipment that is not under way yet takes no goods of others: it waits for its own. */
function leaveAsNamed(costs: SkuCosts, fact: Fact, references: References): CostSlice[] {
  const take = takeOf(fact);
  if (!references.awaitsShipment(fact)) return leave(costs, fact, take);
  return leave(costs, fact, { ...take, quantity: 0n }, owedUntilShipped);
}

/**
 * Slices that leave a pool; what is not there, or is not to be taken, leaves at the last known cost, as a shortage. At a
 * set cost a pool is worth its quantity at that cost, short or not.
 */
function leave(costs: SkuCosts, fact: Fact, take: Take, owed = owedBy): CostSlice[] {
  const pool = costs.pool(fact.fromPool);
  const { seq, document, to, toPool, quantity } = fact;
  const { worth, layered, isNewestFirst } = pool.valuation;
  const covered = lesser(take.quantity, pool.there(fact.lot, take.quantity));
  const short = quantity - covered;
  if (covered === 0n && !worth) return [leaveShort(pool, fact, short, owed)];
  const slices = covered > 0n ? pool.valuation.take(pool, { ...take, quantity: covered }) : [];
  for (const slice of toPool === '' ? slices : [])
    costs.took(slice.origin, { seq, document, to, quantity: slice.quantity });
  if (worth) {
    const value = pool.value - worth(pool.quantity - quantity, pool.lastCost, pool.minorDigits);
    if (short > 0n) pool.addShortage(short, 0n, fact, owed);
    if (short > 0n) slices.push(sliceBy(fact, short, 0n));
    pool.change(-quantity, -value);
    // Its layers have no value of their own.
    slices.at(-1)!.value = value;
    return slices;
  }
  // Of layers the last one tells; elsewhere all cost the same.
  const last = layered ? slices.at(-1)! : { quantity: covered, value: sumOf(slices) };
  // An amount that rounds to nothing says nothing about the cost.
  if (last.value !== 0n) costs.moved(pool);
  const lastCost = unitCostOf(last.value, last.quantity, pool.minorDigits);
  pool.change(-covered, -sumOf(slices), last.value === 0n ? pool.lastCost : lastCost);
  // It is last again where it comes to.
  if (isNewestFirst) slices.reverse();
  if (short > 0n) slices.push(leaveShort(pool, fact, short, owed));
  return slices;
}

/** What is not there: at the cost stated, or the last known. */
function leaveShort(pool: PoolCosts, fact: Fact, short: bigint, owed: OwedBy): CostSlice {
  const stated = fact.input?.unitCost;
  const value = amountOf(short, stated ?? pool.guess, pool.minorDigits);
  pool.addShortage(short, value, fact, owed);
  pool.change(-short, -value, stated);
  return sliceBy(fact, short, value);
}

function takeOf(fact: Fact): Take {
  const { kind, quantity, lot, input } = fact;
  const take: Take = { quantity, lot };
  const shipment = shipmentOf(fact);
  if (shipment !== '') return { ...take, shipment };
  if (kind !== 'return' || input?.unitCost === undefined) return take;
  return { ...take, unitCost: input.unitCost, value: input.amount! };
}

// --- what comes -----------------------------------------------------------------------------------

/** What comes from outside: at the cost stated, or of what it was, or at what stock costs now. */
function arrivalValue(pool: PoolCosts, fact: Fact, followed?: Followed): bigint {
  const { input } = fact;
  if (fact.incoming !== undefined) return fact.incoming;
  if (input?.amount !== undefined) return input.amount;
  if (input?.keepsCost && !pool.valuation.worth) {
    return amountOf(fact.quantity, input.unitCost!, pool.minorDigits);
  }
  const quantity = fact.quantity - (followed?.quantity ?? 0n);
  const value = followed?.value ?? 0n;
  if (quantity === 0n) return value;
  const there = pool.valuation.byLot ? sumOfLots(pool, fact.lot) : pool;
  if (there.quantity > 0n) return value + mulDiv(there.value, quantity, there.quantity);
  return value + amountOf(quantity, pool.guess, pool.minorDigits);
}

/** Of the lot, or of all lots that have stock: what others are short of says nothing about a cost. */
function sumOfLots(pool: PoolCosts, lot: string): { quantity: bigint; value: bigint } {
  const own = pool.layersOf(lot);
  return sumOfLayers(own.length > 0 ? own : pool.oldest());
}

/**
 * Puts slices into a pool. Where it is short, the first units replace what had left at a guessed
 * cost: the difference goes to whoever has them.
 */
function arrive(costs: SkuCosts, slices: readonly CostSlice[], fact: Fact): Effect[] {
  const pool = costs.pool(fact.toPool);
  const { quantity, value } = sumOfLayers(slices);
  const { worth, layered } = pool.valuation;
  const last = layered ? slices.at(-1)! : { quantity, value };
  const debts: Debt[] = [];
  const shortages = pool.shortages(fact.lot, quantity, fact.document);
  const left = shortages ? settleShortages(costs, pool, shortages, slices, debts) : slices;
  if (left.length > 0) pool.valuation.put(pool, left, fact);
  const stated = fact.fromPool === '' ? fact.input?.unitCost : undefined;
  if (worth || stated || last.value !== 0n) costs.moved(pool);
  if (worth) {
    const variance =
      pool.value + value - worth(pool.quantity + quantity, pool.lastCost, pool.minorDigits);
    pool.change(quantity, value - variance);
    const way = { from: fact.to, fromPool: pool.pool };
    return variance === 0n ? [] : [{ ...varianceOf(fact, variance), ...way }];
  }
  const corrected = sumOf(debts);
  const lastCost =
    stated ??
    (last.value === 0n ? pool.lastCost : unitCostOf(last.value, last.quantity, pool.minorDigits));
  pool.change(quantity, value - corrected, lastCost);
  return payDebts(costs, pool, fact, debts);
}

const sumOf = (slices: readonly Pick<CostSlice, 'value'>[]): bigint =>
  slices.length === 1 ? slices[0]!.value : slices.reduce((sum, { value }) => sum + value, 0n);
