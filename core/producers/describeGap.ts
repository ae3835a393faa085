import { codes, type Fault } from '../errors.ts';
import type { Gap } from './findGaps.ts';

const PAYLOADS_NAMED = 5;

/** A gap as an error: who, which numbers, when, of which payloads, and what to do. */
export function describeGap(gap: Gap): Fault {
  const { producer, partition, from, to, batches, after, before, payloads } = gap;
  const numbers = from === to ? `number ${from}` : `numbers ${from} to ${to}`;
  const what =
    batches === 1 ? '1 accepted batch never came' : `${batches} accepted batches never came`;
  const named = payloads
    .slice(0, PAYLOADS_NAMED)
    .map(({ flow, name, intakeId }) => `${flow} ${name} (${intakeId})`)
    .join(', ');
  const more =
    payloads.length > PAYLOADS_NAMED ? ` and ${payloads.length - PAYLOADS_NAMED} more` : '';
  const of = named === '' ? '' : `, of ${named}${more}`;
  const message = `${what}: ${numbers} of producer ${producer} in partition ${partition}, published between ${after} and ${before}${of}`;
  return { code: 'BATCHES_MISSING', message, todo: codes.BATCHES_MISSING.todo };
}

/** For `/readyz`: in one line, whatever is missing; undefined where nothing is. */
export function gapsTold(gaps: readonly Gap[]): string | undefined {
  const [first] = gaps;
  if (!first) return undefined;
  const more = gaps.length > 1 ? ` (and ${gaps.length - 1} more gaps)` : '';
  return `${describeGap(first).message}${more}`;
}
