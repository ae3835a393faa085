/** Figures as an accountant writes them, as integers; made anew here, so that nothing is shared with the rules. */

export const ONE = 1_000_000n;

/** `-12.5` in 10⁻ᵈⁱᵍⁱᵗˢ. */
export function unitsOf(text: string, digits = 6): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const units = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  return text.startsWith('-') ? -units : units;
}

export function textOf(units: bigint, digits = 6): string {
  const text = (units < 0n ? -units : units).toString().padStart(digits + 1, '0');
  const split = text.length - digits;
  const decimals = digits === 0 ? '' : `.${text.slice(split)}`;
  return `${units < 0n ? '-' : ''}${text.slice(0, split)}${decimals}`;
}

/** 1.500000 as `1.5`. */
export const shortTextOf = (units: bigint): string => textOf(units).replace(/\.?0+$/, '');

/** Half away from zero. */
export function quotient(numerator: bigint, denominator: bigint): bigint {
  const isBelow = numerator < 0n !== denominator < 0n;
  const above = numerator < 0n ? -numerator : numerator;
  const below = denominator < 0n ? -denominator : denominator;
  const rounded = (2n * above + below) / (2n * below);
  return isBelow ? -rounded : rounded;
}

/** The part of an amount that `part` of `whole` bears. */
export const share = (amount: bigint, part: bigint, whole: bigint): bigint =>
  part === whole ? amount : quotient(amount * part, whole);

/** Running totals are rounded, so that no rest is left: 10.00 in three are 3.33, 3.34, 3.33. */
export function runningShares(
  amount: bigint,
  weights: readonly bigint[],
  whole?: bigint,
): bigint[] {
  const sum = whole ?? total(weights);
  let done = 0n;
  let given = 0n;
  return weights.map((weight) => {
    done += weight;
    const due = share(amount, done, sum) - given;
    given += due;
    return due;
  });
}

/** The next part of an amount, after the parts before it. */
export const nextPart = (
  amount: bigint,
  before: readonly bigint[],
  part: bigint,
  whole: bigint,
): bigint => runningShares(amount, [...before, part], whole).at(-1)!;

/** Each rounded by itself; the last that weighs anything takes the residue: 3.33, 3.33, 3.34. */
export function sharesWithResidue(amount: bigint, weights: readonly bigint[]): bigint[] {
  const sum = total(weights);
  const last = weights.findLastIndex((weight) => weight !== 0n);
  const shares = weights.slice(0, last).map((weight) => share(amount, weight, sum));
  return [...shares, amount - total(shares), ...weights.slice(last + 1)];
}

export const total = (figures: readonly bigint[]): bigint =>
  figures.reduce((sum, figure) => sum + figure, 0n);

export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
