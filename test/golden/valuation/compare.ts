/** Figures as a scenario states them beside ours. */
import { exact, plain } from './Snapshot.ts';

export const notFigures = new Set([
  'afterMovement',
  'atMovement',
  'asOfDay',
  'location',
  'item',
  'case',
  'derived',
  'note',
]);

/** Numbers of a scenario as our figures are written. */
export function stated(value: unknown): unknown {
  if (typeof value === 'number') return exact(value);
  if (Array.isArray(value)) return value.map(stated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, stated(of)]));
}

const COSTS = /(unitCost|UnitCost|Rate)$/;

/** Scenarios round costs of one unit: ours are exact, and the same to a hundredth. */
export function rounded(name: string, wanted: unknown, found: unknown): unknown {
  if (isRecord(wanted) && isRecord(found)) {
    const fields = Object.entries(found).map(([key, value]) => [
      key,
      rounded(key, wanted[key], value),
    ]);
    return Object.fromEntries(fields);
  }
  if (!COSTS.test(name)) return typeof found === 'string' ? plain(found) : found;
  return Math.abs(Number(wanted) - Number(found)) <= 0.01 ? wanted : found;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
