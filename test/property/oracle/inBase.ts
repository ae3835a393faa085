/**
 * Documents in base units and in the currency of the valuation, as the schemas say what a line means:
 * `unitCost` is the cost of one `unit` in `currency`, `rate` what one of `currency` is worth.
 */
import type { Doc, DocumentData, Line, Setting } from '../documents.ts';
import { read, round, worth, write } from './exact.ts';

/** What one base unit costs, in millionths and exactly: `unitCost` is that of six decimals. */
export interface BaseLine extends Line {
  exact?: { over: bigint; under: bigint };
  /** What it states in its currency, in millionths. */
  foreign?: bigint;
}

interface Ratio {
  over: bigint;
  under: bigint;
}

const one: Ratio = { over: 1n, under: 1n };
const RATE_DIGITS = 12;

export function inBase({ items, minorDigits }: Setting, doc: Doc): Doc {
  const { data } = doc;
  const rate = rateOf(data);
  const based = (line: Line): BaseLine => {
    const factor = factorOf(items.find(({ sku }) => sku === line.sku)?.units, line.unit);
    return baseLine(line, factor, rate, minorDigits);
  };
  const money = (amount: string): string => inMoney(amount, rate, minorDigits);
  const { lines, components, amount, additionalCost } = data;
  return {
    ...doc,
    data: {
      ...data,
      ...(lines ? { lines: lines.map(based) } : {}),
      ...(components ? { components: components.map(based) } : {}),
      ...(amount === undefined ? {} : { amount: money(amount) }),
      ...(additionalCost === undefined ? {} : { additionalCost: money(additionalCost) }),
    },
  };
}

/** The worth of a quantity at what a line states, rounded once. */
export function statedWorth(quantity: bigint, line: BaseLine, minorDigits: number): bigint {
  const { exact, unitCost, amount } = line;
  if (amount !== undefined) return read(amount, minorDigits);
  if (!exact) return worth(quantity, read(unitCost!), minorDigits);
  return round(quantity * exact.over * 10n ** BigInt(minorDigits), exact.under * 10n ** 12n);
}

function rateOf({ currency, rate }: DocumentData): Ratio {
  if (currency === undefined || rate === undefined) return one;
  return { over: read(rate, RATE_DIGITS), under: 10n ** BigInt(RATE_DIGITS) };
}

function factorOf(units: Record<string, string> = {}, unit = ''): Ratio {
  const [over = '1', under = '1'] = (units[unit] ?? '1').split('/');
  return { over: BigInt(over), under: BigInt(under) };
}

function baseLine(line: Line, factor: Ratio, rate: Ratio, minorDigits: number): BaseLine {
  if (factor === one && rate === one) return line;
  const { unit: _, quantity, unitCost, amount, ...rest } = line;
  const based: BaseLine = { ...rest };
  if (quantity !== undefined) {
    based.quantity = write(round(read(quantity) * factor.over, factor.under));
  }
  if (amount !== undefined) {
    based.amount = inMoney(amount, rate, minorDigits);
    based.foreign = read(amount);
  }
  if (unitCost !== undefined) {
    const over = read(unitCost) * factor.under * rate.over;
    const under = factor.over * rate.under;
    based.unitCost = write(round(over, under));
    based.exact = { over, under };
    if (quantity !== undefined) based.foreign = round(read(quantity) * read(unitCost), 1_000_000n);
  }
  return based;
}

function inMoney(amount: string, rate: Ratio, minorDigits: number): string {
  if (rate === one) return amount;
  const scale = 10n ** BigInt(6 - minorDigits);
  return write(round(read(amount) * rate.over, rate.under * scale) * scale);
}
