import type { Run, Site } from './site.ts';

type Call = (...values: never[]) => unknown;

/** A call that pays for what it goes through and for what it makes. */
export function charged(call: Call, runs: readonly Run[], { machine }: Site): Run {
  const { work } = machine;
  const apply = call as (...values: unknown[]) => unknown;
  const [first, second, ...rest] = runs;
  if (!first) return () => apply();
  if (rest.length > 0) {
    return (input, frame) => {
      const values = runs.map((run) => run(input, frame));
      for (const value of values) work.goneThrough(value);
      return kept(apply(...values));
    };
  }
  return (input, frame) => {
    const one = first(input, frame);
    work.goneThrough(one);
    if (!second) return kept(apply(one));
    const other = second(input, frame);
    work.goneThrough(other);
    return kept(apply(one, other));
  };

  function kept(value: unknown): unknown {
    if (typeof value === 'string' || typeof value === 'object') work.made(value);
    return value;
  }
}
