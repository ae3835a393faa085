import { failed, show } from '../operators.ts';

/** `$split` by a text. */
export function splitText(value: unknown, separator: unknown, limit: unknown): unknown {
  for (const text of [value, separator]) {
    if (text !== undefined && typeof text !== 'string') {
      throw failed(`$split takes text, not ${show(text)}`, 'wrap it in $string(...)');
    }
  }
  if (limit !== undefined && (typeof limit !== 'number' || limit < 0)) {
    throw failed(`$split gives so many parts at most, not ${show(limit)}`);
  }
  if (value === undefined) return undefined;
  if (limit !== undefined && !((limit as number) > 0)) return [];
  if (separator === undefined) throw failed('$split has no text to look for');
  return (value as string).split(separator as string, limit as number | undefined);
}
