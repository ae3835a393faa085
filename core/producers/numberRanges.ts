/** Sets of numbers, as ranges in their order that do not touch. */
import type { NumberRange } from '../ports.ts';

/** With one number more, where that is greater than all of them or lies anywhere else. */
export function withNumber(ranges: readonly NumberRange[], number: number): NumberRange[] {
  const joined = { from: number, to: number };
  const apart = ranges.filter((range) => {
    if (range.to < number - 1 || range.from > number + 1) return true;
    joined.from = Math.min(joined.from, range.from);
    joined.to = Math.max(joined.to, range.to);
    return false;
  });
  return [...apart, joined].sort((one, other) => one.from - other.from);
}

/** What of a range is in none of the others. */
export function withoutRanges<Range extends NumberRange>(
  range: Range,
  others: readonly NumberRange[],
): Range[] {
  let rest = [range];
  for (const { from, to } of others) {
    rest = rest.flatMap((one) => {
      if (to < one.from || from > one.to) return [one];
      const before = { ...one, to: from - 1 };
      const behind = { ...one, from: to + 1 };
      return [before, behind].filter((part) => part.from <= part.to);
    });
  }
  return rest;
}

export const holdsNumber = (ranges: readonly NumberRange[], number: number): boolean =>
  ranges.some(({ from, to }) => from <= number && number <= to);

export const countOf = (ranges: readonly NumberRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);

/** At most so many, the nearest of them joined: what lies between is taken for one of theirs. */
export function boundedRanges(ranges: readonly NumberRange[], most: number): NumberRange[] {
  const kept = ranges.map((range) => ({ ...range }));
  while (kept.length > most) {
    let nearest = 1;
    const gapBefore = (index: number): number => kept[index]!.from - kept[index - 1]!.to;
    for (let index = 2; index < kept.length; index += 1)
      if (gapBefore(index) < gapBefore(nearest)) nearest = index;
    kept[nearest - 1]!.to = kept[nearest]!.to;
    kept.splice(nearest, 1);
  }
  return kept;
}
