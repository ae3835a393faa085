/** How dates of a column are written, by all of them that a sample has. */
import { compilePattern } from '../expression/datePattern.ts';
import { readIso } from '../expression/isoDate.ts';
import type { SampleField } from './sampleFields.ts';

/** Patterns in the order in which they are tried; an empty one is ISO 8601. */
const days = ['dd.MM.yyyy', 'd.M.yyyy', 'dd/MM/yyyy', 'MM/dd/yyyy', 'd/M/yyyy', 'M/d/yyyy'].concat([
  ...[
    'dd-MM-yyyy',
    'yyyy/MM/dd',
    'dd MMM yyyy',
    'MMM d, yyyy',
    'dd-MMM-yyyy',
    'dd.MM.yy',
    'MM/dd/yy',
  ],
]);
const times = ['', ' HH:mm', ' HH:mm:ss', ' hh:mm a', ' h:mm a'];
const patterns = days
  .flatMap((day) => times.map((time) => day + time))
  .flatMap((pattern) => {
    const read = compilePattern(pattern);
    return typeof read === 'string' ? [] : [{ pattern, read }];
  });

export interface DateGuess {
  /** Undefined for ISO 8601. */
  pattern?: string;
  /** Another that fits as well, and says another day. */
  other?: string;
}

/** Undefined where they are no dates. */
export function guessDate({ values }: SampleField): DateGuess | undefined {
  if (values.length === 0) return undefined;
  if (values.every(isIso)) return {};
  const [pattern, other] = patterns
    .filter(({ read }) => values.every((text) => isThere(read(text))))
    .map((one) => one.pattern);
  if (pattern === undefined) return undefined;
  return { pattern, ...(other !== undefined && isSwapped(pattern, other) ? { other } : {}) };
}

const isIso = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}|^\d{8}([T ]|$)|^\/Date/.test(text) && isThere(readIso(text));

/** Whether one text is a date that is written as one, and not in digits alone. */
export const isDateText = (text: string): boolean =>
  /\D/.test(text) && (isIso(text) || patterns.some(({ read }) => isThere(read(text))));

const isSwapped = (one: string, other: string): boolean =>
  one.startsWith('d') !== other.startsWith('d');

function isThere(parts: ReturnType<typeof readIso>): boolean {
  if (parts === undefined || typeof parts === 'number') return parts !== undefined;
  const { year, month, day } = parts;
  return year > 1950 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}
