/** ABC: which few SKUs make most of what is issued, by value. */
import type { Micro, Minor } from '../../decimal.ts';
import { mulDiv } from '../../decimal.ts';

export interface Usage {
  sku: string;
  quantity: Micro;
  value: Minor;
}

export type AbcClass = 'A' | 'B' | 'C';

export interface AbcRow extends Usage {
  rank: number;
  class: AbcClass;
  /** Of the value of all issues, in hundredths of a percent; running total from the first rank on. */
  share: bigint;
  runningShare: bigint;
}

/**
 * By value, greatest first. A SKU belongs to A while those before it make less than A's percentage of
 * the total, to B while less than A's and B's; what was issued at no value belongs to C.
 */
export function abcOf(usages: readonly Usage[], [a, b]: readonly number[]): AbcRow[] {
  const total = usages.reduce((sum, { value }) => (value > 0n ? sum + value : sum), 0n);
  const ranked = [...usages].sort(byValue);
  let before = 0n;
  return ranked.map((usage, index) => {
    const counted = usage.value > 0n ? usage.value : 0n;
    const isBelow = (percent: number): boolean => before * 100n < total * BigInt(percent);
    const letter = counted === 0n ? 'C' : isBelow(a!) ? 'A' : isBelow(a! + b!) ? 'B' : 'C';
    const runningShare = shareOf(before + counted, total);
    before += counted;
    const share = shareOf(counted, total);
    return { ...usage, rank: index + 1, class: letter, share, runningShare };
  });
}

const shareOf = (value: bigint, total: bigint): bigint =>
  total === 0n ? 0n : mulDiv(value, 10_000n, total);

function byValue(one: Usage, other: Usage): number {
  if (one.value !== other.value) return one.value > other.value ? -1 : 1;
  return one.sku < other.sku ? -1 : 1;
}
