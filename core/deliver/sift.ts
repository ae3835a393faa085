/** What of a batch the other side refuses for itself: found by halves, in order, so that all the rest goes. */
import { type Fault, faultOf } from '../errors.ts';
import type { FlowSink } from '../flow/compiledFlow.ts';
import { type HandedBatch, handedBatch, handedBatchText, handedText } from '../handedBatch.ts';
import { limits } from '../limits.ts';
import { BATCH_FORMAT, type Envelope, textOfBody } from '../message.ts';
import type { Delivery } from '../ports.ts';
import { Group } from './Group.ts';
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
}

export const isOfContent = ({ code }: Fault): boolean =>
  code === 'WEBHOOK_REFUSED' || code === 'PAYLOAD_TOO_LARGE';

/** A batch apart. */
interface Units {
  count: number;
  read(from: number, until: number): ReadBatch;
  part(at: number): { id: string; body: Uint8Array };
  placeOf(id: string): number;
}

/** `most`: refusals after which, where nothing was taken, it ends. Throws what is no refusal of what a call holds. */
export async function sift(
  { delivery }: { delivery: Delivery },
  target: Pick<FlowSink, 'events'>,
  calls: SinkCalls,
  known: Fault,
  most: number = limits.refusedInARow,
): Promise<Sifted> {
  const units = target.events ? eventUnits(delivery) : handedUnits(delivery);
  const sifted: Sifted = { refused: [], taken: 0 };
  const refused = (at: number, fault: Fault): void => {
    sifted.refused.push({ ...units.part(at), fault });
  };
  const halves = async (from: number, until: number): Promise<void> => {
    const middle = (from + until) >>> 1;
    await some(from, middle);
    await some(middle, until);
  };
  const some = async (from: number, until: number): Promise<void> => {
    if (sifted.taken === 0 && sifted.refused.length >= most) return;
    try {
      const part = { delivery, read: units.read(from, until) };
      const group = new Group([part], until - from, `.${from + 1}-${until}`);
      for (const { event, faults } of await calls.sendAll(group)) {
        refused(units.placeOf(event), faults[0]!);
      }
      sifted.taken += until - from;
    } catch (error) {
      const fault = faultOf(error);
      if (!isOfContent(fault)) throw error;
      if (until - from === 1) refused(from, fault);
      else await halves(from, until);
    }
  };
  if (units.count === 1) refused(0, known);
  else await halves(0, units.count);
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
