/** What receipts said, and what invoices say of them, as far as business time has come. */
import {
  lesser,
  MICRO_ONE,
  mulDiv,
  powerOfTen,
  RunningParts,
  spreadBy,
  spreadByQuantity,
} from '../../decimal.ts';
import { decimalOf } from '../units.ts';
import type { Fact } from './Fact.ts';

const RATE_DIGITS = 12;

export const NONE_AHEAD: ReadonlySet<string> = new Set();

interface Part {
  quantity: bigint;
  value: bigint;
}

/** Of a receipt what one of its facts received. */
export interface ReceivedLine extends Part {
  readonly seq: number;
  readonly line: string;
  readonly lot: string;
  /** What of it was invoiced before it came: that much it is worth. */
  readonly ahead: Part;
  /** Quantity that is invoiced, that included; what invoices say of it, and what of goods received they cleared. */
  invoiced: bigint;
  billed: bigint;
  cleared: bigint;
  /** What went back: off goods received, and off what is to be paid, as long as no credit note says so. */
  gone: Part;
  owed: Part;
  /** What goods that are not back cost more than their receipt said; what of their invoices comes of another rate. */
  more: bigint;
  exchange: bigint;
  /** What its cost was stated in. */
  readonly money: ForeignMoney | undefined;
}

/** Of an invoice what it says of one line of a receipt. */
export interface InvoicedShare extends KeptGoods {
  /** What the goods cost more than their receipt said, at the rate of the receipt. */
  difference: bigint;
}

/** What of a line has not gone back, and what has. */
export interface KeptGoods {
  seq: number;
  kept: bigint;
  back: bigint;
}

export interface Invoiced {
  /** What leaves goods received, not invoiced. */
  cleared: bigint;
  shares: InvoicedShare[];
  /** What comes of another rate. */
  exchange: bigint;
  /** What is credited more than was invoiced of goods that had gone back. */
  variance: bigint;
}

/** What the supplier owes for goods that go back, at the rate of the receipt; of that, off what is to be paid. */
export interface Credited {
  value: bigint;
  payable: bigint;
  /** What of that comes of another rate. */
  exchange: bigint;
  /** What goods cost more, or less, that are kept. */
  shares: InvoicedShare[];
}

/** Of several lines that go back at once. */
type CreditedParts = Record<'value' | 'payable', RunningParts>;

interface ForeignMoney {
  amount: bigint;
  currency: string;
  rate: bigint;
}

/** What is said of a cost in a foreign currency: `12.50 USD at 0.9251`. */
function foreignMoney(stated: string | undefined): ForeignMoney | undefined {
  const [amount, currency, at, rate] = stated?.split(' ') ?? [];
  if (at !== 'at' || rate === undefined) return undefined;
  return {
    ...{ amount: decimalOf(amount!, 'amount'), currency: currency! },
    rate: decimalOf(rate, 'rate', RATE_DIGITS),
  };
}

/** What the first so many of a line clear: in all, what it brought. */
function clearedBy({ quantity, value, ahead }: ReceivedLine, invoiced: bigint): bigint {
  if (invoiced < ahead.quantity) return mulDiv(ahead.value, invoiced, ahead.quantity);
  const rest = quantity - ahead.quantity;
  if (rest === 0n) return ahead.value;
  return ahead.value + mulDiv(value - ahead.value, invoiced - ahead.quantity, rest);
}

/** The same once some went back: with that it is in all what it brought. */
function clearedOf(line: ReceivedLine, invoiced: bigint): bigint {
  const { quantity, value, gone } = line;
  const isAll = gone.quantity > 0n && invoiced + gone.quantity === quantity;
  return isAll ? value - gone.value : clearedBy(line, invoiced);
}

/** A credit note says what the supplier owes already: gives how much that is. */
function settleOwed(line: ReceivedLine, quantity: bigint): Part {
  const settled = shareOf(line.owed, lesser(quantity, line.owed.quantity));
  line.owed = less(line.owed, settled);
  line.billed -= settled.value;
  line.invoiced -= settled.quantity;
  const cleared = clearedBy(line, line.invoiced);
  const value = line.gone.value + line.cleared - cleared;
  line.gone = { quantity: line.gone.quantity + settled.quantity, value };
  line.cleared = cleared;
  return settled;
}

const backOf = ({ gone, owed }: ReceivedLine): bigint => gone.quantity + owed.quantity;
const keptOf = (line: ReceivedLine): bigint => line.quantity - backOf(line);

/**
 * What was received and invoiced, less what is credited, is what the goods cost that are kept: where those
 * that go bore other than is credited, these do from now on.
 */
function giveBack(line: ReceivedLine, quantity: bigint, parts: CreditedParts): Credited {
  const kept = keptOf(line);
  const said = (units: bigint): bigint => mulDiv(line.value, units, line.quantity);
  const leaving = said(backOf(line) + quantity) - said(backOf(line));
  const exchange = exchangeBack(line, quantity);
  const { received, payable } = creditFor(line, quantity, parts);
  const value = received + payable - exchange;
  line.exchange -= exchange;
  if (line.invoiced === 0n && line.more === 0n) return { value, payable, exchange, shares: [] };
  const share = mulDiv(line.more, quantity, kept);
  const difference = leaving + share - value;
  line.more += difference - share;
  const rest = { seq: line.seq, kept: kept - quantity, back: backOf(line), difference };
  const isBorne = difference !== 0n && rest.kept > 0n;
  return { value, payable, exchange, shares: isBorne ? [rest] : [] };
}

/** Of so many that go back, how many are invoiced: what is not goes first, since nobody has to credit it. */
function billedOf(line: ReceivedLine, quantity: bigint): bigint {
  const open = line.quantity - line.invoiced - line.gone.quantity;
  const rest = quantity - lesser(quantity, open > 0n ? open : 0n);
  return lesser(rest, line.invoiced - line.owed.quantity);
}

function exchangeBack(line: ReceivedLine, quantity: bigint): bigint {
  const billed = billedOf(line, quantity);
  return billed === 0n ? 0n : mulDiv(line.exchange, billed, line.invoiced - line.owed.quantity);
}

/** Lines are rounded together. */
function creditFor(
  line: ReceivedLine,
  quantity: bigint,
  parts: CreditedParts,
): { received: bigint; payable: bigint } {
  const { owed, gone } = line;
  const invoiced = line.invoiced - owed.quantity;
  const billed = billedOf(line, quantity);
  const payable =
    billed === 0n ? 0n : parts.payable.next(line.billed - owed.value, billed, invoiced);
  line.owed = { quantity: owed.quantity + billed, value: owed.value + payable };
  if (billed === quantity) return { received: 0n, payable };
  const all = gone.quantity + quantity - billed;
  const isAll = line.invoiced + all === line.quantity;
  const left = line.value - line.cleared;
  const upTo = isAll
    ? parts.value.next(left, 1n, 1n, left)
    : parts.value.next(line.value, all, line.quantity, gone.value);
  line.gone = { quantity: all, value: upTo };
  return { received: upTo - gone.value, payable };
}

const less = (of: Part, { quantity, value }: Part): Part => ({
  ...{ quantity: of.quantity - quantity, value: of.value - value },
});

/** The receipts of one number, and how far each is invoiced. */
class InvoicedReceipt {
  readonly lines: ReceivedLine[] = [];
  /** What is invoiced and has not come, by the line that the invoice named. Below zero: credited before it was invoiced. */
  readonly #ahead = new Map<string, Part>();

  get isAhead(): boolean {
    return this.#ahead.values().some(({ quantity, value }) => quantity !== 0n || value !== 0n);
  }

  /** What is invoiced already of goods that come. */
  aheadOf({ line, quantity }: Pick<Fact, 'line' | 'quantity'>): Part {
    const taken = { quantity: 0n, value: 0n };
    for (const [, part] of this.#waiting(line)) {
      const share = shareOf(part, quantity - taken.quantity);
      taken.quantity += share.quantity;
      taken.value += share.value;
    }
    return taken;
  }

  receive(fact: Fact, value: bigint): void {
    const { seq, line, lot, quantity } = fact;
    const ahead = this.aheadOf(fact);
    let rest = quantity;
    for (const [ofLine, part] of this.#waiting(line)) {
      const share = shareOf(part, rest);
      rest -= share.quantity;
      this.#ahead.set(ofLine, {
        quantity: part.quantity - share.quantity,
        value: part.value - share.value,
      });
    }
    const money = foreignMoney(fact.input?.stated);
    const { quantity: invoiced, value: billed } = ahead;
    const none = { quantity: 0n, value: 0n };
    this.lines.push({
      ...{ seq, line, lot, quantity, value, ahead, invoiced, billed, cleared: billed },
      ...{ gone: none, owed: none, more: 0n, exchange: 0n, money },
    });
  }

  /** Those that goods of a line settle: of the line itself first. */
  #waiting(line: string): [string, Part][] {
    return [...new Set([line, ''])].flatMap((name) => {
      const part = this.#ahead.get(name);
      return part && part.quantity >= 0n && part.value >= 0n ? [[name, part]] : [];
    });
  }

  invoice({ input }: Fact, minorDigits: number): Invoiced {
    const { ofLine = '', ofQuantity = 0n, amount = 0n, stated } = input!;
    const lines = ofLine === '' ? this.lines : this.lines.filter(({ line }) => line === ofLine);
    const before = this.#ahead.get(ofLine) ?? { quantity: 0n, value: 0n };
    const { byLine, byAhead } = unitsOf(lines, before.quantity, ofQuantity);
    const isOfGoods = ofQuantity === 0n && lines.length > 0;
    // Where only the price changes, all that came bears it.
    const weights = isOfGoods ? lines.map(({ quantity }) => quantity) : byLine.map(size);
    const spread = (of: bigint): bigint[] => spreadBy(of, [size(byAhead), ...weights]);
    const [aheadShare, ...shares] = spread(amount) as [bigint, ...bigint[]];
    const after = { quantity: before.quantity + byAhead, value: before.value + aheadShare };
    // What is left of an amount when all has come is a difference of price like others.
    const residue = after.quantity === 0n && lines.length > 0 ? after.value : 0n;
    this.#ahead.set(ofLine, { quantity: after.quantity, value: after.value - residue });
    const money = foreignMoney(stated);
    const foreign = money ? spread(money.amount).slice(1) : [];
    const residues = spreadByQuantity(residue, lines);
    const found: Invoiced = {
      ...{ cleared: aheadShare - residue, shares: [], exchange: 0n, variance: 0n },
    };
    for (const [index, line] of lines.entries()) {
      const count = byLine[index]!;
      const isOwed = count < 0n && line.owed.quantity > 0n;
      const settled = isOwed ? settleOwed(line, -count) : { quantity: 0n, value: 0n };
      const restOf = (of: bigint): bigint =>
        settled.quantity === 0n ? of : of - mulDiv(of, settled.quantity, -count);
      const share = restOf(shares[index]!);
      found.variance += shares[index]! - share + settled.value;
      line.billed += share + residues[index]!;
      line.invoiced += count + settled.quantity;
      const cleared = clearedOf(line, line.invoiced) - line.cleared;
      line.cleared += cleared;
      const isSame = money !== undefined && line.money?.currency === money.currency;
      const price = isSame
        ? inMinor(restOf(foreign[index]!), line.money!.rate, minorDigits)
        : share;
      found.cleared += cleared;
      found.exchange += share - price;
      line.exchange += share - price;
      const difference = price + residues[index]! - cleared;
      const kept = keptOf(line);
      if (kept === 0n) found.variance += difference;
      else if (difference !== 0n) {
        line.more += difference;
        found.shares.push({ seq: line.seq, kept, back: backOf(line), difference });
      }
    }
    return found;
  }
}

const size = (of: bigint): bigint => (of < 0n ? -of : of);

const inMinor = (amount: bigint, rate: bigint, minorDigits: number): bigint =>
  mulDiv(amount * rate, powerOfTen(minorDigits), MICRO_ONE * powerOfTen(RATE_DIGITS));

/** A value without a quantity goes with the first goods that come. */
function shareOf({ quantity, value }: Part, most: bigint): Part {
  if (quantity <= most) return { quantity, value };
  return { quantity: most, value: mulDiv(value, most, quantity) };
}

/** Of which lines an invoiced quantity is, in their order; a credit of the last first. */
function unitsOf(
  lines: readonly ReceivedLine[],
  ahead: bigint,
  quantity: bigint,
): { byLine: bigint[]; byAhead: bigint } {
  const isCredit = quantity < 0n;
  const sign = isCredit ? -1n : 1n;
  let rest = size(quantity);
  const take = (most: bigint): bigint => {
    const part = most > 0n ? lesser(most, rest) : 0n;
    rest -= part;
    return sign * part;
  };
  const settled = take(-sign * ahead);
  const ordered = isCredit ? lines.toReversed() : lines;
  const byLine = ordered.map((line) =>
    take(isCredit ? line.invoiced : line.quantity - line.invoiced),
  );
  return { byLine: isCredit ? byLine.reverse() : byLine, byAhead: settled + sign * rest };
}

/** Receipts by their number. Of one SKU. */
export class Invoices {
  readonly #receipts = new Map<string, InvoicedReceipt>();

  #of(receipt: string): InvoicedReceipt {
    const known = this.#receipts.get(receipt) ?? new InvoicedReceipt();
    this.#receipts.set(receipt, known);
    return known;
  }

  /** What came by a receipt, line by line, with how much of it is invoiced; empty where nothing is known of it. */
  linesOf(receipt: string): readonly ReceivedLine[] {
    return this.#receipts.get(receipt)?.lines ?? [];
  }

  /** A receipt as it is worth what was invoiced before it came; of what was not, by what it says, or by `costOf`. */
  asInvoiced(fact: Fact, costOf: (rest: Fact) => bigint): Fact {
    const ahead = this.#of(fact.document).aheadOf(fact);
    if (ahead.quantity === 0n && ahead.value === 0n) return fact;
    const { quantity, input } = fact;
    const rest = quantity - ahead.quantity;
    const { amount, unitCost: _, ...stated } = input ?? {};
    let worth = 0n;
    if (rest > 0n) {
      const of = { ...fact, quantity: rest };
      worth = amount === undefined ? costOf(of) : mulDiv(amount, rest, quantity);
    }
    return { ...fact, input: { ...stated, amount: worth + ahead.value } };
  }

  /** Whether more is invoiced of a receipt than has come. */
  isAhead(receipt: string): boolean {
    return this.#of(receipt).isAhead;
  }

  /** Goods of a receipt have come, at a value that their supplier is to invoice. */
  receive(fact: Fact, value: bigint): void {
    this.#of(fact.document).receive(fact, value);
  }

  /** So many of what came by each of some facts go back. */
  giveBack(receipt: string, some: ReadonlyMap<number, bigint>): Credited {
    const credited: Credited = { value: 0n, payable: 0n, exchange: 0n, shares: [] };
    const parts = { value: new RunningParts(), payable: new RunningParts() };
    for (const line of this.#of(receipt).lines) {
      const quantity = some.get(line.seq) ?? 0n;
      if (quantity === 0n) continue;
      const { value, payable, exchange, shares } = giveBack(line, quantity, parts);
      credited.value += value;
      credited.payable += payable;
      credited.exchange += exchange;
      credited.shares.push(...shares);
    }
    return credited;
  }

  invoice(fact: Fact, minorDigits: number): Invoiced {
    return this.#of(fact.reference).invoice(fact, minorDigits);
  }
}
