/**
 * The order of text in the house, and in both stores: by the bytes of UTF-8, which is that of code
 * points. `<` puts what is beyond U+FFFF before U+E000.
 */
export function compareUtf8(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const unit = one.charCodeAt(index);
    const otherUnit = other.charCodeAt(index);
    if (unit !== otherUnit) return rank(unit) - rank(otherUnit);
  }
  return one.length - other.length;
}

/** Surrogates, which stand for what is beyond U+FFFF, come last. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

/** As a document has its lines: numbers by their size, then whatever else stands there. */
export function byLine(one: string, other: string): number {
  if (isNumber(one) !== isNumber(other)) return isNumber(one) ? -1 : 1;
  if (isNumber(one)) return Number(BigInt(one) - BigInt(other));
  return one < other ? -1 : one > other ? 1 : 0;
}

const isNumber = (line: string): boolean => /^\d+$/.test(line);
