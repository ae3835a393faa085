import type { RecordValue } from '../ports.ts';

export type MakeValue = (cells: readonly string[]) => RecordValue;

/** Above this, V8 keeps objects as dictionaries and a generated literal gains nothing. */
const LITERAL_COLUMNS = 256;

/** Files of one sender have the same columns: made anew for each, it would be compiled for each. */
const KEPT_MAKERS = 64;
const kept = new Map<string, MakeValue>();

/**
 * Makes plain objects of one shape from rows of as many cells as there are names. A generated literal
 * takes a seventh of the time of a loop. Names go in as JSON text and as computed keys, so that they
 * can be nothing but keys and `__proto__` is a field like any other.
 */
export function valueMaker(names: readonly string[]): MakeValue {
  if (names.length > LITERAL_COLUMNS) {
    return (cells) => Object.fromEntries(names.map((name, index) => [name, cells[index]]));
  }
  const fields = names.map((name, index) => `[${JSON.stringify(name)}]: cells[${index}]`).join();
  const known = kept.get(fields);
  if (known) return known;
  const make = new Function('cells', `return { ${fields} };`) as MakeValue;
  if (kept.size >= KEPT_MAKERS) kept.clear();
  kept.set(fields, make);
  return make;
}
