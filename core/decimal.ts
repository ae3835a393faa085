/**
 * Exact decimals. Every quantity, cost and amount is a bigint in a fixed scale; text is only its
 * form on the wire. This file is the one place where anything is rounded: half away from zero, as
 * merchants do and as the figures of other inventory systems are made.
 */

/** A quantity or a unit cost: 64-bit integer in 10⁻⁶ of its unit. 1.5 pieces = 1_500_000n. */
export type Micro = bigint;

/** An amount of money: integer in the currency's minor unit (cents). */
export type Minor = bigint;

export const MICRO_DIGITS = 6;
export const MICRO_ONE: Micro = 1_000_000n;
const MICRO_SQUARED = MICRO_ONE * MICRO_ONE;

/** Largest magnitude that fits the 64-bit integers of both stores. */
export const MAX_INT64 = 9_223_372_036_854_775_807n;

const POWERS = Array.from({ length: 19 }, (_, digits) => 10n ** BigInt(digits));

export type DecimalProblem = 'not_a_decimal' | 'too_many_digits' | 'out_of_range';

/**
 * Reads plain decimal text (`-12.50`; no exponent, no grouping, no sign `+`) into an integer of
 * 10⁻ᵈⁱᵍⁱᵗˢ. Trailing zeros beyond `digits` are dropped, any other digit there is a problem:
 * nothing is rounded on the way in.
 */
export function parseDecimal(text: string, digits = MICRO_DIGITS): bigint | DecimalProblem {
  const length = text.length;
  let index = 0;
  const negative = text.charCodeAt(0) === 45;
  if (negative) index = 1;
  if (index >= length || length > 40) return 'not_a_decimal';
  // A double holds 15 digits exactly; longer numbers take the slower road below.
  if (length - index + digits > 15) return parseLongDecimal(text, digits);
  let units = 0;
  let fraction = -1;
  const first = index;
  for (; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) {
      if (fraction >= digits) {
        if (code !== 48) return 'too_many_digits';
        continue;
      }
      units = units * 10 + (code - 48);
      if (fraction >= 0) fraction += 1;
    } else if (code === 46 && fraction < 0 && index > first && index < length - 1) {
      fraction = 0;
    } else {
      return 'not_a_decimal';
    }
  }
  for (let done = Math.max(fraction, 0); done < digits; done += 1) units *= 10;
  return BigInt(negative ? -units : units);
}

/** By a loop: a pattern for zeros at the end tries anew at every zero before it. */
export function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === 48) end -= 1;
  return digits.slice(0, end);
}

const LONG_DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function parseLongDecimal(text: string, digits: number): bigint | DecimalProblem {
  const match = LONG_DECIMAL.exec(text);
  if (!match) return 'not_a_decimal';
  const fraction = withoutTrailingZeros(match[3] ?? '');
  if (fraction.length > digits) return 'too_many_digits';
  const units = BigInt(match[2] + fraction.padEnd(digits, '0'));
  if (units > MAX_INT64) return 'out_of_range';
  return match[1] ? -units : units;
}

/** The shortest plain decimal text of an integer of 10⁻ᵈⁱᵍⁱᵗˢ: 1_500_000n → `1.5`. */
export const formatDecimal = (units: bigint, digits = MICRO_DIGITS): string =>
  decimalOfDigits(units.toString(), digits);

/** The same of its digits. */
export function decimalOfDigits(units: string, digits = MICRO_DIGITS): string {
  const text = withLeadingZeros(units, digits);
  const split = text.length - digits;
  let end = text.length;
  while (end > split && text.charCodeAt(end - 1) === 48) end -= 1;
  const whole = text.slice(0, split);
  return end > split ? `${whole}.${text.slice(split, end)}` : whole;
}

/** Text with exactly `digits` decimals, as money is written: 1250n, 2 → `12.50`. */
export const formatFixed = (units: bigint, digits: number): string =>
  fixedOfDigits(units.toString(), digits);

/** The same of its digits. */
export function fixedOfDigits(units: string, digits: number): string {
  const text = withLeadingZeros(units, digits);
  const split = text.length - digits;
  return digits === 0 ? text : `${text.slice(0, split)}.${text.slice(split)}`;
}

/** With a digit before the last `digits`. */
function withLeadingZeros(units: string, digits: number): string {
  const first = units.charCodeAt(0) === 45 ? 1 : 0;
  if (units.length - first > digits) return units;
  return `${units.slice(0, first)}${units.slice(first).padStart(digits + 1, '0')}`;
}

/** a × b ÷ c, rounded once, half away from zero. `c` must not be zero. */
export function mulDiv(a: bigint, b: bigint, c: bigint): bigint {
  let numerator = a * b;
  let denominator = c;
  if (denominator < 0n) {
    numerator = -numerator;
    denominator = -denominator;
  }
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  if (remainder === 0n) return quotient;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const away = numerator < 0n ? quotient - 1n : quotient + 1n;
  return twice >= denominator ? away : quotient;
}

/** quantity × unit cost, in minor units of a currency with `minorDigits` decimals. */
export function amountOf(quantity: Micro, unitCost: Micro, minorDigits: number): Minor {
  if (unitCost === 0n) return 0n;
  return mulDiv(quantity * unitCost, powerOfTen(minorDigits), MICRO_SQUARED);
}

/** amount ÷ quantity, as a unit cost; zero quantity has no cost. */
export function unitCostOf(amount: Minor, quantity: Micro, minorDigits: number): Micro {
  if (quantity === 0n || amount === 0n) return 0n;
  return mulDiv(amount * MICRO_ONE, MICRO_ONE, quantity * powerOfTen(minorDigits));
}

export function powerOfTen(digits: number): bigint {
  return POWERS[digits] ?? 10n ** BigInt(digits);
}

/**
 * Shares of an amount by weight. They sum to it exactly: each rounds what was given up to it, and the
 * last takes the rest.
 */
export function spreadBy(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  let weight = 0n;
  let given = 0n;
  return weights.map((own, index) => {
    weight += own;
    const isLast = index === weights.length - 1;
    const upTo = isLast ? amount : whole === 0n ? 0n : mulDiv(amount, weight, whole);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

/** The same, each by its quantity. */
export const spreadByQuantity = (amount: bigint, over: readonly { quantity: Micro }[]): bigint[] =>
  spreadBy(
    amount,
    over.map(({ quantity }) => quantity),
  );

/** Parts of several amounts, rounded together: all up to one are worth what they are exactly, rounded once. */
export class RunningParts {
  #sum = 0n;
  #whole = 1n;
  #given = 0n;

  /** Never less than `least`, which later parts make up for. */
  next(amount: bigint, part: bigint, whole: bigint, least?: bigint): bigint {
    this.#sum = this.#sum * whole + amount * part * this.#whole;
    this.#whole *= whole;
    const open = mulDiv(this.#sum, 1n, this.#whole) - this.#given;
    const given = least !== undefined && open < least ? least : open;
    this.#given += given;
    return given;
  }
}

export const lesser = (one: bigint, other: bigint): bigint => (one < other ? one : other);
