import { toldInWords } from '../closingChecks.ts';
import type { Period } from '../ledger.ts';

/** What whoever closed the books hears: what stood in the way, and was not refused. */
export const closedLines = (log: Period['log']): string[] =>
  log.flatMap(({ through, told }) =>
    told
      ? [
          `  told: the books are closed through ${through} with ${toldInWords(told)}`,
          `Each of them: stockbus closing --as-of ${through}`,
        ]
      : [],
  );
