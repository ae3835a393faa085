import { costOfOne, round, spreadEvenly, worth } from './exact.ts';

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
  /** While it is under way: the document that shipped it. */
  shipment: string;
}

/** Goods that are ours and were not there when they left: how many of them are not known to be others, and their part. */
export interface Bearer {
  fact: string;
  quantity: bigint;
  weight: bigint;
}

/** What is borne by goods of ours, if it is. */
interface Borne {
  bearers?: Bearer[];
}

/** Goods that left without being there, and what they were valued at. */
interface Short {
  quantity: bigint;
  value: bigint;
  lot: string;
  place: string;
  document: string;
  fact: string;
  /** The one shipment that it waits for. */
  awaits: string;
  bearers: Bearer[];
}

/** What a receipt made a shortage dearer (or cheaper), and who has the goods. */
export interface Correction {
  value: bigint;
  place: string;
  document: string;
  fact: string;
  bearers: Bearer[];
}

/** Who took some of what came by `origin`. */
export interface Taken {
  origin: string;
  fact: string;
  place: string;
  document: string;
  quantity: bigint;
  /** It had left without them. */
  wasShort: boolean;
  /** Of ours, who has what was short. */
  bearers?: Bearer[];
}

export interface Leaving {
  /** Of goods under way: what shipped those that go first, and whether that has happened. */
  shipment?: string;
  isShipped?: boolean;
  quantity: bigint;
  lot: string;
  at: string;
  fact: string;
  place: string;
  document: string;
  /** Facts whose layers go first. */
  origins?: ReadonlySet<string>;
  /** What one costs as far as anybody knows. */
  guess: bigint;
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
  /** Cost of one at the last movement that says so; 0 while none did. */
  lastCost: bigint;
  layers: Layer[] = [];
  shorts: Short[] = [];
  /** Whether the last movement said what one costs. */
  hasLearnt = false;
  /** What was written down and not up again, and so many of which goods. */
  readonly written: {
    goods: Layer[];
    lot?: string | undefined;
    quantity: bigint;
    value: bigint;
  }[] = [];
  /** By those that were short, since somebody asked last. */
  taken: Taken[] = [];
  readonly isTransit: boolean;

  constructor(lastCost: bigint, isTransit: boolean) {
    this.lastCost = lastCost;
    this.isTransit = isTransit;
  }

  /** Under way each shipment is worth something by itself, under an average, too. */
  isLayered({ method }: Rules): boolean {
    return isLayered(method) || (this.isTransit && method === 'average');
  }

  leave(rules: Rules, leaving: Leaving): Slice[] {
    this.hasLearnt = false;
    const mayTake = leaving.isShipped !== false;
    const stock = this.layers.filter(
      ({ lot }) => mayTake && (rules.method !== 'lot' || lot === leaving.lot),
    );
    const there = sum(stock);
    const covered = leaving.quantity < there ? leaving.quantity : there;
    const slices = covered > 0n ? this.#take(rules, stock, covered, leaving) : [];
    // What came last is the last again.
    if (rules.method === 'lifo' && !this.isTransit) slices.reverse();
    const missing = leaving.quantity - covered;
    if (missing > 0n) slices.push(this.#short(rules, missing, leaving));
    const before = this.value;
    this.quantity -= leaving.quantity;
    if (rules.method === 'standard') {
      this.value = worth(this.quantity, rules.standard, rules.minorDigits);
      this.lastCost = rules.standard;
      const values = spreadEvenly(
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
    for (const part of this.#parts(rules, stock, leaving)) {
      if (left === 0n) break;
      const taken: Slice[] = [];
      for (const layer of pickOrder(rules, part, leaving, this.isTransit)) {
        if (left === 0n) break;
        const slice = takeOf(layer, left);
        left -= slice.quantity;
        taken.push(slice);
      }
      if (rules.method === 'lot' || rules.method === 'average')
        spreadOver(sumValue(taken) + sumValue(part), taken, part);
      slices.push(...taken);
    }
    this.layers = this.layers.filter((layer) => layer.quantity > 0n);
    if (this.isLayered(rules)) {
      const last = slices.at(-1)!;
      this.#learn(rules, last.value, last.quantity);
      return slices;
    }
    const cost = this.#pooledCost(quantity, leaving.known);
    const values = spreadEvenly(
      cost,
      slices.map((slice) => slice.quantity),
    );
    for (const [index, slice] of slices.entries()) slice.value = values[index]!;
    this.#learn(rules, cost, quantity);
    return slices;
  }

  /** What goes before what; what goes together costs the same, where the method says so. */
  #parts({ method }: Rules, stock: Layer[], { shipment = '' }: Leaving): Layer[][] {
    if (!this.isTransit) return [stock];
    const named = stock.filter((layer) => layer.shipment === shipment);
    const others = stock.filter((layer) => layer.shipment !== shipment);
    if (method !== 'average' && method !== 'lot') return [named, others];
    const byShipment = Map.groupBy([...named, ...others], (layer) => layer.shipment);
    return [...byShipment.values()];
  }

  /** An amount that rounds to nothing says nothing about the cost. */
  #learn(rules: Rules, value: bigint, quantity: bigint): void {
    this.hasLearnt = value !== 0n;
    if (this.hasLearnt) this.lastCost = costOfOne(value, quantity, rules.minorDigits);
  }

  #pooledCost(quantity: bigint, known: bigint | undefined): bigint {
    if (quantity === this.quantity) return this.value;
    // A pool that is short at the same time has nothing to take from; `quantity` is above zero here.
    const cost = known ?? round(this.value * quantity, this.quantity);
    return cost < this.value ? cost : this.value;
  }

  #short(rules: Rules, quantity: bigint, leaving: Leaving): Slice {
    const isSet = rules.method === 'standard';
    const { unitCost, guess } = leaving;
    const cost = unitCost ?? (this.lastCost || guess);
    // A guess is nothing that anybody knows.
    if (!isSet && unitCost !== undefined) this.lastCost = unitCost;
    const value = isSet ? 0n : worth(quantity, cost, rules.minorDigits);
    const { place, document, fact } = leaving;
    const lot = rules.method === 'lot' ? leaving.lot : '';
    const awaits = leaving.isShipped === false ? leaving.shipment! : '';
    const bearers = place === 'ours' ? [{ fact, quantity, weight: quantity }] : [];
    this.shorts.push({ quantity, value, lot, place, document, fact, awaits, bearers });
    return { quantity, value, since: leaving.at, origin: leaving.fact };
  }

  /** `stated`: the cost of one that the document names. */
  arrive(
    rules: Rules,
    slices: readonly Slice[],
    { lot, document, bearers }: { lot: string; document: string; bearers: readonly Borne[] },
    stated?: bigint,
  ): Correction[] {
    const coming = slices.map((slice) => ({ ...slice }));
    const quantity = sum(coming);
    this.hasLearnt = false;
    if (quantity === 0n) return [];
    const brought = sumValue(coming);
    const last = { ...(this.isLayered(rules) ? coming.at(-1)! : { quantity, value: brought }) };
    const corrections = this.#settle(rules, coming, lot, document, bearers);
    const shipment = this.isTransit ? document : '';
    for (const slice of coming)
      if (slice.quantity > 0n) this.#addLayer(rules, slice, lot, shipment);
    this.quantity += quantity;
    if (rules.method === 'standard') {
      const before = this.value;
      this.value = worth(this.quantity, rules.standard, rules.minorDigits);
      const variance = brought - (this.value - before);
      this.hasLearnt = true;
      return variance === 0n
        ? []
        : [{ value: variance, place: 'variance', document: '', fact: '', bearers: [] }];
    }
    this.value += brought - sumValue(corrections);
    if (stated === undefined) this.#learn(rules, last.value, last.quantity);
    else {
      this.lastCost = stated;
      this.hasLearnt = stated !== 0n;
    }
    return corrections;
  }

  /**
   * Oldest shortages first, those that wait for this shipment before others; takes what settles them out of
   * `coming`. `bearers` are those of all shortages, and of what settled some.
   */
  #settle(
    rules: Rules,
    coming: Slice[],
    lot: string,
    document: string,
    bearers: readonly Borne[],
  ): Correction[] {
    const corrections: Correction[] = [];
    const named = this.shorts.filter(({ awaits }) => awaits === document && this.isTransit);
    for (const short of [...named, ...this.shorts.filter(({ awaits }) => awaits === '')]) {
      if (rules.method === 'lot' && short.lot !== lot) continue;
      const owed = { ...short };
      let truth = 0n;
      const settling: Slice[] = [];
      for (const slice of coming) {
        const part = slice.quantity < short.quantity ? slice.quantity : short.quantity;
        if (part === 0n) continue;
        const cost =
          part === slice.quantity ? slice.value : round(slice.value * part, slice.quantity);
        truth += cost;
        slice.value -= cost;
        slice.quantity -= part;
        short.quantity -= part;
        settling.push({ ...slice, quantity: part });
      }
      if (rules.method !== 'standard')
        handOver(short, settling, [...bearers, ...this.taken, ...corrections]);
      const settled = owed.quantity - short.quantity;
      const guess = settled === 0n ? 0n : round(owed.value * settled, owed.quantity);
      short.value -= guess;
      const { place, document: by, fact } = short;
      const own = { bearers: short.bearers.map((bearer) => ({ ...bearer })) };
      for (const { origin, quantity } of settling)
        this.taken.push({ origin, fact, place, document: by, quantity, wasShort: true, ...own });
      const value = truth - guess;
      if (value !== 0n) corrections.push({ value, place, document: by, fact, ...own });
    }
    this.shorts = this.shorts.filter(({ quantity }) => quantity > 0n);
    return rules.method === 'standard' ? [] : corrections;
  }

  #addLayer(rules: Rules, slice: Slice, lot: string, shipment: string): void {
    const layer = { ...slice, lot: rules.method === 'lot' ? lot : '', shipment };
    if (!this.isLayered(rules)) layer.value = 0n;
    const known =
      rules.method === 'lot' &&
      !this.isTransit &&
      this.layers.find((other) => other.lot === lot && other.origin === layer.origin);
    if (!known) this.layers.push(layer);
    else {
      known.quantity += layer.quantity;
      known.value += layer.value;
    }
    if (!this.isTransit) this.level(rules, lot, shipment);
  }

  /** What is of one lot, and under way of one shipment, costs the same, whenever it came. */
  level({ method }: Rules, lot: string, shipment: string): void {
    const stock = this.layers.filter((layer) => layer.lot === lot && layer.shipment === shipment);
    if (method === 'lot') spreadOver(sumValue(stock), [], stock);
  }

  /** What a quantity that comes without a cost is worth. */
  currentCost(rules: Rules, quantity: bigint, lot: string, guess: bigint): bigint {
    const stock = this.layers.filter((layer) => rules.method === 'lot' && layer.lot === lot);
    if (stock.length > 0) return round(sumValue(stock) * quantity, sum(stock));
    if (rules.method === 'lot' && this.layers.length > 0) {
      return round(sumValue(this.layers) * quantity, sum(this.layers));
    }
    const isShort = this.quantity <= 0n || rules.method === 'lot';
    if (!isShort) return round(this.value * quantity, this.quantity);
    return worth(quantity, rules.method === 'standard' ? rules.standard : guess, rules.minorDigits);
  }

  /** From now on one costs so much, and all that there is. Not for a standard cost. */
  setCost(rules: Rules, unitCost: bigint): bigint {
    this.lastCost = unitCost;
    const before = this.value;
    if (!this.isLayered(rules)) {
      if (this.quantity > 0n) this.value = worth(this.quantity, unitCost, rules.minorDigits);
      return this.value - before;
    }
    let upTo = 0n;
    for (const layer of this.layers) {
      const given = worth(upTo, unitCost, rules.minorDigits);
      upTo += layer.quantity;
      layer.value = worth(upTo, unitCost, rules.minorDigits) - given;
    }
    this.value = sumValue(this.layers) - sumValue(this.shorts);
    return this.value - before;
  }

  /** Below cost, and up again: the last first, each as far as what is left of its goods was written down. */
  writeDown(rules: Rules, amount: bigint, lot?: string): bigint {
    const goods = this.layers.filter((layer) => lot === undefined || layer.lot === lot);
    if (amount <= 0n) {
      const gained = this.revalue(rules, amount, lot);
      if (gained !== 0n) this.written.push({ goods, lot, quantity: sum(goods), value: -gained });
      return gained;
    }
    const before = this.value;
    for (const one of [...this.written].reverse()) {
      if (lot !== undefined && one.lot !== lot) continue;
      const left = one.goods.filter((layer) => this.layers.includes(layer));
      const quantity = sum(left) < one.quantity ? sum(left) : one.quantity;
      const open = round(one.value * quantity, one.quantity);
      const wanted = amount - (this.value - before);
      const part = wanted < open ? wanted : open;
      if (part <= 0n) continue;
      this.revalueGoods(rules, part, left);
      this.written[this.written.indexOf(one)] = { ...one, quantity, value: open - part };
    }
    return this.value - before;
  }

  /** Adds value without quantity, over the layers by quantity; nothing is worth less than nothing. */
  revalue(rules: Rules, amount: bigint, lot?: string): bigint {
    if (this.quantity <= 0n) return 0n;
    const meant = this.layers.filter((layer) => lot === undefined || layer.lot === lot);
    return this.revalueGoods(rules, amount, meant);
  }

  revalueGoods(rules: Rules, amount: bigint, meant: readonly Layer[]): bigint {
    const before = this.value;
    if (meant.length === 0) return 0n;
    const shares = spreadEvenly(
      amount,
      meant.map(({ quantity }) => quantity),
    );
    if (this.isLayered(rules)) {
      for (const [index, layer] of meant.entries()) {
        layer.value += shares[index]!;
        if (layer.value < 0n) layer.value = 0n;
      }
      this.value = sumValue(this.layers) - sumValue(this.shorts);
    } else {
      this.value += amount;
      if (this.value < 0n) this.value = 0n;
    }
    return this.value - before;
  }

  /** Goes over to another method; gives the value that the pool gained. */
  change(from: Rules, to: Rules): bigint {
    const before = this.value;
    // Nothing is written up: one cost for all begins with what the layers cost.
    if (this.isLayered(from) && !this.isLayered(to))
      for (const layer of this.layers) layer.value = 0n;
    if (to.method === 'standard') this.lastCost = to.standard;
    if (to.method === 'standard') this.value = worth(this.quantity, to.standard, to.minorDigits);
    if (!this.isLayered(from) && this.isLayered(to) && this.quantity > 0n) {
      const shares = spreadEvenly(
        this.value,
        this.layers.map(({ quantity }) => quantity),
      );
      for (const [index, layer] of this.layers.entries()) layer.value = shares[index]!;
    }
    // Shortages are worth nothing by themselves at a set cost, and what the pool is worth otherwise.
    if (this.quantity < 0n && from.method === 'standard' && to.method !== 'standard') {
      const shares = spreadEvenly(
        -this.value,
        this.shorts.map(({ quantity }) => quantity),
      );
      for (const [index, short] of this.shorts.entries()) short.value = shares[index]!;
    }
    if (to.method === 'standard') for (const short of this.shorts) short.value = 0n;
    return this.value - before;
  }
}

function pickOrder(
  { method, minorDigits }: Rules,
  stock: Layer[],
  { origins, unitCost }: Leaving,
  isTransit: boolean,
): Layer[] {
  const ordinary = method === 'lifo' && !isTransit ? [...stock].reverse() : stock;
  // Elsewhere no layer has a cost of its own.
  const isByLayer = method === 'fifo' || method === 'lifo';
  const preferred = ordinary.filter(
    (layer) =>
      origins?.has(layer.origin) ||
      (isByLayer &&
        unitCost !== undefined &&
        layer.value === worth(layer.quantity, unitCost, minorDigits)),
  );
  return [...preferred, ...ordinary.filter((layer) => !preferred.includes(layer))];
}

function takeOf(layer: Layer, most: bigint): Slice {
  const quantity = layer.quantity < most ? layer.quantity : most;
  const value =
    quantity === layer.quantity ? layer.value : round(layer.value * quantity, layer.quantity);
  layer.quantity -= quantity;
  layer.value -= value;
  return { quantity, value, since: layer.since, origin: layer.origin };
}

/**
 * Goods that were short themselves make good for a shortage of ours: from now on its goods bear what those cost. They
 * are none of its goods, or some of that would come back to them, who are not there any more.
 */
function handOver(settled: Short, goods: readonly Slice[], all: readonly Borne[]): void {
  if (settled.bearers.length === 0) return;
  giveAway(settled.bearers, goods);
  const heirs = settled.bearers.filter(({ weight }) => weight > 0n).map((heir) => ({ ...heir }));
  const weights = heirs.map(({ weight }) => weight);
  for (const bearers of new Set(all.map((one) => one.bearers ?? []))) {
    const weight = bearers === settled.bearers ? 0n : giveAway(bearers, goods);
    if (weight === 0n || heirs.length === 0) continue;
    const shares = spreadEvenly(weight, weights);
    for (const [index, heir] of heirs.entries()) {
      const known = bearers.find(({ fact }) => fact === heir.fact);
      if (known) known.weight += shares[index]!;
      else bearers.push({ ...heir, weight: shares[index]! });
    }
  }
}

/** These goods have settled something and bear no more; their part of the whole. */
function giveAway(bearers: readonly Bearer[], goods: readonly Slice[]): bigint {
  let given = 0n;
  for (const { origin, quantity } of goods) {
    const giver = bearers.find(({ fact }) => fact === origin);
    if (!giver || giver.quantity === 0n) continue;
    const part = quantity < giver.quantity ? quantity : giver.quantity;
    const weight = round(giver.weight * part, giver.quantity);
    giver.quantity -= part;
    giver.weight -= weight;
    given += weight;
  }
  return given;
}

/** What a lot was worth, over what left, as one, and over what stays. */
function spreadOver(worthOfAll: bigint, left: Slice[], stock: Layer[]): void {
  const gone = sum(left);
  const all = gone + sum(stock);
  if (all === 0n) return;
  const value = round(worthOfAll * gone, all);
  for (const [parts, of] of [
    [left, value],
    [stock.filter(({ quantity }) => quantity > 0n), worthOfAll - value],
  ] as const) {
    const values =
      parts.length === 0
        ? []
        : spreadEvenly(
            of,
            parts.map(({ quantity }) => quantity),
          );
    for (const [index, part] of parts.entries()) part.value = values[index]!;
  }
}
