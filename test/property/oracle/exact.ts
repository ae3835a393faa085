/** Arithmetic of the oracle, written anew on purpose: it shares nothing with core/. */

/** Decimal text as an integer of 10^-digits; further digits must not be there. */
export function read(text: string, digits = 6): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (/[1-9]/.test(fraction.slice(digits))) {
    throw new Error(`${text} has more than ${digits} decimals`);
  }
  const units = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return text.startsWith('-') ? -units : units;
}

/** numerator / denominator, half away from zero. */
export function round(numerator: bigint, denominator: bigint): bigint {
  if (denominator < 0n) return round(-numerator, -denominator);
  if (numerator < 0n) return -round(-numerator, denominator);
  return (2n * numerator + denominator) / (2n * denominator);
}

/** Decimal text of an integer of 10^-6. */
export function write(units: bigint): string {
  const digits = `${units < 0n ? -units : units}`.padStart(7, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

const MILLION = 1_000_000n;

/** Money, in minor units, of a quantity at a cost, both in millionths. */
export const worth = (quantity: bigint, cost: bigint, minorDigits: number): bigint =>
  round(quantity * cost * 10n ** BigInt(minorDigits), MILLION * MILLION);

/** Cost of one, in millionths, of a quantity that is worth so much. */
export const costOfOne = (value: bigint, quantity: bigint, minorDigits: number): bigint =>
  round(value * MILLION * MILLION, quantity * 10n ** BigInt(minorDigits));

/** An amount over weights: each rounded by itself but never more than is left, the last that weighs anything takes the residue. */
export function spread(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  let left = amount;
  return weights.map((weight, index) => {
    const rounded = round(amount * weight, total);
    const isTooMuch = amount < 0n ? rounded < left : rounded > left;
    const share =
      weights.slice(index + 1).every((more) => more === 0n) || isTooMuch ? left : rounded;
    left -= share;
    return share;
  });
}

/** The same with the roundings evened out: what the first so many get together is rounded once. */
export function spreadEvenly(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  let weight = 0n;
  let given = 0n;
  return weights.map((own) => {
    weight += own;
    const upTo = round(amount * weight, total);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
