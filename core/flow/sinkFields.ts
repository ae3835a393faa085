/** How a flow sends what goes out: said once for the flow, or by each of its sinks. */
import { limits } from '../limits.ts';
import { duration, type Field, integer, optional, record } from '../spec.ts';
import { codecField } from './codecField.ts';
import type { HubParts } from './hubParts.ts';

export interface ReadRetry {
  attempts: number | undefined;
  first: number;
  max: number | undefined;
  for: number;
}

const batch = integer(
  'Most records of one delivery. Above the default, batches that wait are joined up to it.',
  { min: 1, max: limits.deliveryRecords },
);

const retry: Field<ReadRetry> = record(
  'How the other side is asked again while it takes nothing. What is for it waits in order, and one batch at a time is tried.',
  {
    attempts: optional(
      integer(
        'Attempts before a batch goes to the dead letters. Left out: as many as there are until `for` is over; of a report 12.',
        { min: 1, max: 100 },
      ),
    ),
    first: optional(
      duration('Wait before the second attempt; it doubles from there.'),
      limits.retryFirstMs,
    ),
    max: optional(
      duration(
        'Longest wait between two attempts. Left out: a twentieth of the time for which it has failed, from 10s up to 15m.',
      ),
    ),
    for: optional(
      duration(
        'How long it may fail before it is paused: nothing is lost, and `stockbus endpoints resume` goes on.',
      ),
      limits.retryForMs,
    ),
  },
);

const throttle = record(
  'Pace at which it is sent to, such as { records: 100, per: 1m }: in no such span more records go out. What waits, waits in its queue. Each process keeps to it for itself.',
  {
    records: integer('Most records in that span.', { min: 1, max: 1_000_000 }),
    per: duration('The span.'),
  },
);

const expire = duration(
  'What is older is not sent, but counted and logged: an event by its time, a record by when its payload came in or, behind a stage (await, delay, group across payloads), by when it left that.',
);

const write = (parts: HubParts) =>
  optional(codecField('Format of what goes out.', parts.codecs, 'writeOptions'));

/** Of a flow, for all of its sinks. */
export const sinkFields = (parts: HubParts) => ({
  write: write(parts),
  batch: optional(batch, limits.batchRecords),
  retry: optional(retry, {
    attempts: undefined,
    first: limits.retryFirstMs,
    max: undefined,
    for: limits.retryForMs,
  }),
  throttle: optional(throttle),
  expire: optional(expire),
});

/** Of one sink; what it leaves out is as the flow says. */
export const ownSinkFields = (parts: HubParts) => ({
  write: write(parts),
  batch: optional(batch),
  retry: optional(retry),
  throttle: optional(throttle),
  expire: optional(expire),
});
