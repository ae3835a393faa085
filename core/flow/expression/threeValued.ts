/**
 * The logic of tests (`filter`, `when`, rules). JSONata takes nothing for false, so that a record without
 * a field was dropped by `status != "cancelled"` and by `$not(test)` alike. Here a comparison or a function
 * of a field that is missing gives nothing, and a test that gives nothing is undecided; it is decided all
 * the same where the other side of `and` or `or` decides it, or where `$exists` asked for the field.
 */
import { isStructure, noText } from '../../steps/asText.ts';
import { truthy } from '../../steps/truthy.ts';
import { compare, equal, includes } from './operators.ts';

/** True, false, or nothing. */
export type Verdict = boolean | undefined;

export const verdictOf = (value: unknown): Verdict =>
  value === undefined ? undefined : truthy(value);

export const negated = (verdict: Verdict): Verdict =>
  verdict === undefined ? undefined : !verdict;

/** `right` is asked only when `left` does not decide. */
export function conjunction(left: Verdict, right: Verdict): Verdict {
  if (left === false || right === false) return false;
  return left === undefined || right === undefined ? undefined : true;
}

export function disjunction(left: Verdict, right: Verdict): Verdict {
  if (left === true || right === true) return true;
  return left === undefined || right === undefined ? undefined : false;
}

type Comparison = (left: unknown, right: unknown) => Verdict;

/** An object is no text: it would never be one, and the record be dropped for an attribute more. */
function alike(left: unknown, right: unknown): boolean {
  for (const [one, other] of [
    [left, right],
    [right, left],
  ]) {
    if (isStructure(one) && !isStructure(other) && other !== null && !Array.isArray(other)) {
      throw noText(one, 'what is compared with a text');
    }
  }
  return equal(left, right);
}

const ofBoth =
  (comparison: Comparison): Comparison =>
  (left, right) =>
    left === undefined || right === undefined ? undefined : comparison(left, right);

export const comparisons: Readonly<Record<string, Comparison>> = {
  '=': ofBoth(alike),
  '!=': ofBoth((left, right) => !alike(left, right)),
  '<': ofBoth((left, right) => compare('<', left, right)),
  '<=': ofBoth((left, right) => compare('<=', left, right)),
  '>': ofBoth((left, right) => compare('>', left, right)),
  '>=': ofBoth((left, right) => compare('>=', left, right)),
  in: ofBoth(includes),
};
