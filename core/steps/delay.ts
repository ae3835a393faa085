import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Stage, StageArrival, StagedRecord, StageSpec } from '../ports.ts';
import { checked, duration, expression, optional, record as recordOf } from '../spec.ts';
import { stagedRecord } from './stagedRecord.ts';
import { stagedTime } from './stagedTime.ts';
import { stageName } from './stageName.ts';

interface DelayOptions {
  for?: number | undefined;
  until?: string | undefined;
  name?: string | undefined;
}

/** Until when a record waits; of one that has gone on: until when that is known. */
interface Waiting {
  isWaiting?: true;
  until: string;
}

export const delay: StageSpec<DelayOptions> = {
  name: 'delay',
  about:
    'Holds each record back for a time, counted from when its payload came in, or until the time that an expression gives. A record whose time is over goes on at once. It waits in the store, so that neither a restart nor a crash loses it.',
  options: checked(
    recordOf('How long, or until when.', {
      for: optional(duration('So long after its payload came in.')),
      until: optional(
        expression(
          'A time in RFC 3339, as `$date` gives it. A record for which it gives nothing is parked.',
        ),
      ),
      name: stageName,
    }),
    (options) =>
      (options.for === undefined) === (options.until === undefined)
        ? "'delay' takes either 'for' or 'until'"
        : undefined,
  ),
  examples: ['delay: { for: 1h }', 'delay: { until: $date(releaseAt) }'],
  called: ({ name }) => name,
  shape: (_options, before) => before,
  inputs: ({ until }, { path }) =>
    until === undefined ? {} : { until: { expression: until, path: [...path, 'until'] } },
  make: (options): Stage<Waiting, StagedRecord> => ({
    arrive({ state }, arrival, now) {
      if (state) return { state, out: [] };
      const until = endOf(options, arrival);
      const record = stagedRecord(arrival);
      if (until <= now) return { state: gone(now), out: [record] };
      const adds = [{ id: arrival.id, value: record }];
      return { state: { isWaiting: true, until }, adds, out: [] };
    },
    waiting: ({ isWaiting }) => (isWaiting ? 1 : 0),
    dueAt: ({ until }) => until,
    due({ state, members }, now) {
      if (state.until > now) return { state, out: [] };
      if (!state.isWaiting) return { out: [] };
      if (!members) return 'members';
      return { state: gone(now), drops: [...members.keys()], out: [...members.values()] };
    },
  }),
  recordOf: (member: StagedRecord) => member,
};

const gone = (now: string): Waiting => ({ until: stagedTime(now, limits.stageForgetMs) });

function endOf({ for: ms }: DelayOptions, { at, given }: StageArrival): string {
  if (ms !== undefined) return stagedTime(at, ms);
  const { until } = given;
  const time = typeof until === 'string' && DATED.test(until) ? Date.parse(until) : Number.NaN;
  // Behind the year 9999 times have another form, which sorts before all others.
  if (time <= LATEST_MS) return new Date(time).toISOString();
  const what =
    until === undefined ? 'gives nothing' : `gives ${JSON.stringify(until)}, which is no time`;
  throw new StockbusError('RECORD_INVALID', `'until' of the delay ${what}`, undefined, {
    todo: 'give a time in RFC 3339, such as that of $date',
  });
}

const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');
const DATED = /^\d{4}-\d\d-\d\dT/;
