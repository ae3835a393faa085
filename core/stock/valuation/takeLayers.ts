import { amountOf, lesser, mulDiv, spreadByQuantity } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice, PoolView, Take } from '../../ports.ts';

export const oldestFirst = (pool: PoolView): Iterable<CostLayer> => pool.oldest();

/**
 * Takes a quantity out of layers, preferred ones first, then in the order given. A part of a layer
 * takes round(value × part ÷ quantity); whoever empties a layer takes all that is left of its value.
 */
export function takeLayers(
  pool: PoolView,
  take: Take,
  order: (pool: PoolView) => Iterable<CostLayer>,
): CostSlice[] {
  let slices: CostSlice[] | undefined;
  let rest = take.quantity;
  for (const isWanted of preferences(pool, take)) {
    if (rest === 0n) break;
    for (const layer of order(pool)) {
      if (!isWanted(layer)) continue;
      const slice = takePart(pool, layer, rest);
      // Most often it is the only one.
      if (slices) slices.push(slice);
      else slices = [slice];
      rest -= slice.quantity;
      if (rest === 0n) break;
    }
  }
  if (rest > 0n) throw new Error('the layers of a pool hold less than the pool');
  return slices ?? [];
}

/** The same, where all costs the same: what is taken is worth `value` as a whole. */
export function takeAtOneCost(
  pool: PoolView,
  { unitCost: _, ...take }: Take,
  value: bigint,
  order: (pool: PoolView) => Iterable<CostLayer>,
): CostSlice[] {
  const slices = takeLayers(pool, take, order);
  const values = spreadByQuantity(value, slices);
  return slices.map((slice, index) => ({ ...slice, value: values[index]! }));
}

function preferences(pool: PoolView, take: Take): ((layer: CostLayer) => boolean)[] {
  const { origins, shipment, unitCost } = take;
  if (!origins && !shipment && unitCost === undefined) return any;
  const wanted: ((layer: CostLayer) => boolean)[] = [];
  if (shipment) wanted.push(({ owed }) => owed === shipment);
  if (origins) wanted.push(({ origin }) => origins.has(origin));
  if (unitCost !== undefined) {
    wanted.push(({ quantity, value }) => value === amountOf(quantity, unitCost, pool.minorDigits));
  }
  return [...wanted, ...any];
}

const any = [(): boolean => true];

function takePart(pool: PoolView, layer: CostLayer, wanted: bigint): CostSlice {
  const whole = layer.quantity;
  const quantity = lesser(whole, wanted);
  const value = quantity === whole ? layer.value : mulDiv(layer.value, quantity, whole);
  const slice = { quantity, value, since: layer.since, origin: layer.origin };
  pool.changeLayer(layer, -quantity, -value);
  return slice;
}
