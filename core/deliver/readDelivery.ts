import type { FlowSink } from '../flow/compiledFlow.ts';
import { type HandedBody, handedBatch } from '../handedBatch.ts';
import type { JsonBuffer } from '../JsonBuffer.ts';
import type { Envelope } from '../message.ts';
import { textOfBody } from '../message.ts';
import type { JsonLines } from '../ports.ts';
import { eventLines, eventsOf } from './stockEvents.ts';

/** What a message has: its events, as what is written where no step wants to see them, or records. */
export type ReadBatch =
  | { lines: JsonLines & { keys: (string | undefined)[] } }
  | { envelopes: Envelope[] }
  | { handed: HandedBody[]; time: string };

/** Throws for what no Stockbus wrote. */
export function readDelivery(
  body: Uint8Array,
  { events }: Pick<FlowSink, 'events'>,
  takesLines: boolean,
  buffer: JsonBuffer,
): ReadBatch {
  if (!events) {
    const { records, time } = handedBatch(body);
    return { handed: records, time };
  }
  const text = textOfBody(body);
  return takesLines ? { lines: eventLines(text, buffer) } : { envelopes: eventsOf(text) };
}

export function recordsIn(read: ReadBatch): number {
  if ('lines' in read) return read.lines.ends.length;
  return 'handed' in read ? read.handed.length : read.envelopes.length;
}

/** Of all of it; none is known of lines. */
export const timeOf = (read: ReadBatch): string =>
  'time' in read ? read.time : 'envelopes' in read ? (read.envelopes[0]?.time ?? '') : '';
