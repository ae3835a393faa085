/** Which goods invoices are for: receipts one by one, and what is invoiced before it comes. */
import { round, spreadEvenly } from './exact.ts';

/** One line of a receipt. */
export interface Came {
  fact: string;
  line: string;
  quantity: bigint;
  /** What it was worth when it came, and of that what an invoice had said before. */
  value: bigint;
  said: { quantity: bigint; value: bigint };
  invoiced: bigint;
  /** What invoices charge for that, and what they took off goods received. */
  charged: bigint;
  taken: bigint;
  /** What went back: off goods received, and off what is to be paid, until a credit note comes for it. */
  back: Waiting;
  debited: Waiting;
  /** What those that did not go back cost more than was said; of what is charged, and not debited, what another rate makes. */
  more: bigint;
  ofRate: bigint;
  /** Currency, and the rate in 10^-12, in which its cost was stated. */
  currency: string;
  rate: bigint;
}

export interface Bill {
  line: string;
  quantity: bigint;
  amount: bigint;
  currency: string;
  /** In millionths of that currency. */
  foreign: bigint;
}

/** What a bill moves, and what was debited before for goods it credits otherwise: out of goods received, by the rate, and to the goods of which line. */
export interface Billed {
  cleared: bigint;
  exchange: bigint;
  variance: bigint;
  /** What was debited before for what it credits. */
  known: bigint;
  dearer: Map<Came, bigint>;
}

interface Waiting {
  quantity: bigint;
  value: bigint;
}

/** What goes back, and what the goods cost more that stay. */
interface WentBack {
  received: bigint;
  payable: bigint;
  exchange: bigint;
  dearer: { came: Came; kept: bigint; more: bigint }[];
}

/** How many went back, whatever for. */
export const gone = ({ back, debited }: Came): bigint => back.quantity + debited.quantity;

export class NaiveInvoices {
  readonly came: Came[] = [];
  readonly #waiting = new Map<string, Waiting>();
  readonly #minorDigits: number;

  constructor(minorDigits: number) {
    this.#minorDigits = minorDigits;
  }

  /** Of goods that come now, how many were billed before, and for how much. */
  billed(line: string, quantity: bigint, isTaken = false): Waiting {
    const sum = { quantity: 0n, value: 0n };
    for (const name of new Set([line, ''])) {
      const waiting = this.#waiting.get(name);
      if (!waiting || waiting.quantity < 0n || waiting.value < 0n) continue;
      const room = quantity - sum.quantity;
      const isAll = waiting.quantity <= room;
      const part = isAll ? waiting.quantity : room;
      const value = isAll ? waiting.value : round(waiting.value * part, waiting.quantity);
      sum.quantity += part;
      sum.value += value;
      if (!isTaken) continue;
      waiting.quantity -= part;
      waiting.value -= value;
    }
    return sum;
  }

  come(
    fact: string,
    line: string,
    goods: Waiting,
    money: { currency: string; rate: bigint },
  ): void {
    const said = this.billed(line, goods.quantity, true);
    this.came.push({
      ...{ fact, line, ...goods, said, invoiced: said.quantity, charged: said.value },
      ...{ taken: said.value, back: { quantity: 0n, value: 0n }, ...money },
      ...{ debited: { quantity: 0n, value: 0n }, more: 0n, ofRate: 0n },
    });
  }

  /**
   * Some of what came goes back: so much off goods received, off what is to be paid, and of that by the rate. What several
   * lines are worth together is rounded once. What was said and charged, less what is given for what goes, is what the
   * others cost: so much more than so far.
   */
  goBack(parts: readonly (readonly [string, bigint])[]): WentBack {
    const all: WentBack = { received: 0n, payable: 0n, exchange: 0n, dearer: [] };
    const sums = [new Sum(), new Sum()] as const;
    for (const [fact, quantity] of parts) {
      const came = this.came.find((other) => other.fact === fact)!;
      const wentBefore = gone(came);
      const before = { back: came.back.value, debited: came.debited.value };
      const invoiced = came.invoiced - came.debited.quantity;
      const atPrice = this.#credit(came, quantity, sums);
      const exchange = atPrice === 0n ? 0n : round(came.ofRate * atPrice, invoiced);
      const received = came.back.value - before.back;
      const payable = came.debited.value - before.debited;
      came.ofRate -= exchange;
      all.received += received;
      all.payable += payable;
      all.exchange += exchange;
      if (came.invoiced === 0n && came.more === 0n) continue;
      const said = (units: bigint) => round(came.value * units, came.quantity);
      const wasSaid = said(wentBefore + quantity) - said(wentBefore);
      const withThem = round(came.more * quantity, came.quantity - wentBefore);
      const more = wasSaid + withThem - (received + payable - exchange);
      const kept = came.quantity - gone(came);
      came.more += more - withThem;
      if (kept > 0n && more !== 0n) all.dearer.push({ came, kept, more });
    }
    return all;
  }

  /** How many go back off what is to be paid. */
  #credit(one: Came, quantity: bigint, [exactly, toPay]: readonly [Sum, Sum]): bigint {
    const open = least(quantity, most(0n, one.quantity - one.invoiced - one.back.quantity));
    const invoiced = one.invoiced - one.debited.quantity;
    const atPrice = least(quantity - open, invoiced);
    if (atPrice > 0n) {
      toPay.add((one.charged - one.debited.value) * atPrice, invoiced);
      const payable = toPay.rounded - toPay.given;
      toPay.given += payable;
      one.debited.value += payable;
    }
    one.debited.quantity += atPrice;
    if (atPrice === quantity) return atPrice;
    one.back.quantity += quantity - atPrice;
    const isEnd = one.invoiced + one.back.quantity === one.quantity;
    if (isEnd) exactly.add(one.value - one.taken, 1n);
    else exactly.add(one.value * one.back.quantity, one.quantity);
    const before = one.back.value;
    const upTo = isEnd ? one.value - one.taken : most(before, exactly.rounded - exactly.given);
    exactly.given += upTo;
    one.back.value = upTo;
    return atPrice;
  }

  bill({ line, quantity, amount, currency, foreign }: Bill): Billed {
    const goods = this.came.filter((one) => line === '' || one.line === line);
    const waiting = this.#waiting.get(line) ?? { quantity: 0n, value: 0n };
    this.#waiting.set(line, waiting);
    const { counts, beside } = this.#counted(goods, waiting.quantity, quantity);
    const onPrice = quantity === 0n && goods.length > 0;
    const weights = onPrice ? goods.map((one) => one.quantity) : counts.map(positive);
    const all = [positive(beside), ...weights];
    const split = (sum: bigint): bigint[] =>
      all.some((weight) => weight > 0n) ? spreadEvenly(sum, all) : [sum, ...weights];
    const [besideAmount = 0n, ...amounts] = split(amount);
    const [, ...foreigns] = split(foreign);
    waiting.quantity += beside;
    waiting.value += besideAmount;
    let cleared = besideAmount;
    const extra = waiting.quantity === 0n && goods.length > 0 ? waiting.value : 0n;
    waiting.value -= extra;
    cleared -= extra;
    const extras = spreadEvenly(
      extra,
      goods.map((one) => one.quantity),
    );
    let exchange = 0n;
    let variance = 0n;
    let debited = 0n;
    const dearer = new Map<Came, bigint>();
    for (const [index, one] of goods.entries()) {
      const count = counts[index]!;
      // What was debited already is only compared.
      const known = count < 0n ? least(-count, one.debited.quantity) : 0n;
      const without = (sum: bigint) => (known === 0n ? sum : sum - round(sum * known, -count));
      const charge = without(amounts[index]!);
      const before = known === 0n ? 0n : settle(one, known);
      debited += before;
      variance += amounts[index]! - charge + before;
      one.invoiced += count + known;
      one.charged += charge + extras[index]!;
      const isEnd = one.back.quantity > 0n && one.invoiced + one.back.quantity === one.quantity;
      const taken = isEnd ? one.value - one.back.value : upTo(one, one.invoiced);
      const own = taken - one.taken;
      one.taken = taken;
      const isSame = currency !== '' && one.currency === currency;
      const price = isSame ? this.#atRate(without(foreigns[index]!), one.rate) : charge;
      cleared += own;
      exchange += charge - price;
      one.ofRate += charge - price;
      const more = price - own + extras[index]!;
      // Where all went back nobody is dearer.
      if (gone(one) === one.quantity) variance += more;
      else {
        one.more += more;
        dearer.set(one, more);
      }
    }
    return { cleared, exchange, variance, known: debited, dearer };
  }

  #counted(goods: readonly Came[], waiting: bigint, quantity: bigint) {
    const counts = goods.map(() => 0n);
    let left = quantity;
    let beside = 0n;
    if (quantity > 0n) {
      if (waiting < 0n) beside = -waiting < left ? -waiting : left;
      left -= beside;
      for (const [index, one] of goods.entries()) {
        const open = one.quantity - one.invoiced;
        counts[index] = open < left ? open : left;
        left -= counts[index]!;
      }
    } else {
      if (waiting > 0n) beside = -waiting > left ? -waiting : left;
      left -= beside;
      for (let index = goods.length - 1; index >= 0; index -= 1) {
        const { invoiced } = goods[index]!;
        counts[index] = -invoiced > left ? -invoiced : left;
        left -= counts[index]!;
      }
    }
    return { counts, beside: beside + left };
  }

  #atRate = (foreign: bigint, rate: bigint): bigint =>
    round(foreign * rate * 10n ** BigInt(this.#minorDigits), 10n ** 18n);
}

/** A credit note comes for goods that went back before: what was debited for them then. */
function settle(one: Came, quantity: bigint): bigint {
  const value =
    quantity === one.debited.quantity
      ? one.debited.value
      : round(one.debited.value * quantity, one.debited.quantity);
  one.debited.quantity -= quantity;
  one.debited.value -= value;
  one.charged -= value;
  one.invoiced -= quantity;
  const taken = upTo(one, one.invoiced);
  one.back.quantity += quantity;
  one.back.value += one.taken - taken;
  one.taken = taken;
  return value;
}

/** Of fractions. */
class Sum {
  #numerator = 0n;
  #denominator = 1n;
  given = 0n;

  add(numerator: bigint, denominator: bigint): void {
    this.#numerator = this.#numerator * denominator + numerator * this.#denominator;
    this.#denominator *= denominator;
  }

  get rounded(): bigint {
    return round(this.#numerator, this.#denominator);
  }
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
const positive = (units: bigint): bigint => (units < 0n ? -units : units);

/** What the first so many units were said to be worth. */
function upTo({ quantity, value, said }: Came, units: bigint): bigint {
  if (units < said.quantity) return round(said.value * units, said.quantity);
  if (quantity === said.quantity) return said.value;
  const rest = value - said.value;
  return said.value + round(rest * (units - said.quantity), quantity - said.quantity);
}
