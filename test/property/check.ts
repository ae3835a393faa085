/**
 * Runs a property over random histories. A counterexample is shrunk to few documents and told as a
 * list that can be read and typed in again, with what repeats it.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { repeat, runs, seed } from '../runs.ts';
import { describeHistory, type History } from './documents.ts';

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
    seed,
  });
  if (!details.failed) return;
  const { counterexample, errorInstance, numRuns, numShrinks } = details;
  const error = errorInstance instanceof Error ? errorInstance : new Error(String(errorInstance));
  const example = counterexample === null ? '(none)' : describeCase(counterexample[0]);
  assert.fail(
    `history ${numRuns} (shrunk ${numShrinks} times; again with ${repeat()}):\n\n${example}\n\n${error.message}\n${error.stack?.split('\n    at ').slice(1, 6).join('\n    at ')}`,
  );
}
