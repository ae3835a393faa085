/**
 * The books against a second opinion: a model of what docs/valuation-choices.md and docs/ledger.md say,
 * written without a look at the rules, over histories whose documents arrive in any order. A profile that
 * is pending waits for a meaning that is not built; it must fail, and loses its mark as soon as it holds.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { patience, repeat, runs, seed } from '../runs.ts';
import { ownBooks } from './secondOpinion/ownBooks.ts';
import { type Case, casesOf, profiles } from './secondOpinion/profiles.ts';
import { type FinalFigures, secondOpinion } from './secondOpinion/secondOpinion.ts';

/** Of pending profiles always the same histories: whether they fail must not be chance. */
const PENDING_SEED = 20_261_127;

async function agree({ circumstances, docs }: Case, isRough = false): Promise<void> {
  const { refused, ...own } = await ownBooks(circumstances, docs);
  assert.deepEqual(refused, []);
  const opinion = secondOpinion(circumstances, docs);
  if (!(isRough && isNear(own, opinion))) assert.deepEqual(own, opinion);
}

/** But for odd cents: who takes them is another question where costs are shared out time and again. */
function isNear(own: FinalFigures, opinion: FinalFigures): boolean {
  const { stock } = own;
  const near = (one: Figures, other: Figures): boolean =>
    [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
      (name) => Math.abs(worthOf(one[name]) - worthOf(other[name])) < 0.1,
    );
  return (
    isDeepStrictEqual(stock, opinion.stock) &&
    near(own.accounts, opinion.accounts) &&
    near(own.pools, opinion.pools)
  );
}

type Figures = Readonly<Record<string, string>>;
const worthOf = (figure = '0'): number => Number(figure.split('@').at(-1));

const described = ({ docs }: Case): string => docs.map((doc) => JSON.stringify(doc)).join('\n');

describe('the books and a second opinion', function () {
  this.timeout(patience());

  for (const profile of profiles) {
    const { name, pending } = profile;
    it(pending ? `${name} (pending: ${pending})` : name, async () => {
      const { failed, counterexample, errorInstance } = await fc.check(
        fc.asyncProperty(casesOf(profile), (one) => agree(one, profile.grain === 'few')),
        pending
          ? { numRuns: 400, seed: PENDING_SEED, endOnFailure: true }
          : { numRuns: runs(), seed },
      );
      if (pending) assert.ok(failed, 'the books agree: the profile is pending no more');
      else if (failed)
        assert.fail(`${repeat()}\n${described(counterexample![0])}\n${String(errorInstance)}`);
    });
  }
});
