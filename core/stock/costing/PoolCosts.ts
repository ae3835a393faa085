import type { CostLayer, ValuationMethod } from '../../ledger.ts';
import type { Arrival, CostSlice, PoolView, Valuation } from '../../ports.ts';
import { valuations } from '../valuation/valuations.ts';
import type { PoolOwner } from './Tracker.ts';

/**
 * One cost pool of one SKU with its layers: those with stock in business order, or, while the pool is
 * short, the shortages. (With lots valued by themselves some may be short while others are not.)
 */
export class PoolCosts implements PoolView {
  readonly pool: string;
  quantity = 0n;
  value = 0n;
  lastCost = 0n;
  method: ValuationMethod;
  readonly #owner: PoolOwner;
  /** In order of (at, seq, part); those before `#start` are used up. */
  #layers: CostLayer[] = [];
  #start = 0;
  #part = { seq: 0, part: 0 };

  constructor(owner: PoolOwner, pool: string) {
    this.#owner = owner;
    this.pool = pool;
    this.method = owner.method;
    this.lastCost = owner.standardCost;
  }

  get minorDigits(): number {
    return this.#owner.minorDigits;
  }

  get valuation(): Valuation {
    return valuations[this.method];
  }

  /** What there is to take: of the lot, where lots are valued by themselves. Never negative. */
  there(lot: string): bigint {
    if (!this.valuation.byLot) return this.quantity > 0n ? this.quantity : 0n;
    let there = 0n;
    for (const layer of this.oldest()) if (isOfLot(layer, lot)) there += layer.quantity;
    return there;
  }

  change(quantity: bigint, value: bigint, lastCost = this.lastCost): void {
    const { quantity: oldQuantity, value: oldValue, lastCost: oldCost } = this;
    this.#owner.tracker?.undo(() => {
      this.quantity = oldQuantity;
      this.value = oldValue;
      this.lastCost = oldCost;
    });
    this.quantity += quantity;
    this.value += value;
    this.lastCost = lastCost;
  }

  setMethod(method: ValuationMethod): void {
    const old = this.method;
    this.#owner.tracker?.undo(() => {
      this.method = old;
    });
    this.method = method;
  }

  // --- layers -----------------------------------------------------------------------------------

  /** All, shortages too. */
  all(): CostLayer[] {
    return this.#start === 0 ? this.#layers : this.#layers.slice(this.#start);
  }

  get layerCount(): number {
    return this.#layers.length - this.#start;
  }

  *oldest(): Iterable<CostLayer> {
    let index = this.#start;
    while (index < this.#layers.length) {
      const layer = this.#layers[index]!;
      if (layer.quantity > 0n) yield layer;
      if (this.#layers[index] === layer) index += 1;
    }
  }

  *newest(): Iterable<CostLayer> {
    for (let index = this.#layers.length - 1; index >= this.#start; index -= 1) {
      const layer = this.#layers[index]!;
      if (layer.quantity > 0n) yield layer;
    }
  }

  /** Open shortages, oldest first; of the lot, where lots are valued by themselves. */
  shortages(lot: string): CostLayer[] {
    if (this.valuation.byLot) {
      return this.all().filter((layer) => isOfLot(layer, lot) && layer.quantity < 0n);
    }
    const first = this.#layers[this.#start];
    return first && first.quantity < 0n ? this.all() : [];
  }

  layerOf(lot: string): CostLayer | undefined {
    for (let index = this.#start; index < this.#layers.length; index += 1) {
      const layer = this.#layers[index]!;
      if (layer.lot === lot && layer.quantity > 0n) return layer;
    }
    return undefined;
  }

  shrink(layer: CostLayer, quantity: bigint, value: bigint): void {
    this.grow(layer, -quantity, -value);
  }

  grow(layer: CostLayer, quantity: bigint, value: bigint): void {
    const { quantity: oldQuantity, value: oldValue } = layer;
    this.#owner.tracker?.undo(() => {
      layer.quantity = oldQuantity;
      layer.value = oldValue;
    });
    layer.quantity += quantity;
    layer.value += value;
    this.#owner.tracker?.layer(layer);
    if (layer.quantity === 0n) this.#remove(layer);
  }

  #remove(layer: CostLayer): void {
    if (this.#layers[this.#start] === layer) {
      this.#start += 1;
      this.#owner.tracker?.undo(() => {
        this.#start -= 1;
      });
      return;
    }
    const index = this.#layers.lastIndexOf(layer);
    this.#layers.splice(index, 1);
    this.#owner.tracker?.undo(() => {
      this.#layers.splice(index, 0, layer);
    });
  }

  add(slice: CostSlice, value: bigint, { at, seq, lot }: Arrival): void {
    this.#insert({
      ...this.#place(at, seq),
      since: slice.since,
      origin: slice.origin,
      lot: this.valuation.byLot ? lot : '',
      owed: '',
      quantity: slice.quantity,
      value,
    });
  }

  /** Goods that left without being there, at a cost that is not known yet. */
  addShortage(quantity: bigint, value: bigint, { at, seq, lot }: Arrival, owed: string): void {
    this.#insert({
      ...this.#place(at, seq),
      since: at,
      origin: seq,
      lot: this.valuation.byLot ? lot : '',
      owed,
      quantity: -quantity,
      value: -value,
    });
  }

  #place(at: string, seq: number): Pick<CostLayer, 'sku' | 'pool' | 'at' | 'seq' | 'part'> {
    const old = this.#part;
    const part = old.seq === seq ? old.part + 1 : 1;
    this.#part = { seq, part };
    this.#owner.tracker?.undo(() => {
      this.#part = old;
    });
    return { sku: this.#owner.sku, pool: this.pool, at, seq, part };
  }

  #insert(layer: CostLayer): void {
    let index = this.#layers.length;
    while (index > this.#start && isAfter(this.#layers[index - 1]!, layer)) index -= 1;
    if (index === this.#layers.length) this.#layers.push(layer);
    else this.#layers.splice(index, 0, layer);
    this.#owner.tracker?.layer(layer);
    this.#owner.tracker?.undo(() => {
      this.#layers.splice(index, 1);
    });
  }

  /** As the store holds them, in order. */
  load(layers: readonly CostLayer[]): void {
    this.#layers.push(...layers);
  }

  /** Forgets what is used up; only where nothing can be undone any more. */
  compact(): void {
    if (this.#start === 0) return;
    this.#layers.splice(0, this.#start);
    this.#start = 0;
  }
}

/** What was booked before a change to this method, by a late document, is of no lot, thus of any. */
const isOfLot = (layer: CostLayer, lot: string): boolean => layer.lot === lot || layer.lot === '';

function isAfter(one: CostLayer, other: CostLayer): boolean {
  if (one.at !== other.at) return one.at > other.at;
  return one.seq !== other.seq ? one.seq > other.seq : one.part > other.part;
}
