import type { Line, Setting } from '../documents.ts';
import { bearOwn } from './bearOwn.ts';
import { read, round, spreadEvenly, write } from './exact.ts';
import type { Fact } from './facts.ts';
import { isOutside, poolOfPlace } from './facts.ts';
import { type BaseLine, statedWorth } from './inBase.ts';
import { NaiveInvoices } from './invoices.ts';
import type { NaiveCounts } from './NaiveCounts.ts';
import type { Correction, Rules, Slice, Taken } from './NaivePool.ts';
import { NaivePool } from './NaivePool.ts';

/** On hand after a fact lowered it. */
export interface Lowered {
  at: string;
  key: string;
  onHand: bigint;
}

export const balanceKey = (
  line: Line,
  place: string,
  status = line.status ?? 'available',
): string => [line.sku, place, line.lot ?? '', status, line.owner ?? ''].join('|');

/** What a document's movements of a SKU cost, as known at a point in time, and what of it came back. */
interface Moved {
  fact: string;
  lot: string;
  quantity: bigint;
  value: bigint;
  returned: bigint;
  given: bigint;
  /** What of it came back, by which facts, and what that is worth by it. */
  back: { fact: Fact; quantity: bigint; value: bigint }[];
  isDearer: boolean;
}

/** What was made of goods, and what it costs: to be made dearer with them. */
export interface Made {
  cost: bigint;
  weights: bigint[];
  products: Fact[];
}

/** The part of a return that its document covers. */
interface Covered {
  quantity: bigint;
  value: bigint;
  facts: Set<string>;
  /** How many by each of them. */
  parts: [string, bigint][];
}

/** Balances, pools and accounts while the facts are worked off, and how one fact moves them. */
export class NaiveBooks {
  readonly setting: Setting;
  readonly balances = new Map<string, bigint>();
  readonly pools = new Map<string, NaivePool>();
  readonly accounts = new Map<string, bigint>();
  readonly values = new Map<string, bigint>();
  readonly lowered: Lowered[] = [];
  readonly rules = new Map<string, Rules>();
  /** Who took some of what came, by the fact that brought it, one after the other. */
  readonly takers = new Map<string, Taken[]>();
  /** By the facts that went into it, the first production first. */
  readonly made = new Map<string, Made>();
  /** By `document|sku`: what was issued to customers, and what was received. */
  readonly #issued = new Map<string, Moved[]>();
  readonly #received = new Map<string, Moved[]>();
  readonly #invoices = new Map<string, NaiveInvoices>();
  /** `document|sku` of what has left for another place. */
  readonly #shipped = new Set<string>();

  readonly #counts: NaiveCounts;

  constructor(setting: Setting, counts: NaiveCounts) {
    this.setting = setting;
    this.#counts = counts;
    for (const { sku, valuation, standardCost } of setting.items) {
      const standard = read(standardCost ?? '0');
      this.rules.set(sku, { method: valuation, standard, minorDigits: setting.minorDigits });
    }
  }

  balance(fact: Fact, key: string, by: bigint): void {
    const onHand = (this.balances.get(key) ?? 0n) + by;
    this.balances.set(key, onHand);
    this.#counts.moved(fact, key, by);
    if (by < 0n) this.lowered.push({ at: fact.at, key, onHand });
  }

  /** `value` goes to a place outside; below zero it comes from there. */
  charge(sku: string, place: string, value: bigint): void {
    const key = `${sku}|${place}`;
    this.accounts.set(key, (this.accounts.get(key) ?? 0n) + value);
  }

  #pool(sku: string, place: string): NaivePool {
    const key = `${sku}|${poolOfPlace(this.setting, place)}`;
    const { method, standard } = this.rulesOf(sku);
    const pool =
      this.pools.get(key) ??
      new NaivePool(method === 'standard' ? standard : 0n, place === 'transit');
    this.pools.set(key, pool);
    return pool;
  }

  /** Pools stand in the order in which something last moved in them that said what one costs. */
  #moved(sku: string, place: string): void {
    const pool = this.#pool(sku, place);
    if (!pool.hasLearnt) return;
    const key = `${sku}|${poolOfPlace(this.setting, place)}`;
    this.pools.delete(key);
    this.pools.set(key, pool);
  }

  /** What one costs as far as anybody knows: in its pool, in the others, the latest first, or by the item. */
  #guess(sku: string, place: string): bigint {
    return this.#pool(sku, place).lastCost || this.lastCost(sku);
  }

  lastCost(sku: string): bigint {
    const pools = this.poolsOf(sku).reverse();
    return pools.find(({ lastCost }) => lastCost !== 0n)?.lastCost ?? this.rulesOf(sku).standard;
  }

  poolsOf(sku: string): NaivePool[] {
    return [...this.pools].flatMap(([key, pool]) => (key.startsWith(`${sku}|`) ? pool : []));
  }

  #isValued({ sku, owner }: Line): boolean {
    const item = this.setting.items.find((other) => other.sku === sku);
    return !owner && item?.valued !== false;
  }

  #hasOnePlace(place: string): boolean {
    const pool = poolOfPlace(this.setting, place);
    return pool === 'transit' || (pool !== 'main' && this.setting.pools[pool]!.length === 1);
  }

  rulesOf(sku: string): Rules {
    return this.rules.get(sku)!;
  }

  receive(fact: Fact, from: string): void {
    const { line } = fact;
    const quantity = read(line.quantity!);
    if (from === 'supplier' && this.#isValued(line)) {
      this.#receiveBought(fact, quantity);
      return;
    }
    const value = this.#isValued(line) ? this.#arrivalCost(fact, from, quantity) : 0n;
    this.arriveFromOutside(fact, from, quantity, value);
  }

  /** As far as it was invoiced before it came, at what that said. */
  #receiveBought(fact: Fact, quantity: bigint): void {
    const { line, doc, document, id } = fact;
    const { currency, rate } = doc.data;
    const invoices = this.invoicesOf(document, line.sku!);
    const number = id.split('/').at(-1)!;
    const billed = invoices.billed(number, quantity);
    const isStated = (line.amount ?? line.unitCost) !== undefined;
    let value = this.#arrivalCost(fact, 'supplier', quantity);
    let comes = fact;
    if (billed.quantity !== 0n || billed.value !== 0n) {
      const rest = quantity - billed.quantity;
      const ofRest = isStated
        ? round(value * rest, quantity)
        : this.#arrivalCost(fact, 'supplier', rest);
      value = billed.value + (rest === 0n ? 0n : ofRest);
      const { unitCost: _, amount: _whole, ...unstated } = line;
      comes = { ...fact, line: unstated };
    }
    this.arriveFromOutside(comes, 'supplier', quantity, value);
    record(this.#received, fact, quantity, value);
    const isForeign = isStated && currency !== undefined && rate !== undefined;
    const money = isForeign ? { currency, rate: read(rate, 12) } : { currency: '', rate: 0n };
    invoices.come(id, number, { quantity, value }, money);
  }

  invoicesOf(receipt: string, sku: string): NaiveInvoices {
    const key = `${receipt}|${sku}`;
    const known = this.#invoices.get(key) ?? new NaiveInvoices(this.setting.minorDigits);
    this.#invoices.set(key, known);
    return known;
  }

  #arrivalCost(fact: Fact, from: string, quantity: bigint): bigint {
    const { line, reference } = fact;
    const sku = line.sku!;
    const issued = from === 'customer' ? this.#issued.get(`${reference}|${sku}`) : undefined;
    const covered = bringBack(issued, quantity, fact);
    if ((line.amount ?? line.unitCost) !== undefined) {
      return statedWorth(quantity, line, this.setting.minorDigits);
    }
    if (quantity === covered.quantity) return covered.value;
    const pool = this.#pool(sku, line.location!);
    const more = quantity - covered.quantity;
    const guess = this.#guess(sku, line.location!);
    return covered.value + pool.currentCost(this.rulesOf(sku), more, line.lot ?? '', guess);
  }

  arriveFromOutside(fact: Fact, from: string, quantity: bigint, value: bigint): void {
    this.balance(fact, balanceKey(fact.line, fact.line.location!), quantity);
    if (!this.#isValued(fact.line) || quantity === 0n) return;
    this.values.set(fact.id, (this.values.get(fact.id) ?? 0n) + value);
    this.charge(fact.line.sku!, from, -value);
    const slice: Slice = { quantity, value, since: fact.at, origin: fact.id };
    const { unitCost } = fact.line;
    this.#arrive(
      fact,
      fact.line.location!,
      [slice],
      unitCost === undefined ? undefined : read(unitCost),
    );
  }

  #arrive(
    { line, document }: Fact,
    place: string,
    slices: readonly Slice[],
    stated?: bigint,
  ): void {
    const sku = line.sku!;
    const pool = this.#pool(sku, place);
    const pools = [...this.pools].filter(([key]) => key.startsWith(`${sku}|`));
    const shorts = pools.flatMap(([, each]) => each.shorts);
    const bearers = [...shorts, ...[...this.takers.values()].flat()];
    const of = { lot: line.lot ?? '', document, bearers };
    const corrections = pool.arrive(this.rulesOf(sku), slices, of, stated);
    this.#moved(sku, place);
    this.#took(pool.taken.splice(0));
    // Who bears one that takes may be worth enough by one that gives.
    corrections.sort((one, other) => Number(other.value - one.value));
    for (const correction of corrections) {
      if (correction.bearers.length > 0) {
        this.bearCorrection(sku, correction);
        continue;
      }
      this.charge(sku, correction.place, correction.value);
      if (correction.place !== 'customer') continue;
      const issued = this.#issued.get(`${correction.document}|${sku}`) ?? [];
      const original = issued.find((moved) => moved.fact === correction.fact);
      if (original) original.value += correction.value;
    }
  }

  #took(some: readonly Taken[]): void {
    for (const taken of some) {
      this.takers.set(taken.origin, [...(this.takers.get(taken.origin) ?? []), taken]);
    }
  }

  /** An issue costs so much more: what has come back of it, with its part of that. */
  dearer(sku: string, { fact, document }: Taken, amount: bigint): [Fact, bigint][] {
    const moved = this.#issued.get(`${document}|${sku}`)?.find((each) => each.fact === fact);
    if (!moved || amount === 0n) return [];
    moved.value += amount;
    const found: [Fact, bigint][] = [];
    let before = 0n;
    let units = 0n;
    for (const part of moved.isDearer ? [] : moved.back) {
      units += part.quantity;
      const upTo = round(moved.value * units, moved.quantity);
      const more = upTo - before - part.value;
      before = upTo;
      const { amount: stated, unitCost } = part.fact.line;
      if ((stated ?? unitCost) !== undefined) continue;
      part.value += more;
      moved.given += more;
      found.push([part.fact, more]);
    }
    return found;
  }

  /** While what came back of an issue is made dearer, the issue that took some of that is not again. */
  roundOnce(sku: string, { fact, document }: Taken, work: () => void): void {
    const moved = this.#issued.get(`${document}|${sku}`)?.find((each) => each.fact === fact);
    const before = moved?.isDearer ?? false;
    if (moved) moved.isDearer = true;
    work();
    if (moved) moved.isDearer = before;
  }

  /** What is ours follows the goods. */
  bearCorrection(sku: string, { bearers, value }: Pick<Correction, 'bearers' | 'value'>): void {
    const weights = bearers.map(({ weight }) => weight);
    const isNothing = weights.every((weight) => weight === 0n);
    const shares = isNothing
      ? weights.map((_, index) => (index === weights.length - 1 ? value : 0n))
      : spreadEvenly(value, weights);
    for (const [index, { fact, quantity }] of bearers.entries())
      bearOwn(this, sku, fact, quantity, shares[index]!);
  }

  leave(fact: Fact, place: string, to: string): void {
    const { line } = fact;
    const sku = line.sku!;
    const quantity = read(line.quantity!);
    this.balance(fact, balanceKey(line, place), -quantity);
    if (!this.#isValued(line)) return;
    const received = this.#received.get(`${fact.reference}|${sku}`);
    const covered = bringBack(to === 'supplier' ? received : [], quantity, fact);
    const value =
      covered.quantity > 0n
        ? this.#giveBack(fact, place, covered)
        : total(this.#leavePool(fact, place, to));
    if (to === 'customer') record(this.#issued, fact, quantity, value);
    this.values.set(fact.id, value);
    this.charge(sku, to, value);
  }

  /** The supplier credits what the receipt said, or was invoiced, whatever the stock is worth that goes. */
  #giveBack(fact: Fact, place: string, followed: Covered): bigint {
    const { line, reference } = fact;
    const invoices = this.invoicesOf(reference, line.sku!);
    const parts = [...followed.parts].filter(([, quantity]) => quantity > 0n);
    const { received, payable, exchange, dearer } = invoices.goBack(parts);
    this.charge(line.sku!, 'supplier', -payable);
    this.charge(line.sku!, 'payable', payable);
    this.charge(line.sku!, 'supplier', exchange);
    this.charge(line.sku!, 'exchange', -exchange);
    const covered = { ...followed, value: received + payable - exchange };
    const part = (quantity: bigint): Fact => ({
      ...fact,
      line: { ...line, quantity: write(quantity) },
    });
    const slices = this.#leavePool(part(covered.quantity), place, 'variance', covered);
    this.charge(line.sku!, 'variance', total(slices) - covered.value);
    const more = read(line.quantity!) - covered.quantity;
    const rest = more > 0n ? this.#leavePool(part(more), place, 'supplier') : [];
    // A pool of one cost gave no more than is credited.
    const isOfLayers = this.#pool(line.sku!, place).isLayered(this.rulesOf(line.sku!));
    for (const { came, kept, more: amount } of isOfLayers ? dearer : []) {
      this.charge(line.sku!, 'variance', -amount);
      bearOwn(this, line.sku!, came.fact, kept, amount);
    }
    return covered.value + total(rest);
  }

  #leavePool(fact: Fact, place: string, to: string, covered?: Covered): Slice[] {
    const { line, id, at, document, reference } = fact;
    const sku = line.sku!;
    const quantity = read(line.quantity!);
    const stated = line.unitCost === undefined ? undefined : read(line.unitCost);
    const known =
      stated === undefined ? covered?.value : statedWorth(quantity, line, this.setting.minorDigits);
    const guess = this.#guess(sku, place);
    const rules = this.rulesOf(sku);
    const isAwaited =
      place === 'transit' && reference !== '' && !this.#shipped.has(`${reference}|${sku}`);
    const slices = this.#pool(sku, place).leave(rules, {
      guess,
      quantity,
      lot: line.lot ?? '',
      at,
      fact: id,
      place: isOutside(to) || to === 'variance' ? to : 'ours',
      ...(place === 'transit' && reference !== ''
        ? { shipment: reference, isShipped: !isAwaited }
        : {}),
      document,
      ...(covered ? { origins: covered.facts } : {}),
      unitCost: stated,
      known,
    });
    this.#moved(sku, place);
    const gone = isOutside(to) || to === 'variance' ? slices : [];
    this.#took(
      gone
        .filter(({ origin }) => origin !== id)
        .map(({ origin, quantity: part }) => {
          return { origin, fact: id, place: to, document, quantity: part, wasShort: false };
        }),
    );
    return slices;
  }

  transfer(fact: Fact): void {
    const { line } = fact;
    const [from, to] = [line.from!, line.to!];
    const quantity = read(line.quantity!);
    this.balance(fact, balanceKey(line, from), -quantity);
    this.balance(fact, balanceKey(line, to), quantity);
    if (!this.#isValued(line)) return;
    if (poolOfPlace(this.setting, from) === poolOfPlace(this.setting, to)) {
      this.values.set(fact.id, 0n);
      return;
    }
    const slices = this.#leavePool(fact, from, to);
    if (to === 'transit') this.#shipped.add(`${fact.document}|${line.sku}`);
    this.values.set(fact.id, total(slices));
    this.#arrive(fact, to, slices);
  }

  count(fact: Fact): void {
    const { line } = fact;
    const key = balanceKey(line, line.location!);
    const before = this.balances.get(key) ?? 0n;
    const keyOf = (one: Line): string => balanceKey(one, one.location!);
    const found = this.#counts.foundBy(fact, keyOf, before);
    // At a set cost a count finds quantities only.
    const atSetCost = this.rulesOf(line.sku!).method === 'standard';
    // What one costs, of six decimals: what was found is seldom what was counted.
    const { exact: _, ...stated }: BaseLine = line;
    const { unitCost, ...plain } = stated;
    // A pool of several places does not know which of its layers lie here.
    const isOfNow = this.#hasOnePlace(line.location!) && fact.doc.data.dated === undefined;
    const isSet = !atSetCost && unitCost !== undefined && isOfNow;
    // What a closed period redirects was there when it was counted, and is in the books later.
    const left = before + found;
    const leaves = isSet ? before - (left < 0n ? left : 0n) : -found;
    const moved = (of: Line, quantity: bigint): Fact => ({
      ...fact,
      line: { ...of, quantity: write(quantity) },
    });
    if (leaves > 0n) this.leave(moved(plain, leaves), line.location!, 'adjustment');
    const comes = isSet ? left - (this.balances.get(key) ?? 0n) : found;
    if (comes > 0n) this.receive(moved(atSetCost ? plain : stated, comes), 'adjustment');
  }
}

function record(
  records: Map<string, Moved[]>,
  { document, id, line }: Fact,
  quantity: bigint,
  value: bigint,
): void {
  const key = `${document}|${line.sku}`;
  const lot = line.lot ?? '';
  const moved = {
    fact: id,
    lot,
    quantity,
    value,
    returned: 0n,
    given: 0n,
    back: [],
    isDearer: false,
  };
  records.set(key, [...(records.get(key) ?? []), moved]);
}

/**
 * What of a return its document covers: of the line and the lot that it names, and no more than has not come back. It is worth
 * all that has come back by now, less what was given for that before.
 */
function bringBack(moved: readonly Moved[] = [], quantity: bigint, fact: Fact): Covered {
  const { lot = '', referenceLine } = fact.line;
  const meant = moved
    .filter((each) => lot === '' || each.lot === '' || each.lot === lot)
    .filter((each) => referenceLine === undefined || each.fact.endsWith(`/${referenceLine}`));
  const sum = (of: (each: Moved) => bigint) =>
    meant.reduce((together, each) => together + of(each), 0n);
  const open = sum((each) => each.quantity) - sum((each) => each.returned);
  const covered = quantity < open ? quantity : open;
  if (covered === 0n) return { quantity: 0n, value: 0n, facts: new Set(), parts: [] };
  const after = sum((each) => each.returned) + covered;
  const worthNow = round(
    sum((each) => each.value) * after,
    sum((each) => each.quantity),
  );
  const missing = worthNow - sum((each) => each.given);
  const value = missing < 0n ? 0n : missing;
  const quantities = spreadEvenly(
    covered,
    meant.map((each) => each.quantity - each.returned),
  );
  const left = meant.map((each) => each.value - each.given);
  const isNothing = left.reduce((together, each) => together + each, 0n) === 0n;
  const values = isNothing
    ? meant.map((_, index) => (index === meant.length - 1 ? value : 0n))
    : spreadEvenly(value, left);
  for (const [index, each] of meant.entries()) {
    each.returned += quantities[index]!;
    each.given += values[index]!;
    each.back.push({ fact, quantity: quantities[index]!, value: values[index]! });
  }
  return {
    ...{ quantity: covered, value, facts: new Set(meant.map((each) => each.fact)) },
    parts: meant.map((each, index) => [each.fact, quantities[index]!]),
  };
}

const total = (slices: readonly Slice[]): bigint =>
  slices.reduce((sum, { value }) => sum + value, 0n);
