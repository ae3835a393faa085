import { lesser, mulDiv, spreadByQuantity } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice, PoolView, Take, Valuation } from '../../ports.ts';
import { tupleKey } from '../../tupleKey.ts';
import { takeAtOneCost } from './takeLayers.ts';

/**
 * By lot: each lot has a moving average of its own, and what leaves names its lot. Its receipts stay apart
 * as layers of one cost. Serial numbers are lots of one, so theirs is specific identification.
 */
export const lot: Valuation = {
  name: 'lot',
  about: 'By lot: each lot (or serial number) is valued by itself, at its own average.',
  layered: true,
  byLot: true,
  take(pool, take) {
    const slices: CostSlice[] = [];
    let rest = take.quantity;
    for (const layers of partsOf(pool, take)) {
      for (const slice of takeAtAverage(pool, layers, { ...take, quantity: rest })) {
        slices.push(slice);
        rest -= slice.quantity;
      }
    }
    return slices;
  },
  put(pool, slices, arrival) {
    for (const slice of slices) {
      const known = pool.layersOf(arrival.lot).find(({ origin }) => origin === slice.origin);
      if (known) pool.changeLayer(known, slice.quantity, slice.value);
      else pool.add(slice, slice.value, arrival);
    }
    level(pool, { lot: arrival.lot, owed: '' });
  },
};

/** What costs the same: of the lot, then what is of no lot; under way of each shipment, the one that is named first. */
function partsOf(pool: PoolView, { lot: name, shipment }: Take): CostLayer[][] {
  const layers = [...pool.layersOf(name), ...(name === '' ? [] : pool.layersOf(''))];
  const parts = [...Map.groupBy(layers, ({ lot, owed }) => tupleKey(lot, owed)).values()];
  const isNamed = ([first]: CostLayer[]): boolean => first!.owed === shipment;
  return shipment ? [...parts.filter(isNamed), ...parts.filter((part) => !isNamed(part))] : parts;
}

function takeAtAverage(pool: PoolView, layers: CostLayer[], take: Take): CostSlice[] {
  const there = sumOfLayers(layers);
  const quantity = lesser(take.quantity, there.quantity);
  if (quantity === 0n) return [];
  const value = mulDiv(there.value, quantity, there.quantity);
  const slices = takeAtOneCost(pool, { ...take, quantity }, value, () => layers.filter(isThere));
  spreadWorth(pool, layers.filter(isThere), there.value - value);
  return slices;
}

const isThere = ({ quantity }: CostLayer): boolean => quantity > 0n;

/** What is of one lot, and under way of one shipment, costs the same, whenever it came. */
export function level(pool: PoolView, { lot: name, owed }: Pick<CostLayer, 'lot' | 'owed'>): void {
  const layers = pool.layersOf(name).filter((layer) => layer.owed === owed);
  spreadWorth(pool, layers, sumOfLayers(layers).value);
}

/** Layers are worth so much in all, each by its quantity. */
export function spreadWorth(pool: PoolView, layers: readonly CostLayer[], worth: bigint): void {
  const values = spreadByQuantity(worth, layers);
  layers.forEach((layer, index) => {
    if (layer.value !== values[index]) pool.changeLayer(layer, 0n, values[index]! - layer.value);
  });
}

type Worth = Pick<CostLayer, 'quantity' | 'value'>;

export function sumOfLayers(layers: Iterable<Worth>): Worth {
  const sum = { quantity: 0n, value: 0n };
  for (const { quantity, value } of layers) {
    sum.quantity += quantity;
    sum.value += value;
  }
  return sum;
}
