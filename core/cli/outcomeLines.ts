/** What became of the messages of a payload, and of its records, for a person. */

import type { Answered } from '../apply/answersIn.ts';
import { formatFault } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import type { ParkedRecord } from '../message.ts';
import type { Receipt } from '../ports.ts';
import type { RehearsedDelivery } from '../rehearsal/outgoingOf.ts';
import type { PayloadOutcome } from '../rehearsal.ts';
import { isRefusal } from './answered.ts';
import { plural } from './plural.ts';

/** 1: the payload could not be read to its end; 3: something of it waits for a person, or was not held. */
export function exitCode(
  { refused }: Receipt,
  parked: number,
  answered: readonly Answered[] = [],
): number {
  if (refused) return 1;
  return parked > 0 || answered.some(isRefusal) ? 3 : 0;
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
  answeredBefore = 0,
): string {
  const counts: [number, string][] = [
    [booked, `${would}booked`],
    ...Object.entries(answers).map(([code, count]): [number, string] => [
      count,
      `${would}answered ${code}`,
    ]),
    ...(answeredBefore > 0 ? [[answeredBefore, 'answered before'] as [number, string]] : []),
    [exists - answeredBefore, 'booked before'],
    [parked, `${would}parked`],
  ];
  return counts.map(([count, what]) => plural(count, what, what)).join(', ');
}

/** What was answered now, and what when the same came before. */
export interface AnsweredNow {
  now: readonly Answered[];
  before: readonly Answered[];
}

/** Reservations that are named for each answer. */
const NAMED = 5;

/** The counts, what the answers mean, and which reservations were answered so. */
export function outcomeLines(
  outcome: PayloadOutcome,
  would: '' | 'would be ' = '',
  { now, before }: AnsweredNow = { now: [], before: [] },
): string[] {
  const codes = new Set([...Object.keys(outcome.answers), ...before.map(({ code }) => code)]);
  return [
    `  ${countsInWords(outcome, would, before.length)}`,
    ...[...codes].flatMap((code) => [
      `  ${code}: ${answersInWords[code] ?? 'see the reservation'}; it booked nothing`,
      ...namedLines([...now, ...before].filter((one) => one.code === code)),
    ]),
    ...againLines([...now, ...before]),
  ];
}

function namedLines(answered: readonly Answered[]): string[] {
  const lines = answered
    .slice(0, NAMED)
    .map(
      ({ reservation, action, reason }) =>
        `    ${reservation}, ${action}${reason === undefined ? '' : `: ${reason}`}`,
    );
  if (answered.length > NAMED) lines.push(`    … and ${answered.length - NAMED} more`);
  return lines;
}

/** What is asked once is answered once: the same message again would only be told the same. */
function againLines(answered: readonly Answered[]): string[] {
  const isShort = ({ code }: Answered): boolean =>
    code === 'insufficient' || code === 'already_failed';
  const short = answered.filter(isShort);
  if (short.length === 0) return [];
  const isMade = short.some(({ action }) => action === 'create');
  return [
    isMade
      ? '  To try again when stock is there, reserve under another number: one that was refused stays refused.'
      : '  To try again when stock is there, send it as a message of its own, with another key.',
  ];
}

/** What is no message: records that were handed on, parts that a step dropped, what stood beside the records. */
export function droppedLines(
  { handed = 0, droppedParts = 0, passedOver = {} }: Receipt,
  { stages }: Pick<InboundFlow, 'stages'> = { stages: [] },
): string[] {
  const [stage] = stages;
  const names = Object.entries(passedOver).map(([name, count]) => `${name} ${count}`);
  return [
    ...(handed > 0
      ? [`  ${plural(handed, 'record')} handed on${stage ? ` to ${stage.name}` : ''}`]
      : []),
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

/** Lines of what one subscriber would be sent that are shown. */
const LINES_SHOWN = 12;

/** What would be sent to whom, each with the first lines of it. */
export function outgoingLines(outgoing: readonly RehearsedDelivery[]): string[] {
  return outgoing.flatMap(({ to, records, text, isCut, faults }) => {
    const lines = text.trimEnd().split(/\r?\n/);
    const isMore = isCut || lines.length > LINES_SHOWN;
    return [
      `  ${to} would be sent ${plural(records, 'record')}:`,
      ...(records > 0 ? lines.slice(0, LINES_SHOWN).map((line) => `    ${line}`) : []),
      ...(isMore ? ['    …'] : []),
      ...faults.map((fault) => `    ${formatFault(fault)}`),
    ];
  });
}
