import { formatFault } from '../errors.ts';
import type { Tally } from '../parked/overAll.ts';
import type { Invocation } from './command.ts';
import { jsonLine } from './deskOptions.ts';
import { plural } from './plural.ts';

/** What became of work on several things. */
export function tallyLines(
  { done, failed, left, fault: first }: Tally,
  { format }: Invocation['options'],
  what: string,
  thing = 'record',
): string[] {
  const fault = first && formatFault(first);
  if (format === 'json') return [jsonLine({ done, failed, left, fault })];
  const lines = [done + failed + left === 0 ? 'Nothing fits.' : `${plural(done, thing)} ${what}`];
  if (fault !== undefined) lines.push(`${plural(failed, 'other')} not, the first: ${fault}`);
  if (left > 0) lines.push(`${plural(left, 'more', 'more')} wait for the next time.`);
  return lines;
}
