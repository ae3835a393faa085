/** How a flow sends what goes out: said once for the flow, or by each of its sinks. */
import { limits } from '../limits.ts';
import { duration, type Field, integer, optional, record } from '../spec.ts';
import { codecField } from './codecField.ts';
import type { HubParts } from './hubParts.ts';

export interface ReadRetry {
  attempts: number;
  first: number;
  max: number;
}

const batch = integer(
  'Most records of one delivery. Above the default, batches that wait are joined up to it.',
  { min: 1, max: limits.deliveryRecords },
);

const retry: Field<ReadRetry> = record('Attempts to deliver while the other side fails.', {
  attempts: optional(
    integer('Attempts before the batch goes to the dead letters.', { min: 1, max: 100 }),
    limits.retryAttempts,
  ),
  first: optional(
    duration('Wait before the second attempt; it doubles from there.'),
    limits.retryFirstMs,
  ),
  max: optional(duration('Longest wait between two attempts.'), limits.retryMaxMs),
});

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
    attempts: limits.retryAttempts,
    first: limits.retryFirstMs,
    max: limits.retryMaxMs,
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
