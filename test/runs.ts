/**
 * How many cases a property runs, and from which seed. `npm test` has few, CI 120, `npm run test:long`
 * 10,000 in rounds. A failure tells both, and `STOCKBUS_SEED` with `STOCKBUS_RUNS` repeats it.
 */
const USUAL = 60;
const IN_CI = 120;

const asked = Number(process.env.STOCKBUS_RUNS || (process.env.CI === 'true' ? IN_CI : USUAL));

/** Chosen by test/run.ts for the whole suite, so that a failure can be repeated. */
export const seed = Number(process.env.STOCKBUS_SEED || Date.now() % 2 ** 31);

/** True in `npm run test:long`. */
export const isLong = process.env.STOCKBUS_LONG === '1';

/**
 * Cases for a property: as many as are asked for, the share of them that an expensive one can afford,
 * and never fewer than `least` unless a repetition asks for so few.
 */
export function runs(share = 1, least = 1): number {
  const some = Math.max(1, Math.ceil(asked * share));
  return process.env.STOCKBUS_RUNS ? some : Math.max(least, some);
}

/** Time that mocha gives a property of so many runs. */
export const patience = (share = 1, least = 1): number => 60_000 + runs(share, least) * 1_000;

/** What to set so that the same cases come again. */
export const repeat = (cases = runs()): string => `STOCKBUS_SEED=${seed} STOCKBUS_RUNS=${cases}`;

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed % 1_000_000;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
