/** What of a batch the other side refuses for itself: found by halves, in order, so that all the rest goes. */
import { type CodeSpec, codes, type Fault, faultOf } from '../errors.ts';
import type { FlowSink } from '../flow/compiledFlow.ts';
import { type HandedBatch, handedBatch, handedBatchText, handedText } from '../handedBatch.ts';
import { limits } from '../limits.ts';
import { BATCH_FORMAT, type Envelope, textOfBody } from '../message.ts';
import type { Delivery } from '../ports.ts';
import { Group } from './Group.ts';
import type { GroupPart } from './prepareGroup.ts';
import type { ReadBatch } from './readDelivery.ts';
import type { SinkCalls } from './SinkCalls.ts';
import { eventsOf } from './stockEvents.ts';

/** A message of its own, with one event or record. */
export interface RefusedPart {
  id: string;
  body: Uint8Array;
  fault: Fault;
}

export interface Sifted {
  refused: RefusedPart[];
  /** How many of it were taken. */
  taken: number;
  /** All of it was asked about. */
  isAll: boolean;
}

export const isOfContent = ({ code }: Fault): boolean => specOf(code).ofContent === true;

const specOf = (code: Fault['code']): CodeSpec => codes[code];

/** A batch apart. */
interface Units {
  count: number;
  read(from: number, until: number): ReadBatch;
  part(at: number): { id: string; body: Uint8Array };
  placeOf(id: string): number;
}

/**
 * Of what has not gone. `most`: refusals after which, where nothing was taken, it ends. Throws what is no refusal of what a
 * call holds.
 */
export async function sift(
  group: Group,
  target: Pick<FlowSink, 'events'>,
  calls: SinkCalls,
  known: Fault,
  most: number = limits.refusedInARow,
): Promise<Sifted> {
  const [{ delivery }] = group.parts as [GroupPart];
  const units = target.events ? eventUnits(delivery) : handedUnits(delivery);
  const sifted: Sifted = { refused: [], taken: 0, isAll: true };
  const refused = (at: number, fault: Fault): void => {
    sifted.refused.push({ ...units.part(at), fault });
  };
  const apart = async (from: number, until: number, fault: Fault): Promise<void> => {
    if (until - from === 1) return refused(from, fault);
    const middle = (from + until) >>> 1;
    await some(from, middle);
    await some(middle, until);
  };
  const some = async (from: number, until: number): Promise<void> => {
    if (sifted.taken === 0 && sifted.refused.length >= most) {
      sifted.isAll = false;
      return;
    }
    try {
      const part = { delivery, read: units.read(from, until) };
      const asked = new Group([part], until - from, `.${from + 1}-${until}`);
      for (const { event, faults } of await calls.sendAll(asked)) {
        refused(units.placeOf(event), faults[0]!);
      }
      // What the steps leave nothing of says nothing of the other side.
      if (asked.prepared!.count > 0) sifted.taken += until - from;
    } catch (error) {
      const fault = faultOf(error);
      if (!isOfContent(fault)) throw error;
      await apart(from, until, fault);
    }
  };
  const open = group.openRanges(units.count);
  const [only] = open;
  if (only && open.length === 1) await apart(...only, known);
  else for (const [from, until] of open) await some(from, until);
  return sifted;
}

function eventUnits({ id, body }: Delivery): Units {
  const envelopes = eventsOf(textOfBody(body));
  return {
    count: envelopes.length,
    read: (from, until) => ({ envelopes: envelopes.slice(from, until) }),
    placeOf: (event) => envelopes.findIndex((one) => one.id === event),
    part: (at) => ({ id: `${id}/${at + 1}`, body: Buffer.from(batchOfOne(envelopes[at]!)) }),
  };
}

const batchOfOne = ({ id, source, type, time, data }: Envelope): string =>
  JSON.stringify({ v: BATCH_FORMAT, source, type, time, events: [{ id, data }] });

function handedUnits({ id, body }: Delivery): Units {
  const { v: _, records, ...head }: HandedBatch = handedBatch(body);
  return {
    count: records.length,
    read: (from, until) => ({ handed: records.slice(from, until), time: head.time }),
    placeOf: (record) => records.findIndex((one) => one.id === record),
    part: (at) => {
      const text = handedBatchText(head, [handedText(records[at]!)]);
      return { id: `${id}/${at + 1}`, body: Buffer.from(text) };
    },
  };
}
