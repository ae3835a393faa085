import { parseStored } from '../parseStored.ts';
import type { NumberRange, ProducerRow } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** A batch that was accepted, by the payload that it is of. */
export interface OpenBatch {
  number: number;
  intakeId: string;
  flow: string;
  name: string;
}

/** What a producer published to the queue of one partition. */
export interface ProducedQueue {
  partition: number;
  /** The broker had all up to this number, but for those that were given up. */
  settled: number;
  givenUp: readonly NumberRange[];
  /** Up to which number all was settled, and when, in order. */
  times: readonly (readonly [number: number, at: string])[];
  /** Of those that had not been booked then, the first. */
  open: readonly OpenBatch[];
}

export const PRODUCER_FORMAT = 1;

/** What a producer says of itself from time to time. */
export interface ProducerWord {
  producer: string;
  saidAt: string;
  startedAt: string;
  /** It has ended, and publishes nothing more. */
  endedAt?: string;
  queues: readonly ProducedQueue[];
}

export const wordRow = ({ producer, saidAt, ...body }: ProducerWord): ProducerRow => ({
  ...{ producer, saidAt },
  body: JSON.stringify({ v: PRODUCER_FORMAT, ...body }),
});

/** Throws FORMAT_UNKNOWN for what another version has said. */
export function wordFrom({ producer, saidAt, body }: ProducerRow): ProducerWord {
  const { v, ...word } = parseStored(`the word of producer ${producer}`, body) as {
    v: unknown;
  } & Omit<ProducerWord, 'producer' | 'saidAt'>;
  requireVersion(`the word of producer ${producer}`, v, PRODUCER_FORMAT);
  return { producer, saidAt, ...word };
}
