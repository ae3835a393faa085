/** What a record became: one of the things that its targets made of it. */
import type { Fault } from '../errors.ts';
import { handedText } from '../handedBatch.ts';
import { oversizeFault } from '../intake/messageFaults.ts';
import { exceedsDocument, tooLargeFault } from '../intake/parkedContent.ts';
import type { FlowRecord, SourceRecord } from '../ports.ts';
import type { HandedRecord, InboundMessage, InboundResult, PassedRecord } from './compiledFlow.ts';
import type { MadePassed, MadeRecord } from './madeOf.ts';

export type MadeThing =
  | { kind: 'message'; thing: InboundMessage }
  | { kind: 'handed'; thing: HandedRecord }
  | { kind: 'passed'; thing: PassedRecord };

/** A record for a sink; it accounts for nothing yet. */
export function handedOf(
  { record, line }: FlowRecord,
  { sink: { queue }, value }: MadeRecord,
  part: string,
  members: readonly SourceRecord[],
): HandedRecord {
  const key = String(record);
  const json = handedText({ part, key, value, record, ...(line === undefined ? {} : { line }) });
  return { queue, key, json, part, record, records: 0, members };
}

/** A record for another flow; it accounts for nothing yet. */
export function passedOf(
  { record, line }: FlowRecord,
  { flow, value }: MadePassed,
  members: readonly SourceRecord[],
): PassedRecord {
  const place = line === undefined ? {} : { line };
  return { flow, records: 0, read: { value, record, ...place, members } };
}

/** What neither broker nor store would take. */
export function oversizeFaults(made: readonly MadeThing[]): Fault[] {
  return made.flatMap(({ kind, thing }) => {
    if (kind === 'passed') return [];
    const fault = kind === 'message' ? oversizeFault(thing) : handedFault(thing);
    return fault ?? [];
  });
}

export const handedFault = ({
  json,
  record,
}: Pick<HandedRecord, 'json' | 'record'>): Fault | undefined =>
  exceedsDocument(json) ? tooLargeFault('record', json, record) : undefined;

export function addThing(made: MadeThing, to: InboundResult): void {
  if (made.kind === 'message') {
    to.messages.push(made.thing);
  } else if (made.kind === 'handed') {
    to.handed ??= [];
    to.handed.push(made.thing);
  } else {
    to.passed ??= [];
    to.passed.push(made.thing);
  }
}
