/** What became of the messages of a payload, and of its records, for a person. */
import { formatFault } from '../errors.ts';
import type { ParkedRecord } from '../message.ts';
import type { Receipt } from '../ports.ts';
import type { PayloadOutcome } from '../rehearsal.ts';
import { plural } from './plural.ts';

/** 1: the payload could not be read to its end; 3: something of it waits for a person. */
export function exitCode({ refused }: Receipt, parked: number): number {
  if (refused) return 1;
  return parked > 0 ? 3 : 0;
}

/** Faults of one record that are shown. */
const FAULTS_SHOWN = 10;

const answersInWords: Readonly<Record<string, string>> = {
  insufficient: 'more was asked than is there',
  expired: 'the time of the reservation was over',
  already_failed: 'the reservation was refused before',
  already_committed: 'the reservation was committed before',
  already_voided: 'the reservation was given back before',
  exists_with_different: 'another reservation of that number is there',
  has_different: 'it is not what is held',
  exceeds_reserved: 'it is more than is held',
  below_committed: 'it is less than has left',
  unchanged: 'it is so already, or nothing was to be issued',
};

/** `3 booked, 1 answered insufficient, 0 booked before, 2 parked` */
export function countsInWords(
  { booked, exists, parked, answers }: PayloadOutcome,
  would: '' | 'would be ' = '',
): string {
  const counts: [number, string][] = [
    [booked, `${would}booked`],
    ...Object.entries(answers).map(([code, count]): [number, string] => [
      count,
      `${would}answered ${code}`,
    ]),
    [exists, 'booked before'],
    [parked, `${would}parked`],
  ];
  return counts.map(([count, what]) => plural(count, what, what)).join(', ');
}

/** The counts, and what the answers mean. */
export function outcomeLines(outcome: PayloadOutcome, would: '' | 'would be ' = ''): string[] {
  return [
    `  ${countsInWords(outcome, would)}`,
    ...Object.keys(outcome.answers).map(
      (code) => `  ${code}: ${answersInWords[code] ?? 'see the reservation'}; it booked nothing`,
    ),
  ];
}

/** What is no message: records that were handed on, parts that a step dropped, what stood beside the records. */
export function droppedLines({ handed = 0, droppedParts = 0, passedOver = {} }: Receipt): string[] {
  const names = Object.entries(passedOver).map(([name, count]) => `${name} ${count}`);
  return [
    ...(handed > 0 ? [`  ${plural(handed, 'record')} handed on`] : []),
    ...(droppedParts > 0
      ? [`  ${plural(droppedParts, 'part or line', 'parts or lines')} of records dropped`]
      : []),
    ...(names.length > 0 ? [`  passed over, since they are no records: ${names.join(', ')}`] : []),
  ];
}

/** All faults of the first records that are parked, and how many records there are besides. */
export function parkedLines(shown: readonly ParkedRecord[], parked: number): string[] {
  const lines = shown.flatMap(({ faults }) => [
    ...faults.slice(0, FAULTS_SHOWN).map((fault) => `  ${formatFault(fault)}`),
    ...(faults.length > FAULTS_SHOWN ? [`  … and ${faults.length - FAULTS_SHOWN} more of it`] : []),
  ]);
  if (parked > shown.length) lines.push(`  … and ${parked - shown.length} more`);
  return lines;
}
