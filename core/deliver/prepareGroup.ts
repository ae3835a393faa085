/** What of some batches goes out: how many records, what each is about, and their bytes. */
import type { Fault } from '../errors.ts';
import type { FlowSink } from '../flow/compiledFlow.ts';
import type { Envelope } from '../message.ts';
import type { Delivery, RecordValue } from '../ports.ts';
import type { ReadBatch } from './readDelivery.ts';
import { skuOf } from './stockEvents.ts';
import { payloadOf, writeLines } from './writeRecords.ts';

export interface GroupPart {
  delivery: Delivery;
  read: ReadBatch;
}

/** An event that the steps refused. */
export interface Refused {
  delivery: Delivery;
  faults: readonly Fault[];
  event: string;
}

export interface PreparedGroup {
  count: number;
  /** What each record is about; left out: nobody knows of which of `about`. */
  keys: readonly (string | undefined)[] | undefined;
  /** What all of them are about; left out: everything. */
  about?: ReadonlySet<string> | undefined;
  bodyOf(from: number, until: number): Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  refused: readonly Refused[];
}

export async function prepareGroup(
  parts: readonly GroupPart[],
  { events, write }: Pick<FlowSink, 'events' | 'write'>,
): Promise<PreparedGroup> {
  const lines = parts.flatMap(({ read }) => ('lines' in read ? read.lines : []));
  if (lines.length > 0) {
    return {
      count: lines.reduce((sum, { ends }) => sum + ends.length, 0),
      keys: lines.flatMap(({ keys }) => keys),
      bodyOf: (from, until) => writeLines(write.codec, lines, from, until),
      refused: [],
    };
  }
  const { records, ...facts } = await recordsOf(parts, events);
  return {
    ...{ count: records.length, ...facts },
    bodyOf: (from, until) => payloadOf(write.codec, records.slice(from, until)),
  };
}

/** Records as they were handed on, or what the steps make of events. */
async function recordsOf(
  parts: readonly GroupPart[],
  events: FlowSink['events'],
): Promise<
  Pick<PreparedGroup, 'keys' | 'about' | 'refused'> & { records: readonly RecordValue[] }
> {
  if (!events) {
    const handed = parts.flatMap(({ read }) => ('handed' in read ? read.handed : []));
    const records = handed.map(({ value }) => value);
    return { records, keys: handed.map(({ key }) => key), refused: [] };
  }
  const batches = parts.map(({ delivery, read }) => {
    return { delivery, envelopes: 'envelopes' in read ? read.envelopes : [] };
  });
  const envelopes = batches.flatMap((batch) => batch.envelopes);
  const { records, parked } = await events.run(envelopes);
  const refused = parked.map(({ faults, value }) => {
    const owner = batches.find((batch) => batch.envelopes.includes(value as unknown as Envelope));
    const { delivery } = owner ?? batches[0]!;
    return { delivery, faults, event: String(value.id) };
  });
  // Each event is a record, unless steps made something else of them.
  const isEach = !events.hasSteps && records.length === envelopes.length;
  const skus = envelopes.map(({ data }) => skuOf(data));
  const about = new Set(skus.filter((sku) => sku !== undefined));
  const isKnown = skus.every((sku) => sku !== undefined);
  return { records, keys: isEach ? skus : undefined, about: isKnown ? about : undefined, refused };
}
