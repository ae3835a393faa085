import { costOfOne, round, spread, worth } from './exact.ts';

/** How a SKU is valued at the moment. */
export interface Rules {
  method: string;
  standard: bigint;
  minorDigits: number;
}

export interface Slice {
  quantity: bigint;
  value: bigint;
  /** Business time and fact at which it came from outside. */
  since: string;
  origin: string;
}

interface Layer extends Slice {
  lot: string;
}

/** Goods that left without being there, and what they were valued at. */
interface Short {
  quantity: bigint;
  value: bigint;
  lot: string;
  place: string;
  document: string;
}

/** What a receipt made a shortage dearer (or cheaper), and who has the goods. */
export interface Correction {
  value: bigint;
  place: string;
  document: string;
}

export interface Leaving {
  quantity: bigint;
  lot: string;
  at: string;
  fact: string;
  place: string;
  document: string;
  /** Facts whose layers go first. */
  origins?: ReadonlySet<string>;
  /** Cost of one; layers of exactly this cost go first, and a shortage is valued at it. */
  unitCost?: bigint | undefined;
  /** What it is known to have cost, for methods without layers. */
  known?: bigint | undefined;
}

const isLayered = (method: string): boolean => ['fifo', 'lifo', 'lot'].includes(method);
const sum = (parts: readonly { quantity: bigint }[]): bigint =>
  parts.reduce((total, { quantity }) => total + quantity, 0n);
const sumValue = (parts: readonly { value: bigint }[]): bigint =>
  parts.reduce((total, { value }) => total + value, 0n);

/** Quantity, value, layers and shortages of one SKU in one cost pool, by the plainest code. */
export class NaivePool {
  quantity = 0n;
  value = 0n;
  lastCost = 0n;
  /** Cost of one at the last arrival. */
  lastInCost = 0n;
  layers: Layer[] = [];
  shorts: Short[] = [];

  leave(rules: Rules, leaving: Leaving): Slice[] {
    const stock = this.layers.filter(({ lot }) => rules.method !== 'lot' || lot === leaving.lot);
    const there = sum(stock);
    const covered = leaving.quantity < there ? leaving.quantity : there;
    const slices = covered > 0n ? this.#take(rules, stock, covered, leaving) : [];
    const missing = leaving.quantity - covered;
    if (missing > 0n) slices.push(this.#short(rules, missing, leaving));
    const before = this.value;
    this.quantity -= leaving.quantity;
    if (rules.method === 'standard') {
      this.value = worth(this.quantity, rules.standard, rules.minorDigits);
      const values = spread(
        before - this.value,
        slices.map(({ quantity }) => quantity),
      );
      for (const [index, slice] of slices.entries()) slice.value = values[index]!;
    } else {
      this.value -= sumValue(slices);
    }
    return slices;
  }

  #take(rules: Rules, stock: Layer[], quantity: bigint, leaving: Leaving): Slice[] {
    const slices: Slice[] = [];
    let left = quantity;
    for (const layer of pickOrder(rules, stock, leaving)) {
      if (left === 0n) break;
      const part = layer.quantity < left ? layer.quantity : left;
      const value =
        part === layer.quantity ? layer.value : round(layer.value * part, layer.quantity);
      layer.quantity -= part;
      layer.value -= value;
      left -= part;
      slices.push({ quantity: part, value, since: layer.since, origin: layer.origin });
    }
    this.layers = this.layers.filter((layer) => layer.quantity > 0n);
    if (!isLayered(rules.method)) {
      const values = spread(
        this.#pooledCost(quantity, leaving.known),
        slices.map((s) => s.quantity),
      );
      for (const [index, slice] of slices.entries()) slice.value = values[index]!;
      this.lastCost = costOfOne(sumValue(slices), quantity, rules.minorDigits);
    } else {
      const last = slices.at(-1)!;
      this.lastCost = costOfOne(last.value, last.quantity, rules.minorDigits);
    }
    return slices;
  }

  #pooledCost(quantity: bigint, known: bigint | undefined): bigint {
    if (quantity === this.quantity) return this.value;
    // A pool that is short at the same time has nothing to take from; `quantity` is above zero here.
    const cost = known ?? round(this.value * quantity, this.quantity);
    return cost < this.value ? cost : this.value;
  }

  #short(rules: Rules, quantity: bigint, leaving: Leaving): Slice {
    const cost = leaving.unitCost ?? (this.lastCost || rules.standard);
    const value = worth(quantity, cost, rules.minorDigits);
    const { lot, place, document } = leaving;
    this.shorts.push({ quantity, value, lot, place, document });
    return { quantity, value, since: leaving.at, origin: leaving.fact };
  }

  arrive(rules: Rules, slices: readonly Slice[], lot: string): Correction[] {
    const coming = slices.map((slice) => ({ ...slice }));
    const quantity = sum(coming);
    if (quantity === 0n) return [];
    const last = coming.at(-1)!;
    const lastIn = isLayered(rules.method)
      ? costOfOne(last.value, last.quantity, rules.minorDigits)
      : costOfOne(sumValue(coming), quantity, rules.minorDigits);
    const brought = sumValue(coming);
    const corrections = this.#settle(rules, coming, lot);
    for (const slice of coming) if (slice.quantity > 0n) this.#addLayer(rules, slice, lot);
    this.quantity += quantity;
    if (rules.method === 'standard') {
      const before = this.value;
      this.value = worth(this.quantity, rules.standard, rules.minorDigits);
      const variance = brought - (this.value - before);
      this.lastCost = this.lastInCost = rules.standard;
      return variance === 0n ? [] : [{ value: variance, place: 'variance', document: '' }];
    }
    this.value += brought - sumValue(corrections);
    this.lastCost = this.lastInCost = lastIn;
    return corrections;
  }

  /** Oldest shortages first; takes what settles them out of `coming`. */
  #settle(rules: Rules, coming: Slice[], lot: string): Correction[] {
    const corrections: Correction[] = [];
    const pooled = { quantity: sum(coming), value: sumValue(coming) };
    for (const short of this.shorts) {
      if (rules.method === 'lot' && short.lot !== lot) continue;
      let truth = 0n;
      let guess = 0n;
      for (const slice of coming) {
        const part = slice.quantity < short.quantity ? slice.quantity : short.quantity;
        if (part === 0n) continue;
        const source = isLayered(rules.method) ? slice : pooled;
        const cost =
          part === source.quantity ? source.value : round(source.value * part, source.quantity);
        const guessed =
          part === short.quantity ? short.value : round(short.value * part, short.quantity);
        truth += cost;
        guess += guessed;
        source.value -= cost;
        short.value -= guessed;
        short.quantity -= part;
        slice.quantity -= part;
        if (source !== slice) source.quantity -= part;
      }
      const { place, document } = short;
      if (truth !== guess) corrections.push({ value: truth - guess, place, document });
    }
    this.shorts = this.shorts.filter(({ quantity }) => quantity > 0n);
    return rules.method === 'standard' ? [] : corrections;
  }

  #addLayer(rules: Rules, slice: Slice, lot: string): void {
    const layer = { ...slice, lot: rules.method === 'lot' ? lot : '' };
    if (!isLayered(rules.method)) layer.value = 0n;
    const same = rules.method === 'lot' && this.layers.find((other) => other.lot === lot);
    if (!same) this.layers.push(layer);
    else {
      same.quantity += layer.quantity;
      same.value += layer.value;
    }
  }

  /** What a quantity that comes without a cost is worth. */
  currentCost(rules: Rules, quantity: bigint, lot: string): bigint {
    const stock = this.layers.filter((layer) => rules.method === 'lot' && layer.lot === lot);
    if (stock.length > 0) return round(sumValue(stock) * quantity, sum(stock));
    if (this.quantity > 0n) return round(this.value * quantity, this.quantity);
    return worth(quantity, this.lastCost || rules.standard, rules.minorDigits);
  }

  /** Adds value without quantity, over the layers by quantity; says how much found stock to lie on. */
  revalue(rules: Rules, amount: bigint): bigint {
    if (this.quantity <= 0n) return 0n;
    const shares = spread(
      amount,
      this.layers.map(({ quantity }) => quantity),
    );
    if (isLayered(rules.method)) {
      for (const [index, layer] of this.layers.entries()) layer.value += shares[index]!;
    }
    this.value += amount;
    return amount;
  }

  /** Goes over to another method; gives the value that the pool gained. */
  change(from: Rules, to: Rules): bigint {
    const before = this.value;
    if (isLayered(from.method) && !isLayered(to.method)) {
      for (const layer of this.layers) layer.value = 0n;
      if (this.quantity > 0n) this.value = worth(this.quantity, this.lastInCost, to.minorDigits);
    }
    if (to.method === 'standard') this.value = worth(this.quantity, to.standard, to.minorDigits);
    if (!isLayered(from.method) && isLayered(to.method) && this.quantity > 0n) {
      const shares = spread(
        this.value,
        this.layers.map(({ quantity }) => quantity),
      );
      for (const [index, layer] of this.layers.entries()) layer.value = shares[index]!;
    }
    return this.value - before;
  }
}

function pickOrder(
  { method, minorDigits }: Rules,
  stock: Layer[],
  { origins, unitCost }: Leaving,
): Layer[] {
  const ordinary = method === 'lifo' ? [...stock].reverse() : stock;
  const preferred = ordinary.filter(
    (layer) =>
      origins?.has(layer.origin) ||
      (unitCost !== undefined && costOfOne(layer.value, layer.quantity, minorDigits) === unitCost),
  );
  return [...preferred, ...ordinary.filter((layer) => !preferred.includes(layer))];
}
