/**
 * Random bytes, names, row orders and pauses through a folder and HTTP into the books, compared with
 * an independent reading of the same bytes: nothing is lost, doubled or altered in silence.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { patience, repeat, runs, seed } from '../runs.ts';
import { type Case, caseOf, described, type Expected, seeds } from './waysIn/cases.ts';
import { isDisguisedUtf8 } from './waysIn/encodings.ts';
import { play, Tally } from './waysIn/outcome.ts';

const CASES = runs(1, 120);
const PATIENCE_MS = patience(1, 120);

describe(`what comes in by folder and HTTP (${CASES} cases)`, function () {
  this.timeout(PATIENCE_MS);

  it('is booked as it was written, parked with its place, or refused with a reason', async () => {
    const tally = new Tally();
    const details = await fc.check(
      fc.asyncProperty(seeds, async (some) => {
        const one = caseOf(some);
        checkReading(one);
        await play(one, tally);
      }),
      {
        numRuns: CASES,
        seed,
        interruptAfterTimeLimit: PATIENCE_MS - 20_000,
        markInterruptAsFailure: true,
      },
    );
    if (details.failed) {
      const { counterexample, errorInstance, counterexamplePath } = details;
      const error = errorInstance instanceof Error ? errorInstance.stack : String(errorInstance);
      const shown = counterexample ? described(caseOf(counterexample[0])) : 'it took too long';
      assert.fail(`${repeat(CASES)} (path ${counterexamplePath})\n${shown}\n\n${error}`);
    }
    const { damaged, refusedInDoubt, booked, parked } = tally;
    const told = JSON.stringify(tally);
    assert.ok(booked > 0 && parked > 0, told);
    if (CASES < 120) return;
    assert.ok(booked > CASES && parked > CASES / 4, `enough is booked and parked: ${told}`);
    assert.ok(refusedInDoubt < damaged / 4, `few are refused that can be read: ${told}`);
  });
});

/** The independent reading is itself compared with what was meant, where nobody damaged it. */
function checkReading({ payloads, plan }: Case): void {
  for (const { expected, truth, bytes } of payloads) {
    if (!truth) continue;
    const isRefused =
      (plan.format === 'csv' && plan.csv.header === 'other case') ||
      isDisguisedUtf8(bytes, plan.encoding);
    if (isRefused) assert.equal(expected.refused, 'whole');
    else assert.deepEqual(countedOf(expected), countedOf(truth), 'the reading is what was meant');
  }
}

/** Without what the order of the rows decides. */
const countedOf = ({ parked, ...rest }: Expected): object => ({
  ...rest,
  parked: parked.size,
});
