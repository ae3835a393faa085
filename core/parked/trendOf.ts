/** When something came, for a small picture: how many in each part of a span of time. */

const PARTS = 24;

export interface Times {
  first: string;
  last: string;
}

/** The span in which all of them lie. */
export const timesOf = (spans: readonly Times[]): Times => ({
  first: spans.map(({ first }) => first).sort()[0] ?? '',
  last:
    spans
      .map(({ last }) => last)
      .sort()
      .at(-1) ?? '',
});

/** Counts of the moments in each part of the span; where that is one moment, all stand in the last part. */
export function trendOf(moments: readonly string[], { first, last }: Times): number[] {
  const counts = new Array<number>(PARTS).fill(0);
  const [from, to] = [Date.parse(first), Date.parse(last)];
  for (const moment of moments) {
    const share = to > from ? (Date.parse(moment) - from) / (to - from) : 1;
    counts[Math.min(Math.floor(share * PARTS), PARTS - 1)]! += 1;
  }
  return counts;
}
