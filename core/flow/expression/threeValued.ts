/**
 * The logic of tests (`filter`, `when`, rules). JSONata takes nothing for false, so that a record without
 * a field was dropped by `status != "cancelled"` and by `$not(test)` alike. Here a comparison or a function
 * of a field that is missing gives nothing, and a test that gives nothing is undecided; so is one that
 * compares a text with a number. It is decided all the same where the other side of `and` or `or` decides
 * it, or where `$exists` asked for the field.
 */
import { truthy } from '../../steps/truthy.ts';
import { KindsDiffer } from './KindsDiffer.ts';

/** True, false, or undecided: nothing, or what could not be compared. */
export type Verdict = boolean | undefined | KindsDiffer;

export const isDecided = (verdict: Verdict): verdict is boolean => typeof verdict === 'boolean';

export const verdictOf = (value: unknown): Verdict =>
  value === undefined || value instanceof KindsDiffer ? value : truthy(value);

export const negated = (verdict: Verdict): Verdict => (isDecided(verdict) ? !verdict : verdict);

/** Of two the one that a filter can let nothing do about. */
const undecidedOf = (left: Verdict, right: Verdict): Verdict =>
  [left, right].find((verdict) => verdict instanceof KindsDiffer);

/** `right` is asked only when `left` does not decide. */
export function conjunction(left: Verdict, right: Verdict): Verdict {
  if (left === false || right === false) return false;
  return isDecided(left) && isDecided(right) ? true : undecidedOf(left, right);
}

export function disjunction(left: Verdict, right: Verdict): Verdict {
  if (left === true || right === true) return true;
  return isDecided(left) && isDecided(right) ? false : undecidedOf(left, right);
}
