/**
 * Runs a property over random histories. A counterexample is shrunk to few documents and told as a
 * list that can be read and typed in again. `STOCKBUS_PROPERTY_RUNS` sets the number of histories,
 * `STOCKBUS_PROPERTY_SEED` repeats those of a failure.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeHistory, type History } from './documents.ts';

const asked = Number(process.env.STOCKBUS_PROPERTY_RUNS || 300);
const seed = process.env.STOCKBUS_PROPERTY_SEED;

/** As many histories as asked for, or the share of them that an expensive property can afford. */
export const runs = (share = 1): number => Math.max(1, Math.ceil(asked * share));

/** Time that mocha gives a property; enough for the nightly number of histories. */
export const patience = (share = 1): number => 60_000 + runs(share) * 1_000;

export async function check(
  arbitrary: fc.Arbitrary<History>,
  property: (history: History) => Promise<void>,
  share = 1,
): Promise<void> {
  await checkAny(arbitrary, describeHistory, property, share);
}

/** The same over anything that holds documents. */
export async function checkAny<Case>(
  arbitrary: fc.Arbitrary<Case>,
  describeCase: (example: Case) => string,
  property: (example: Case) => Promise<void>,
  share = 1,
): Promise<void> {
  const details = await fc.check(fc.asyncProperty(arbitrary, property), {
    numRuns: runs(share),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  if (!details.failed) return;
  const { counterexample, errorInstance, numRuns, numShrinks } = details;
  const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
  const example = counterexample === null ? '(none)' : describeCase(counterexample[0]);
  const repeat = `STOCKBUS_PROPERTY_SEED=${details.seed} STOCKBUS_PROPERTY_RUNS=${runs()}`;
  assert.fail(
    `history ${numRuns} (shrunk ${numShrinks} times; again with ${repeat}):\n\n${example}\n\n${error.message}\n${error.stack?.split('\n    at ').slice(1, 6).join('\n    at ')}`,
  );
}
