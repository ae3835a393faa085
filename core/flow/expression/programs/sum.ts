import { failed, show } from '../operators.ts';

/** `$sum`, of numbers. */
export function sum(list: unknown): number | undefined {
  if (list === undefined) return undefined;
  let total = 0;
  for (const value of Array.isArray(list) ? (list as unknown[]) : [list]) {
    if (typeof value !== 'number') {
      throw failed(
        `$sum adds numbers, not ${show(value)}`,
        'add decimals by $reduce(list, function($a, $b) { $add($a, $b) }); cells of a CSV are text',
      );
    }
    total += value;
  }
  return total;
}
