import { truthy } from '../../../steps/truthy.ts';
import { failed } from '../operators.ts';
import type { Work } from '../Work.ts';

/** How often an item is taken for the outcome of its predicate; a list of places is paid for. */
export function timesTaken(outcome: unknown, index: number, length: number, work: Work): number {
  if (Array.isArray(outcome)) work.charge(outcome.length);
  const places = isNumber(outcome) ? [outcome] : outcome;
  if (!Array.isArray(places) || !places.every(isNumber)) return truthy(outcome) ? 1 : 0;
  return places.filter((place) => {
    const from = Math.floor(place);
    return (from < 0 ? length + from : from) === index;
  }).length;
}

function isNumber(value: unknown): value is number {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (Number.isFinite(value)) return true;
  throw failed(`${value} is no number that a list has a place for`);
}
