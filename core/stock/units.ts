/** Quantities in any unit of an item, and costs in any currency, in the terms of the ledger. */
import { currencyDigits } from '../currencyDigits.ts';
import {
  formatDecimal,
  MICRO_DIGITS,
  MICRO_ONE,
  type Micro,
  type Minor,
  mulDiv,
  parseDecimal,
  powerOfTen,
} from '../decimal.ts';
import type { Fault } from '../errors.ts';
import type { Item } from '../ledger.ts';
import { asFineAs } from '../unitPrecision.ts';
import { calendarOf } from '../zone.ts';
import type { StockPolicy } from './policy.ts';
import { refusal } from './refusal.ts';

/** An exact factor: base units in one of another unit. */
export interface Factor {
  numerator: bigint;
  denominator: bigint;
}

const RATE_DIGITS = 12;
const ONE: Factor = { numerator: 1n, denominator: 1n };

/** Reads `12`, `0.5` or `1/1000`; undefined for anything else, and for what is not above zero. */
export function readFactor(text: string): Factor | undefined {
  const [over, under = '1', ...more] = text.split('/');
  const numerator = parseDecimal(over!.trim());
  const denominator = parseDecimal(under.trim());
  if (more.length > 0 || typeof numerator === 'string' || typeof denominator === 'string') {
    return undefined;
  }
  return numerator > 0n && denominator > 0n ? { numerator, denominator } : undefined;
}

export function factorOf(item: Item, unit: string | undefined): Factor {
  if (unit === undefined || unit === item.unit) return ONE;
  const factor = Object.hasOwn(item.units, unit) ? readFactor(item.units[unit]!) : undefined;
  if (factor) return factor;
  const known = [item.unit, ...Object.keys(item.units)].join(', ');
  throw refusal('UNIT_MISMATCH', `${item.sku} is kept in ${known}, the line is in ${unit}`, 'unit');
}

/** What a line says of how much. */
export interface Quantity {
  /** In the unit of the line, and in the base unit. */
  inUnit: Micro;
  base: Micro;
  factor: Factor;
  /** Says what was rounded; '' nothing. */
  note: string;
}

/**
 * A quantity of an item, no finer than its unit is counted. What is converted keeps six decimals (a
 * pound is 0.453592 kg, however fine kilograms are counted), but of pieces there are whole ones only.
 * Throws UNIT_PRECISION, UNIT_MISMATCH.
 */
export function quantityOf(
  { units }: StockPolicy,
  item: Item,
  text: string,
  unit: string | undefined,
): Quantity {
  const stated = decimalOf(text, 'quantity');
  const factor = factorOf(item, unit);
  const inUnit = fitted(asFineAs(units, unit ?? item.unit, stated));
  const exact = toBase(inUnit, factor);
  const isCounted = units.get(item.unit)?.decimals === 0;
  const base = isCounted ? fitted(asFineAs(units, item.unit, exact)) : exact;
  const isSame = inUnit === stated && base === exact;
  return { inUnit, base, factor, note: isSame ? '' : `rounded from ${text} ${unit ?? item.unit}` };
}

function fitted(quantity: Micro | Fault): Micro {
  if (typeof quantity === 'bigint') return quantity;
  throw refusal(quantity.code, quantity.message, 'quantity');
}

/** Rounded at 10⁻⁶ of the base unit. */
export const toBase = (quantity: Micro, { numerator, denominator }: Factor): Micro =>
  numerator === denominator ? quantity : mulDiv(quantity, numerator, denominator);

export function decimalOf(text: string, field: string, digits = MICRO_DIGITS): bigint {
  const value = parseDecimal(text, digits);
  if (typeof value === 'bigint') return value;
  const code = value === 'too_many_digits' ? 'DECIMAL_INVALID' : 'MESSAGE_INVALID';
  throw refusal(code, `'${text}' is no number of up to ${digits} decimals (${value})`, field);
}

/** Currency of a document's costs, and the units of our own that one of it is, in 10⁻¹². */
export interface Exchange {
  currency: string;
  rate: bigint;
}

/** The document's own rate, or that of the table for the day; throws where there is none. */
export function exchangeOf(
  policy: StockPolicy,
  data: { currency?: string; rate?: string; at: string },
): Exchange | undefined {
  const { currency, rate: stated, at } = data;
  if (currency === undefined || currency === policy.currency) return undefined;
  if (stated !== undefined) {
    const rate = decimalOf(stated, 'rate', RATE_DIGITS);
    if (rate > 0n) return { currency, rate };
    throw refusal('MESSAGE_INVALID', 'the rate is not above zero', 'rate');
  }
  const day = calendarOf(policy.zone).dayOf(new Date(at).toISOString());
  const known = policy.rates[currency]?.findLast(({ from }) => from <= day);
  if (known) return { currency, rate: known.rate };
  const message = `there is no rate of ${currency} to ${policy.currency} for ${day}`;
  throw refusal('CURRENCY_RATE_MISSING', message, 'currency');
}

/** An amount of money in the document's currency, no finer than that is counted, in our minor units. */
export function amountIn(
  policy: StockPolicy,
  text: string,
  exchange: Exchange | undefined,
  field = 'amount',
): Minor {
  const digits = exchange ? currencyDigits(exchange.currency) : policy.minorDigits;
  const amount = decimalOf(text, field, digits);
  if (!exchange) return amount;
  return mulDiv(
    amount * exchange.rate,
    powerOfTen(policy.minorDigits),
    powerOfTen(digits + RATE_DIGITS),
  );
}

/** What a line costs: quantity × cost of one × rate, rounded once; and the cost of one base unit, in 10⁻⁶ of our currency. */
export function statedCost(
  policy: StockPolicy,
  quantity: Micro,
  unitCost: string,
  factor: Factor,
  exchange: Exchange | undefined,
): { amount: Minor; unitCost: Micro; stated?: string } {
  const cost = decimalOf(unitCost, 'unitCost');
  const rate = exchange?.rate ?? 1n;
  const rateScale = exchange ? powerOfTen(RATE_DIGITS) : 1n;
  const amount = mulDiv(
    quantity * cost * rate,
    powerOfTen(policy.minorDigits),
    MICRO_ONE * MICRO_ONE * rateScale,
  );
  const perBase = mulDiv(cost * rate, factor.denominator, factor.numerator * rateScale);
  if (!exchange) return { amount, unitCost: perBase };
  return { amount, unitCost: perBase, stated: statedText(unitCost, exchange) };
}

/** What a line is worth as a whole. */
export function statedAmount(
  policy: StockPolicy,
  text: string,
  exchange: Exchange | undefined,
): { amount: Minor; stated?: string } {
  const amount = amountIn(policy, text, exchange);
  return exchange ? { amount, stated: statedText(text, exchange) } : { amount };
}

const statedText = (text: string, { currency, rate }: Exchange): string =>
  `${text} ${currency} at ${formatDecimal(rate, RATE_DIGITS)}`;
