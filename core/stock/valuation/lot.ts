import { lesser, mulDiv, spreadByQuantity } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice, PoolView, Valuation } from '../../ports.ts';
import { takeLayers } from './takeLayers.ts';

/**
 * By lot: each lot has a moving average of its own, and what leaves names its lot. Its receipts stay apart
 * as layers of one cost. Serial numbers are lots of one, so theirs is specific identification.
 */
export const lot: Valuation = {
  name: 'lot',
  about: 'By lot: each lot (or serial number) is valued by itself, at its own average.',
  layered: true,
  byLot: true,
  take(pool, { quantity, lot: name, origins }) {
    const own = takeAtAverage(pool, name, quantity, origins);
    const rest = own.reduce((left, slice) => left - slice.quantity, quantity);
    // Then what is of no lot.
    return rest === 0n ? own : [...own, ...takeAtAverage(pool, '', rest)];
  },
  put(pool, slices, arrival) {
    for (const slice of slices) {
      const known = pool.layersOf(arrival.lot).find(({ origin }) => origin === slice.origin);
      if (known) pool.grow(known, slice.quantity, slice.value);
      else pool.add(slice, slice.value, arrival);
    }
    level(pool, arrival.lot);
  },
};

function takeAtAverage(
  pool: PoolView,
  name: string,
  wanted: bigint,
  origins?: ReadonlySet<number>,
): CostSlice[] {
  const there = sumOfLayers(pool.layersOf(name));
  const quantity = lesser(wanted, there.quantity);
  if (quantity === 0n) return [];
  const value = mulDiv(there.value, quantity, there.quantity);
  const take = { quantity, lot: name, ...(origins ? { origins } : {}) };
  const slices = takeLayers(pool, take, () => pool.layersOf(name));
  level(pool, name, there.value - value);
  const values = spreadByQuantity(value, slices);
  return slices.map((slice, index) => ({ ...slice, value: values[index]! }));
}

/** What is of one lot costs the same, whenever it came. */
export function level(pool: PoolView, name: string, worth?: bigint): void {
  const layers = pool.layersOf(name);
  const values = spreadByQuantity(worth ?? sumOfLayers(layers).value, layers);
  layers.forEach((layer, index) => {
    if (layer.value !== values[index]) pool.grow(layer, 0n, values[index]! - layer.value);
  });
}

export function sumOfLayers(layers: Iterable<CostLayer>): { quantity: bigint; value: bigint } {
  const sum = { quantity: 0n, value: 0n };
  for (const { quantity, value } of layers) {
    sum.quantity += quantity;
    sum.value += value;
  }
  return sum;
}
