/** Costs of a SKU as text, and back: what a checkpoint keeps. */
import type { CostLayer, ValuationMethod } from '../../ledger.ts';
import { parseStored } from '../../parseStored.ts';
import { requireVersion } from '../../requireVersion.ts';
import { type StoredWritten, storedWritten, writtenFrom } from '../../storedWritten.ts';
import type { PoolCosts } from './PoolCosts.ts';
import { SkuCosts } from './SkuCosts.ts';

const FORMAT = 3;

type StoredLayer = [
  ...arrival: [at: string, rank: string, seq: number, part: number, since: string, origin: number],
  ...[lot: string, owed: string, quantity: string, value: string],
];
type StoredPool = [
  ...[pool: string, method: ValuationMethod, quantity: string, value: string, lastCost: string],
  layers: StoredLayer[],
];
interface StoredCosts {
  v: number;
  method: ValuationMethod;
  standardCost: string;
  pools: StoredPool[];
  ahead?: string[];
  written?: StoredWritten[];
}

export function costsText(costs: SkuCosts): string {
  const stored: StoredCosts = {
    v: FORMAT,
    method: costs.method,
    standardCost: `${costs.standardCost}`,
    pools: costs.pools.map(storedPool),
    ...(costs.ahead.size > 0 ? { ahead: [...costs.ahead].sort() } : {}),
    ...(costs.written.length > 0 ? { written: costs.written.map(storedWritten) } : {}),
  };
  return JSON.stringify(stored);
}

export const storedPool = (of: PoolCosts): StoredPool => [
  ...([of.pool, of.valuation.name, `${of.quantity}`, `${of.value}`, `${of.lastCost}`] as const),
  of.all().map(storedLayer),
];

function storedLayer({ quantity, value, ...layer }: CostLayer): StoredLayer {
  const { at, rank, seq, part, since, origin, lot, owed } = layer;
  return [at, rank, seq, part, since, origin, lot, owed, `${quantity}`, `${value}`];
}

export function costsFrom(text: string, sku: string, minorDigits: number): SkuCosts {
  const {
    v,
    method,
    standardCost,
    pools,
    ahead = [],
    written = [],
  } = parseStored<StoredCosts>(`a checkpoint of ${sku}`, text);
  requireVersion(`a checkpoint of ${sku}`, v, FORMAT);
  const opening = { valuation: method, standardCost: BigInt(standardCost) };
  const costs = new SkuCosts(sku, minorDigits, opening);
  costs.ahead = new Set(ahead);
  costs.written = written.map(writtenFrom);
  for (const [name, poolMethod, quantity, value, lastCost, layers] of pools) {
    const pool = costs.pool(name);
    pool.setMethod(poolMethod);
    pool.change(BigInt(quantity), BigInt(value), BigInt(lastCost));
    for (const layer of layers) pool.take(layerOf(sku, name, layer));
  }
  return costs;
}

function layerOf(sku: string, pool: string, stored: StoredLayer): CostLayer {
  const [at, rank, seq, part, since, origin, lot, owed, quantity, value] = stored;
  return {
    ...{ sku, pool, at, rank, seq, part, since, origin, lot, owed },
    quantity: BigInt(quantity),
    value: BigInt(value),
  };
}
