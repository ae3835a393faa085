/** What has left and has not come by now, whatever that is dated, and what it was thought to cost. */
import type { Micro, Minor } from '../decimal.ts';
import type { CostLayer, SkuHead } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { readOwed } from '../stock/costing/owed.ts';
import { costsAfter } from './figures/costsAfter.ts';

export interface ShortGoods {
  sku: string;
  pool: string;
  document: string;
  at: string;
  /** Below zero. */
  quantity: Micro;
  value: Minor;
  /** Not at standard cost. */
  isGuess: boolean;
  /** Nobody knew a cost: it is worth nothing, and no standard says what it costs. */
  isUncosted: boolean;
}

/** What is to be known of SKUs before their shortages are read. */
export interface ShortSkus {
  /** Those whose cost is no guess, and what it is: the books have what they are short of at 0.00. */
  atStandard: Map<string, Micro>;
  /** Of the others those that are short of more than their layers say. */
  shortOfMany: SkuHead[];
}

export function meetHead({ atStandard, shortOfMany }: ShortSkus, head: SkuHead): void {
  const { sku, item } = head;
  if (item?.valuation === 'standard') atStandard.set(sku, item.standardCost);
  else if (head.pools.some(({ manyShort }) => manyShort)) shortOfMany.push(head);
}

/** Of what had left by an instant. */
export async function shortagesOf(
  store: Books,
  { atStandard, shortOfMany }: ShortSkus,
  minorDigits: number,
  until: string,
): Promise<ShortGoods[]> {
  const found: ShortGoods[] = [];
  for await (const layer of rowsOf((page) => store.layers(page))) {
    if (layer.quantity >= 0n || layer.at > until) continue;
    found.push(shortageOf(layer, atStandard.get(layer.sku)));
  }
  for (const head of shortOfMany) {
    const short = await manyOf(store, head, minorDigits);
    for (const layer of short) if (layer.at <= until) found.push(shortageOf(layer, undefined));
  }
  return found;
}

/** In pools of which the layers do not say it: as the entries do. */
async function manyOf(store: Books, head: SkuHead, minorDigits: number): Promise<CostLayer[]> {
  const { sku } = head;
  const many = new Set(head.pools.flatMap(({ pool, manyShort }) => (manyShort ? pool : [])));
  const entries = await Array.fromAsync(rowsOf((page) => store.ledger({ sku }, page)));
  const pools = costsAfter(head, entries, minorDigits).pools.filter(({ pool }) => many.has(pool));
  return pools.flatMap((pool) => pool.all()).filter(({ quantity }) => quantity < 0n);
}

function shortageOf(layer: CostLayer, standardCost: Micro | undefined): ShortGoods {
  const { sku, pool, at, owed, quantity, value } = layer;
  const isGuess = standardCost === undefined;
  const isUncosted = value === 0n && (isGuess || standardCost === 0n);
  const { document } = readOwed(owed);
  return { ...{ sku, pool, document, at, quantity, value }, isGuess, isUncosted };
}
